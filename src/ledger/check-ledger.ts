import { tornWords } from './broken-file.ts';
import { Chain } from './chain.ts';
import { fromTheTop, openToRead, readLines } from './jsonl.ts';
import { checkPayload } from './payload.ts';
import { loadHash } from './read.ts';

/** A file whose hash stands in the ledger. */
export interface Claimed {
  readonly what: 'brief' | 'transcript' | 'evidence';
  /** Its path below the folder of the run; evidence is known by its hash alone. */
  readonly file?: string;
  readonly sha256: string;
  /** Number of the event that speaks of it. */
  readonly seq: number;
}

/** A ledger that was found whole. */
export interface Checked {
  readonly events: number;
  /** sha256 of the last line: whoever has noted it can tell later whether this is still the same ledger. */
  readonly head: string;
  readonly claimed: readonly Claimed[];
  /** A last line that is not whole, in words. */
  readonly torn?: string;
}

/**
 * Reads every line of a ledger and believes nothing else: JSON, format, one run, dense `seq`, chain of hashes, and what
 * each type of event promises. UserError that names file and line for the first line that is odd.
 */
export async function checkLedger(file: string): Promise<Checked> {
  const handle = await openToRead(file);
  try {
    const chain = new Chain(file, { hash: await loadHash() });
    const place = fromTheTop();
    const claimed: Claimed[] = [];
    for await (const batch of readLines(handle, file, place)) {
      for (const line of batch) {
        const event = checkPayload(chain.next(line), file, line.number);
        const { seq } = event;
        const claim = (what: Claimed['what'], sha256: string, name?: string) =>
          claimed.push({ what, sha256, seq, ...(name === undefined ? {} : { file: name }) });
        if (event.type === 'session.started') claim('brief', event.brief, `briefs/${event.session}.txt`);
        if ((event.type === 'brain.finished' || event.type === 'brain.failed') && event.told)
          claim('brief', event.told.sha256, `briefs/${event.told.file}`);
        if (event.type === 'session.ended')
          for (const one of event.transcripts ?? []) claim('transcript', one.sha256, `sessions/${one.file}`);
        if (event.type === 'judge.ruled' && event.evidence !== undefined) claim('evidence', event.evidence);
      }
    }
    const torn = place.torn === 0 ? {} : { torn: tornWords(place.torn, place.line) };
    return { events: chain.seq, head: chain.prev, claimed, ...torn };
  } finally {
    await handle.close();
  }
}
