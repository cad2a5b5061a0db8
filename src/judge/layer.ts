import type { Proof, Reason, Suspicion } from '../ledger/event.ts';
import type { Change } from '../workspace/trees.ts';
import type { Arrangement, Place } from './arrange.ts';
import type { BaseSeen } from './base-seen.ts';
import type { BluntedSeen } from './blunt/see-blunted.ts';
import type { Focus } from './focus.ts';
import type { Candidate } from './judge.ts';
import type { LeftRed } from './left-red/see-left-red.ts';
import type { MutantsSeen } from './mutants/see-mutants.ts';
import type { Heard } from './opinion.ts';
import type { ProbeSeen } from './probe/see-probe.ts';
import type { SealedSeen } from './sealed/view-sealed.ts';
import type { SecretSeen } from './see-secrets.ts';
import type { SuiteSeen, VerifySeen } from './seen.ts';

/** Everything that can be looked at, by name. Seeing costs: a layer asks for what it needs, when it needs it. */
export interface Sights {
  readonly base: BaseSeen;
  readonly trees: Arrangement;
  readonly judged: SuiteSeen;
  readonly delivered: SuiteSeen;
  readonly proving: SuiteSeen;
  /** The new tests alone, seen green once more, and how to see them alone again. */
  readonly focus: Focus;
  /** The new tests on the base's sources, each time they were looked at. */
  readonly red: readonly SuiteSeen[];
  readonly 'verify-delivered': VerifySeen;
  readonly 'verify-judged': VerifySeen;
  readonly 'verify-proving': VerifySeen;
  readonly 'verify-red': VerifySeen;
  readonly leftRed: LeftRed;
  readonly probe: ProbeSeen;
  readonly mutants: MutantsSeen;
  readonly blunted: BluntedSeen;
  readonly secrets: readonly SecretSeen[];
  readonly suspicions: readonly Suspicion[];
  readonly opinion: Heard;
  readonly sealed: SealedSeen;
}
export type Sight = keyof Sights;

/** What a layer is given: the candidate and what has been seen so far. */
export interface Case {
  readonly candidate: Candidate;
  /** From the base to the candidate, without the files of the harness. */
  readonly changes: readonly Change[];
  readonly seen: Partial<Sights>;
}

export type Finding =
  /** It must see this first, and is asked again then. */
  | { readonly ask: Sight }
  /** Reasons to refuse; none: as far as this layer sees, the claim is true. */
  | { readonly reasons: readonly Reason[]; readonly proof?: Proof; readonly notes?: readonly string[] };

/** One thing the judge looks at. Pure: the same case gives the same finding. */
export interface Layer {
  readonly name: string;
  /** What it holds, a sentence for docs/judge.md. */
  readonly holds: string;
  /** Its reasons wait for those of the next layer, which looks at the same run: the brain gets both at once. */
  readonly waits?: true;
  look(scene: Case): Finding;
  /** Whose version of changed files counts; only one layer decides it. Without one, the candidate's does. */
  place?(base: BaseSeen): Place;
}

export const passed: Finding = { reasons: [] };
