import type { Proof, StopReason, Suspicion } from '../ledger/event.ts';
import type { Spent } from '../ledger/state.ts';

/** A run in figures and facts, for machines: `result.json` and `agentloop report --format json`. `schema/result.schema.json` describes it. */
export interface Result {
  readonly version: 1;
  readonly run: string;
  readonly kind: 'init' | 'run';
  /** Why it stopped; null while it goes on, or when it died. */
  readonly reason: StopReason | null;
  readonly detail: string | null;
  /** When to come back (ISO instant), where the brain is unavailable and that is known. */
  readonly until: string | null;
  /** The true exit code, whatever --fail-on makes of it. */
  readonly exitCode: number | null;
  readonly branch: string | null;
  readonly base: string;
  readonly baseRef: string;
  readonly tip: string;
  /** Commit at which the run branch stands in the user's repository. */
  readonly published: string | null;
  /** Why the run branch was not moved, if it was not. */
  readonly held: string | null;
  readonly started: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly features: {
    readonly total: number;
    readonly pass: number;
    readonly landed: number;
    readonly unproven: number;
    readonly blocked: number;
    readonly waiting: number;
    readonly open: number;
  };
  readonly sessions: number;
  readonly refused: number;
  /** Suspicions about what landed. */
  readonly suspicions: number;
  /** US dollars; `unknown`: something more was spent whose price is not known. */
  readonly cost: Spent;
  readonly landings: readonly ResultLanding[];
  readonly refusals: readonly ResultRefusal[];
  /** Changes of brains that did not count: to harness files, and to files the judge took from the base. */
  readonly leftOut: readonly ResultLeftOut[];
  readonly blocked: readonly {
    readonly feature: string;
    readonly title: string;
    readonly why: string;
    readonly command: string;
  }[];
  readonly waiting: readonly {
    readonly feature: string;
    readonly title: string;
    readonly question: string;
    readonly command: string;
  }[];
  /** What has neither landed nor is held, and how each stands; of a plan, all that is listed. */
  readonly open: readonly { readonly feature: string; readonly title: string; readonly words: string }[];
  /** Requests that were opened for it at a forge, in the order of its parts. */
  readonly requests: readonly ResultRequest[];
  /** Without the command or the file that a brain is: those are of this machine. */
  readonly brain: string;
  readonly model: string | null;
  readonly fence: string;
  readonly versions: { readonly agentloop: string; readonly node: string };
}

/** A pull request or merge request of a run. */
export interface ResultRequest {
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly base: string;
  readonly features: readonly string[];
}

export interface ResultLanding {
  readonly feature: string;
  readonly title: string;
  readonly commit: string;
  readonly session: number | null;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly look: readonly string[];
  readonly proof: { readonly kind: Proof['kind']; readonly turned: readonly string[] };
  readonly sessions: number;
  readonly refusals: number;
  readonly usd: number;
  /** What a reader of its verdict must know, a sentence each. */
  readonly notes: readonly string[];
  /** What a second look should be given to. */
  readonly suspicions: readonly Suspicion[];
}

export interface ResultRefusal {
  readonly feature: string | null;
  readonly session: number | null;
  readonly at: string;
  readonly reasons: readonly {
    readonly code: string;
    readonly text: string;
    readonly tests: readonly string[];
    /** Lines of what the check printed that tell what failed; empty where none was run. */
    readonly printed: readonly string[];
  }[];
}

export interface ResultLeftOut {
  readonly feature: string | null;
  readonly session: number | null;
  /** Whether this verdict accepted the claim. */
  readonly accepted: boolean;
  readonly harnessFiles: readonly string[];
  readonly fromBase: readonly string[];
}
