import { tornWords } from './broken-file.ts';
import { Chain, type LineHash } from './chain.ts';
import type { Recorded } from './event.ts';
import { fromTheTop, openToRead, readLines } from './jsonl.ts';

/**
 * Every event of a ledger, checked by hand (format, dense `seq`, one run, chain of hashes), without zod: payloads
 * are believed. `torn` says that a last line is not whole (being written, or left by a crash); it is left out.
 * UserError when the file is missing, or, naming file and line, when anything else is odd. `verify: false` leaves
 * out the chain of hashes, and with it the loading of node:crypto. `keep`: only these are given; all are checked.
 */
export async function readLedger(
  file: string,
  {
    verify = true,
    keep = () => true,
  }: { readonly verify?: boolean; readonly keep?: (event: Recorded) => boolean } = {},
): Promise<{ readonly events: readonly Recorded[]; readonly torn?: string }> {
  const hash = verify ? await loadHash() : undefined;
  const handle = await openToRead(file);
  try {
    const chain = new Chain(file, hash === undefined ? {} : { hash });
    const place = fromTheTop();
    const events: Recorded[] = [];
    for await (const batch of readLines(handle, file, place)) {
      for (const line of batch) {
        const event = chain.next(line);
        if (keep(event)) events.push(event);
      }
    }
    return place.torn === 0 ? { events } : { events, torn: tornWords(place.torn, place.line) };
  } finally {
    await handle.close();
  }
}

/** sha256 as `Chain` wants it. Loaded when asked for: node:crypto adds 2.6 ms to a start-up of 19 ms. */
export async function loadHash(): Promise<LineHash> {
  const { hash } = await import('node:crypto');
  return (bytes) => hash('sha256', bytes);
}
