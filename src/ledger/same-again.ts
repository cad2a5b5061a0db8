import type { Reason } from './event.ts';

/** Something that happens again and again, in a row. */
export interface Row {
  /** What makes it the same. */
  readonly words: string;
  readonly times: number;
}

/** What of the work on a feature went round in circles. */
export interface Circles {
  /** The last refusals that were the same, while nothing else came between them. */
  sameRefusal?: Row;
  /** How often each work (its tree without the files of the harness) was refused. */
  refusedWork: Map<string, number>;
  /** Its last crashes with the same words and nothing to show. */
  sameCrash?: Row;
  /** What had landed after it each time the final judge found it lost. */
  lostAfter: string[];
}

/** Nothing yet. */
export function noCircles(): Circles {
  return { refusedWork: new Map(), lostAfter: [] };
}

/** The row with one more: longer where it is the same, a new one where it is not. */
export function oneMore(row: Row | undefined, words: string): Row {
  return { words, times: row?.words === words ? row.times + 1 : 1 };
}

/** Reasons without what differs from one run of the same check to the next: times, counts, addresses. */
export function keyOf(reasons: readonly Reason[]): string {
  return reasons
    .map(({ code, text, tests = [] }) => [code, ...tests.toSorted(), bare(text)].join(' '))
    .join('\n');
}

/** A sentence with its numbers taken out, cut. */
export function bare(text: string): string {
  return text.replace(/\d[\d.,:]*/g, '#').slice(0, 300);
}
