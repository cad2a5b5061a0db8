import type { Proof } from '../../ledger/event.ts';
import type { Result } from '../result.ts';

/**
 * All that a reader of a run is told, computed from its ledger, its evidence and git: the report in all its formats, the
 * body and the comment of a pull request are made from this and from nothing else. `schema/packet.schema.json` describes
 * it. Every `seq` is the number of the event that says so. Titles, handoffs and questions are the words of models.
 */
export interface Packet extends Result {
  /** Number of the last event. */
  readonly seq: number;
  /** Whether a living process carries the run. */
  readonly alive: boolean;
  /** "still working", or how it ended and that it waits. */
  readonly state: string;
  /** What came of it, in one sentence. */
  readonly outcome: string;
  /** The command that makes most sense now. */
  readonly next: string;
  /** What stands on the run branch, in the order in which it landed. */
  readonly accepted: readonly Accepted[];
  readonly notDone: readonly NotDone[];
  /** What passed before this run. */
  readonly earlier: readonly { readonly feature: string; readonly title: string }[];
  /** What deserves a person's judgement, the most doubtful first. */
  readonly decisions: readonly Decision[];
  readonly touched: Touched;
  readonly regressions: readonly Regression[];
  /** Every refused claim, and every time the final judge found something lost. */
  readonly refusedClaims: readonly RefusedClaim[];
  readonly process: Process;
  readonly course: Course;
  /** Models (or brains without one) that took part, for `Assisted-by`: without commands and files of this machine. */
  readonly assistedBy: readonly string[];
  /** Where the evidence is kept, and the sha256 of the list of it; null where nothing was proven. */
  readonly evidence: { readonly ref: string; readonly sha256: string } | null;
}

/** A feature that landed and still stands. */
export interface Accepted {
  readonly feature: string;
  readonly title: string;
  /** What a user can do now, as the feature list has it; may be empty. */
  readonly description: string;
  readonly seq: number;
  readonly at: string;
  readonly session: number | null;
  readonly commit: string;
  /** The commit it was judged against, on which its proof was red. */
  readonly parent: string;
  /** At most 50 names are kept of what turned. */
  readonly proof: { readonly kind: Proof['kind']; readonly turned: readonly string[] };
  /** Tests of all checks: how many passed on the base, pass now, and were added; null where nobody counted. */
  readonly tests: { readonly before: number; readonly after: number; readonly added: number } | null;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** Where to look first: file, or file:line-line. */
  readonly look: readonly string[];
  readonly sessions: number;
  readonly refusals: number;
  readonly usd: number;
  /** Number of the event with its verdict, and the sha256 of its evidence. */
  readonly ruled: number | null;
  readonly evidence: string | null;
  /** What the brain says it did. */
  readonly did: string | null;
}

/** A feature that does not pass. */
export interface NotDone {
  readonly feature: string;
  readonly title: string;
  readonly is: 'blocked' | 'waiting' | 'open';
  /** Why, in the words of the harness; of one that waits, the question. */
  readonly why: string;
  /** For what it was last refused. */
  readonly reasons: RefusedClaim['reasons'];
  /** The last words of a brain that gave it up. */
  readonly said: string | null;
  /** What a person can do about it; null where nothing needs be done. */
  readonly command: string | null;
  readonly sessions: number;
  readonly refusals: number;
  readonly usd: number;
  readonly seq: number | null;
}

export interface Decision {
  readonly feature: string | null;
  /** File, with a line where one is known. */
  readonly place: string | null;
  readonly text: string;
  readonly seq: number | null;
}

/** What the accepted work changed beside sources and new tests. */
export interface Touched {
  /** False: the commits could not be read, so that the lists of files say nothing. */
  readonly known: boolean;
  /** How many commits were looked at. */
  readonly commits: number;
  /** Files with tests, or that tests load, which were there before. */
  readonly tests: readonly TouchedTest[];
  readonly outside: readonly TouchedFile[];
  /** Tests by name that ran on the base and do not any more. */
  readonly gone: readonly { readonly feature: string; readonly tests: readonly string[] }[];
}

export interface TouchedFile {
  readonly feature: string;
  readonly commit: string;
  readonly seq: number;
  readonly path: string;
  readonly kind: 'manifest' | 'lock file' | 'CI' | 'configuration';
  readonly what: 'added' | 'changed' | 'removed' | 'moved';
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

export interface TouchedTest extends Omit<TouchedFile, 'kind' | 'what'> {
  readonly what: 'changed' | 'only added to' | 'removed' | 'moved';
  /** Its name now, where it was moved. */
  readonly to: string | null;
}

/** Something that held and no longer did: seen by the judge before it landed, or by the final judge. */
export interface Regression {
  readonly seq: number;
  /** Whose work it was, or what no longer holds. */
  readonly feature: string;
  readonly session: number | null;
  readonly by: 'judge' | 'final-judge';
  readonly text: string;
  readonly tests: readonly string[];
  /** Commit by which the feature landed afterwards. */
  readonly mended: string | null;
}

export interface RefusedClaim {
  readonly seq: number;
  readonly at: string;
  readonly feature: string | null;
  readonly session: number | null;
  /** Without the advice to the brain. */
  readonly reasons: readonly {
    readonly code: string;
    readonly text: string;
    readonly tests: readonly string[];
  }[];
}

/** The night in figures. */
export interface Process {
  readonly invocations: number;
  readonly maxCostUsd: number | null;
  /** Features of which a claim was judged, and those of them whose first claim was accepted. */
  readonly judged: number;
  readonly firstPass: number;
}

/** How things went over time. */
export interface Course {
  readonly passing: readonly { readonly seq: number; readonly at: string; readonly passing: number }[];
  /** All money so far; at most 200 points. */
  readonly money: readonly { readonly seq: number; readonly at: string; readonly usd: number }[];
  readonly sessions: readonly CourseSession[];
  readonly waits: readonly {
    readonly seq: number;
    readonly from: string;
    readonly to: string;
    readonly why: string;
  }[];
}

export interface CourseSession {
  readonly seq: number;
  readonly session: number;
  readonly feature: string | null;
  readonly brain: string;
  readonly from: string;
  readonly to: string;
  /** Null: it has not ended. */
  readonly outcome: string | null;
  readonly refusals: number;
  readonly usd: number;
}
