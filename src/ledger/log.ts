import { UserError } from '../errors.ts';
import { AppendOnly } from './append-only.ts';
import { Chain } from './chain.ts';
import type { Event, Recorded } from './event.ts';
import { fold, step } from './fold.ts';
import { fromTheTop, readLines } from './jsonl.ts';
import { checkPayload, cleanPayload } from './payload.ts';
import { loadHash } from './read.ts';
import { cutSince, longFrom, type Mark, readSaved, saveState } from './saved-state.ts';
import type { State } from './state.ts';

/** What happened in a run, once, in order. This process writes it, and nobody else: take the lock first. */
export interface OpenLedger {
  readonly file: string;
  /** `seq` of the last event; 0 where there is none. */
  readonly seq: number;
  /** The events so far, in order: all of them, or those since the state that was saved. None after `handOver`. */
  readonly events: readonly Recorded[];
  /** What was put right when it was opened, in words. */
  readonly repaired?: string;
  /**
   * Checks the event against its schema, takes secrets out, writes it and gives it as it stands in the file, where it
   * is on disk when this returns. BugError when the event breaks its schema or its line is too long: nothing is
   * written and the ledger goes on. UserError when the disk fails: from then on every append fails.
   */
  append(event: Event): Promise<Recorded>;
  /**
   * What all events so far fold to; undefined where the first is no `run.started`. From here on whoever has asked keeps
   * the state, and events are not held in memory any more.
   */
  handOver(): State | undefined;
  /** Saves the state after the last event beside the ledger, for who opens it next. Never fails. */
  keep(state: State): Promise<void>;
  /** Calls `listener` after each append, in order; it must not throw. Gives the function that ends this. */
  onAppend(listener: (event: Recorded) => void): () => void;
  /** Waits for what is being written. Every later append is a BugError. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  /** The run that owns the ledger. */
  readonly run: string;
  readonly redact?: (text: string) => string;
  /** ms since 1970; for `ts`. */
  readonly now?: () => number;
}

/**
 * Opens the ledger of a run, or makes it. Every line is checked: format, `seq`, run, chain of hashes, payload; of a long
 * one those since the state that was saved beside it. A torn last line is cut off, kept in `<file>.torn` and told in
 * `repaired`; anything else odd, whole lines that are gone too, is a UserError that names the file, which is left as it
 * is.
 */
export async function openLedger(
  file: string,
  { run, redact = (text) => text, now = Date.now }: LedgerOptions,
): Promise<OpenLedger> {
  const hash = await loadHash();
  const out = await AppendOnly.open(file);
  const events: Recorded[] = [];
  let chain: Chain;
  let mark: Mark;
  let saved: State | undefined;
  let repaired: string | undefined;
  try {
    const { size } = await out.handle.stat();
    const once = await cutSince(file, size);
    const known = size >= longFrom ? await readSaved(file, out.handle, hash) : undefined;
    if (known?.state.run === run) saved = known.state;
    chain = new Chain(file, { run, hash, after: saved && known?.mark });
    const from = saved && known?.mark;
    const place = from ? { offset: from.offset, line: from.seq, torn: 0 } : fromTheTop();
    for await (const batch of readLines(out.handle, file, place)) {
      for (const line of batch) events.push(checkPayload(chain.next(line), file, line.number));
    }
    if (once !== undefined) throw cutOff(file, chain.seq, once);
    repaired = await out.cutTorn(place);
    mark = { seq: chain.seq, lineAt: place.offset, offset: place.offset, hash: chain.prev };
  } catch (error) {
    await out.close();
    throw error;
  }

  let { seq, prev } = chain;
  let held = true;
  const listeners = new Set<(event: Recorded) => void>();
  return {
    file,
    get seq() {
      return seq;
    },
    events,
    ...(repaired === undefined ? {} : { repaired }),
    async append(event) {
      const payload = cleanPayload(event, redact);
      const ts = new Date(now()).toISOString();
      const line = JSON.stringify({ ...payload, v: 1, seq: seq + 1, ts, run, type: event.type, prev });
      const written = out.append(line, true);
      seq += 1;
      prev = hash(Buffer.from(line));
      const { offset } = mark;
      mark = { seq, lineAt: offset, offset: offset + Buffer.byteLength(line) + 1, hash: prev };
      await written;
      const recorded = JSON.parse(line) as Recorded;
      if (held) events.push(recorded);
      for (const listener of listeners) listener(recorded);
      return recorded;
    },
    handOver() {
      const state = saved ?? fold(events.slice(0, 1));
      for (const event of saved ? events : events.slice(1)) if (state) step(state, event);
      held = false;
      saved = undefined;
      events.length = 0;
      return state;
    },
    async keep(state) {
      // Someone else may have added an event meanwhile: then the state is not that of the last one.
      if (state.seq === mark.seq) await saveState(out, mark, state, hash);
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => out.close(),
  };
}

/** Lines that were safe on the disk are gone: going on would do again what they tell, or hide it. */
function cutOff(file: string, has: number, had: number): UserError {
  return new UserError(
    `${file} ends after event ${has}, and once had ${had}: it was cut, or is an older copy.`,
    `Bring the whole file back. To go on without what is lost: rm '${file.replace(/events\.jsonl$/, 'state.json')}'   then agentloop run`,
    'cannot-start',
  );
}
