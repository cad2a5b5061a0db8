import { tornWords } from './broken-file.ts';
import { Chain } from './chain.ts';
import type { Recorded } from './event.ts';
import { fold, step } from './fold.ts';
import { fromTheTop, openToRead, readLines } from './jsonl.ts';
import { loadHash } from './read.ts';
import { longFrom, readSaved } from './saved-state.ts';
import type { State } from './state.ts';

/**
 * The state of a run: of a long ledger from what was saved beside it and the lines since, else from all lines.
 * Undefined when it does not begin with `run.started`. Lines are checked as `readLedger` does, with the same failures;
 * those before the saved state are believed.
 */
export async function readStanding(
  file: string,
  { verify = true }: { readonly verify?: boolean } = {},
): Promise<{ readonly state: State | undefined; readonly torn?: string }> {
  const handle = await openToRead(file);
  try {
    const isLong = (await handle.stat()).size >= longFrom;
    const hash = verify || isLong ? await loadHash() : undefined;
    const saved = isLong && hash !== undefined ? await readSaved(file, handle, hash) : undefined;
    const chain = new Chain(file, {
      ...(verify && hash !== undefined ? { hash } : {}),
      ...(saved === undefined ? {} : { run: saved.state.run, after: saved.mark }),
    });
    const place =
      saved === undefined ? fromTheTop() : { offset: saved.mark.offset, line: saved.mark.seq, torn: 0 };
    let state = saved?.state;
    let begun = saved !== undefined;
    const take = (event: Recorded) => {
      if (begun) state && step(state, event);
      else {
        begun = true;
        state = fold([event]);
      }
    };
    for await (const batch of readLines(handle, file, place))
      for (const line of batch) take(chain.next(line));
    return place.torn === 0 ? { state } : { state, torn: tornWords(place.torn, place.line) };
  } finally {
    await handle.close();
  }
}
