import type { Proof, Reason, Suspicion } from '../ledger/event.ts';
import type { Feature } from '../project/feature.ts';
import type { Problem } from '../workspace/snapshot.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import type { Examined, Written } from './sealed/examine.ts';

/** What would land: the snapshot of the workspace put on the base, with the harness files already as they will stand. */
export interface Candidate {
  readonly run: string;
  readonly session: number;
  readonly feature: Feature;
  /** Tip of the run branch when it is judged. */
  readonly base: Commit;
  readonly baseTree: Tree;
  readonly tree: Tree;
  /** The same with the harness files of the base: equal where the work is. */
  readonly work?: Tree;
  /** What the snapshot could not take (links out of the tree, nested repositories, special files). */
  readonly problems: readonly Problem[];
  /** Harness files whose changes by the brain were left out. */
  readonly dropped: readonly string[];
  /** It is asked only whether anything breaks: then nothing need have been changed. */
  readonly mayBeEmpty?: true;
}

export interface Accepted {
  readonly ruling: 'accepted';
  readonly proof: Proof;
}
export interface Refused {
  readonly ruling: 'refused';
  readonly reasons: readonly Reason[];
}
export type Verdict = (Accepted | Refused) & {
  /** sha256 and place of `evidence/<feature>-<session>-<round>.json`. */
  readonly evidence: string;
  readonly restored: readonly string[];
  readonly knownRed: number;
  readonly flaky: readonly string[];
  /** What a reader of the verdict must know: a sentence each. */
  readonly notes: readonly string[];
  readonly suspicions: readonly Suspicion[];
};

/** The judge could not see: counts against nobody. */
export interface Broken {
  readonly ruling: 'broken';
  readonly code: string;
  readonly reason: string;
  readonly help: string;
}

export interface BaseRuling {
  readonly ruling: 'seen';
  readonly passing: number;
  readonly knownRed: number;
  readonly flaky: readonly string[];
  /** Checks for which the runner told no test identities. */
  readonly withoutIdentities: readonly string[];
  readonly cached: boolean;
}

export interface FinalRuling {
  readonly ruling: 'held' | 'lost';
  /** Features whose proof no longer holds, with reasons. */
  readonly lost: readonly { readonly feature: string; readonly reasons: readonly Reason[] }[];
}

/** Decides whether a claim is true. Ends with a ruling, never throws for what a candidate does. */
export interface Judge {
  /** Judges the base first, twice when it is not known yet; nothing is ruled before this has been seen. */
  base(commit: Commit, signal: AbortSignal): Promise<BaseRuling | Broken>;
  rule(candidate: Candidate, signal: AbortSignal): Promise<Verdict | Broken>;
  /** Which of the tests that were written before anyone worked on a feature can be sealed. */
  examine(written: Written, signal: AbortSignal): Promise<Examined | Broken>;
  /** The suite and every proof's green half on the tip. */
  final(
    tip: Commit,
    start: Commit,
    landed: readonly { readonly feature: Feature; readonly proof: Proof }[],
    signal: AbortSignal,
  ): Promise<FinalRuling | Broken>;
}
