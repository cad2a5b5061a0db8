import type { Watched } from './probe/watch.ts';

/** What was seen when checks ran: plain data, kept in caches and evidence. */

export type Status = 'pass' | 'fail' | 'skip' | 'todo';

/** One test by its identity. */
export interface TestSeen {
  /** `file › suite › test`; a second one of the same name ends in ` (2)`. At most 500 characters. */
  readonly id: string;
  readonly status: Status;
  /** The test file, relative to the top; empty where the report does not tell. */
  readonly file: string;
  /** How long it took, where the runner tells; not kept with results of bases. */
  readonly ms?: number;
  /** Name of the adapter that read it; not kept with results of bases. */
  readonly runner?: string;
}

/** How one check ended. */
export interface CheckSeen {
  readonly name: string;
  /** Null when a signal or we ended it. */
  readonly exit: number | null;
  readonly timedOut: boolean;
  readonly ms: number;
  /** `none`: nothing to be had; `broken`: there was one, and it cannot be believed. */
  readonly report: 'read' | 'none' | 'broken';
  /** Why a report is broken. */
  readonly trouble?: string;
  /** By identity, in the order they were reported; null without a report. */
  readonly tests: readonly TestSeen[] | null;
  /** Whether each test file ran in a process or context of its own, so that a new one cannot touch the others. */
  readonly isolated: boolean;
  /** Head and tail of what it printed. */
  readonly output: string;
  readonly log?: { readonly file: string; readonly sha256: string };
  /** Paths of tracked files that were written while it ran, whatever they hold now; at most 1000. */
  readonly touched?: readonly string[];
  /** What was noted beside the reports, where somebody watched the run. */
  readonly watched?: readonly Watched[];
}

/** All checks on one tree, each in a clean checkout. */
export interface SuiteSeen {
  readonly tree: string;
  readonly checks: readonly CheckSeen[];
}

/** The verify command of a feature on one tree. */
export interface VerifySeen extends Omit<CheckSeen, 'report' | 'tests' | 'isolated' | 'trouble'> {
  readonly tree: string;
  /** What decided in the place of the command, or could have, a sentence; only of the candidate's trees. */
  readonly instead?: string;
}

/** Ended by itself with exit code 0. */
export function exitedGreen(seen: Pick<CheckSeen, 'exit' | 'timedOut'>): boolean {
  return seen.exit === 0 && !seen.timedOut;
}

/** A signal ended it, or the program that its shell ran: 128 and the number of the signal. */
export function exitedBySignal({ exit }: Pick<CheckSeen, 'exit'>): boolean {
  return exit === null || (exit > 128 && exit <= 128 + 31);
}

/** The tests that failed; a test that is skipped or still to do did not. */
export function failing(seen: CheckSeen): readonly TestSeen[] {
  return (seen.tests ?? []).filter((test) => test.status === 'fail');
}

/** Green in every respect: exit code, time, and the report, whatever the other two say. */
export function isGreen(seen: CheckSeen): boolean {
  return exitedGreen(seen) && seen.report !== 'broken' && failing(seen).length === 0;
}

/** The tests of a check by identity. */
export function byId(tests: readonly TestSeen[] | null): ReadonlyMap<string, TestSeen> {
  return new Map((tests ?? []).map((test) => [test.id, test]));
}
