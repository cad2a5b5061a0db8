import type { BytePath, Tree } from './trees.ts';

/** Something in the workspace that cannot become part of a candidate. */
export interface Problem {
  readonly path: BytePath;
  readonly kind:
    | 'link-out'
    | 'nested-repository'
    | 'special-file'
    | 'hard-link'
    | 'too-large'
    | 'total-too-large'
    | 'filtered'
    | 'unreadable';
  readonly detail: string;
}

/** What a workspace held, as a tree in the vault. */
export interface Snapshot {
  readonly tree: Tree;
  /** Whether it differs from the tree the workspace was filled with. */
  readonly changed: boolean;
  readonly problems: readonly Problem[];
  /** The folder was deleted while it was in use: `tree` is the one it was filled with. */
  readonly gone?: true;
}

/** A snapshot while commands go on: what is written to meanwhile is left as the tree before had it. */
export interface Meanwhile {
  /** Gives up; the snapshot then fails. */
  readonly signal: AbortSignal;
}
