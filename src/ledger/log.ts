import { AppendOnly } from './append-only.ts';
import { Chain } from './chain.ts';
import type { Event, Recorded } from './event.ts';
import { fromTheTop, readLines } from './jsonl.ts';
import { checkPayload, cleanPayload } from './payload.ts';
import { loadHash } from './read.ts';

/** What happened in a run, once, in order. This process writes it, and nobody else: take the lock first. */
export interface OpenLedger {
  readonly file: string;
  /** All events so far, in order. */
  readonly events: readonly Recorded[];
  /** What was put right when it was opened, in words. */
  readonly repaired?: string;
  /**
   * Checks the event against its schema, takes secrets out, writes it and gives it as it stands in the file, where it
   * is on disk when this returns. BugError when the event breaks its schema or its line is too long: nothing is
   * written and the ledger goes on. UserError when the disk fails: from then on every append fails.
   */
  append(event: Event): Promise<Recorded>;
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
 * Opens the ledger of a run, or makes it. Every line is checked: format, `seq`, run, chain of hashes, payload. A torn
 * last line is cut off, kept in `<file>.torn` and told in `repaired`; anything else odd is a UserError that names file
 * and line, and the file is left as it is.
 */
export async function openLedger(
  file: string,
  { run, redact = (text) => text, now = Date.now }: LedgerOptions,
): Promise<OpenLedger> {
  const hash = await loadHash();
  const out = await AppendOnly.open(file);
  const chain = new Chain(file, { run, hash });
  const events: Recorded[] = [];
  let repaired: string | undefined;
  try {
    const place = fromTheTop();
    for await (const batch of readLines(out.handle, file, place)) {
      for (const line of batch) events.push(checkPayload(chain.next(line), file, line.number));
    }
    repaired = await out.cutTorn(place);
  } catch (error) {
    await out.close();
    throw error;
  }

  let { seq, prev } = chain;
  const listeners = new Set<(event: Recorded) => void>();
  return {
    file,
    events,
    ...(repaired === undefined ? {} : { repaired }),
    async append(event) {
      const payload = cleanPayload(event, redact);
      const ts = new Date(now()).toISOString();
      const line = JSON.stringify({ ...payload, v: 1, seq: seq + 1, ts, run, type: event.type, prev });
      const written = out.append(line, true);
      seq += 1;
      prev = hash(Buffer.from(line));
      await written;
      const recorded = JSON.parse(line) as Recorded;
      events.push(recorded);
      for (const listener of listeners) listener(recorded);
      return recorded;
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => out.close(),
  };
}
