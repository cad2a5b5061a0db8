import type { Proof, Reason } from '../ledger/event.ts';
import type { BytePath, Change, Tree } from '../workspace/trees.ts';
import type { BaseSeen } from './base-seen.ts';
import type { JudgeDeps } from './deps.ts';
import type { Broken, Candidate } from './judge.ts';
import type { Sights } from './layer.ts';
import type { Watch } from './probe/watch.ts';
import type { Kind } from './protected.ts';
import type { SuiteSeen, VerifySeen } from './seen.ts';

/** Nothing was seen: the judge's own trouble, or reasons that lie in the candidate. */
export type Trouble = Broken | { readonly reasons: readonly Reason[] };

/** What was seen, the whole of it so far; or why nothing was. */
export type Look = Partial<Sights> | Trouble;

/** Where one ruling looks from: the candidate, and the means to run what it leads to. */
export interface View {
  readonly deps: JudgeDeps;
  readonly candidate: Candidate;
  /** From the base to the candidate, the files of the harness included. */
  readonly changes: readonly Change[];
  readonly signal: AbortSignal;
  /** What a file is by the rules of the base. `source` for every file before the sight `trees` was seen. */
  kind(path: BytePath, isLink?: boolean): Kind;
  /** Runs every check on a tree, under a name for its logs. A tree that was run in this ruling is not run again. */
  suite(name: string, tree: Tree, base: BaseSeen, more?: SuiteOptions): Promise<SuiteSeen | Trouble>;
  /** Runs the verify command of the feature on a tree; once for each tree. */
  verify(
    name: string,
    tree: Tree,
    base: BaseSeen,
    more?: Pick<SuiteOptions, 'again' | 'capMs'>,
  ): Promise<VerifySeen | Trouble>;
}

export interface SuiteOptions {
  /** Names of the checks to run; all when not given. */
  readonly checks?: readonly string[];
  /** Runs it once more although the same tree was run before. */
  readonly again?: true;
  /** Each check may take this many ms at most, if its own time is longer. */
  readonly capMs?: number;
  /** Looks on while the checks run. */
  readonly watch?: Watch;
}

/** What the layers before have come to. */
export interface SoFar {
  readonly proof: Proof | undefined;
  readonly notes: readonly string[];
}

/** Makes one sight out of what was seen before; it may look for others first through `view`. */
export type Viewer = (view: View, seen: Seen, soFar: SoFar) => Promise<Look>;

/** What every viewer can count on. */
export type Seen = Partial<Sights> & Required<Pick<Sights, 'base' | 'trees'>>;

/** Whether it is trouble. */
export function isTrouble(look: object): look is Trouble {
  return 'ruling' in look || 'reasons' in look;
}
