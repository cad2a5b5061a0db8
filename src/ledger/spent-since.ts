import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from './event.ts';

/** Money that a ledger tells of, and when (ms since 1970). */
export interface Paid {
  /** Number of the event in its run. */
  readonly seq: number;
  readonly at: number;
  readonly usd: number;
}

const piece = 1_000_000;
const mark = '"type":"cost.updated"';

/** What an event says was paid; undefined for all others, and where no price was known. */
export function paidIn(event: Recorded): Paid | undefined {
  if (event.type !== 'cost.updated' || event.usd === null) return undefined;
  return { seq: event.seq, at: Date.parse(event.ts), usd: event.usd };
}

/**
 * All that the ledgers of a folder of runs tell was paid since an instant, but for the run `except`. Each ledger is read from
 * its end, and no further back than that: what is old costs nothing. What cannot be read counts as nothing.
 */
export function paidSince(runsDir: string, since: number, except: string): readonly Paid[] {
  return names(runsDir)
    .filter((run) => run !== except)
    .flatMap((run) => paidInRun(runsDir, run, since));
}

/** The same for one run. */
export function paidInRun(runsDir: string, run: string, since: number): readonly Paid[] {
  return paidInFile(join(runsDir, run, 'events.jsonl'), since);
}

function names(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function paidInFile(file: string, since: number): readonly Paid[] {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size, mtimeMs } = fstatSync(fd);
    if (mtimeMs < since) return [];
    const paid: Paid[] = [];
    let rest = Buffer.alloc(0);
    for (let end = size; end > 0; end -= piece) {
      const start = Math.max(0, end - piece);
      const read = Buffer.alloc(end - start);
      readSync(fd, read, 0, read.length, start);
      const bytes = Buffer.concat([read, rest]);
      // The first line of a piece may begin in the one before it.
      const whole = start === 0 ? 0 : bytes.indexOf(10) + 1;
      rest = bytes.subarray(0, whole);
      const events = bytes.subarray(whole).toString('utf8').split('\n').map(timeAndPaid);
      paid.push(...events.flatMap(({ pays }) => (pays && pays.at >= since ? [pays] : [])));
      if (events.some(({ at }) => at < since)) break;
    }
    return paid;
  } finally {
    closeSync(fd);
  }
}

/** The instant of a line (infinite where it has none), and what it pays. */
function timeAndPaid(line: string): { at: number; pays?: Paid | undefined } {
  const [, ts] = /"ts":"([^"]{20,30})","run":/.exec(line) ?? [];
  const at = ts === undefined ? Number.POSITIVE_INFINITY : Date.parse(ts);
  if (!line.includes(mark)) return { at };
  try {
    return { at, pays: paidIn(JSON.parse(line) as Recorded) };
  } catch {
    return { at };
  }
}
