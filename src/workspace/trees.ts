/** Names of git objects in the vault. Paths are bytes, kept as latin1 strings; `shown` makes them readable. */
export type Commit = string;
export type Tree = string;
type Blob = string;
/** A path relative to the top, one char per byte (latin1), so that no name is lost. */
export type BytePath = string;

export interface Entry {
  readonly path: BytePath;
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly oid: Blob;
}

export interface Change {
  readonly path: BytePath;
  readonly status: 'added' | 'modified' | 'deleted';
  readonly old: Entry | null;
  readonly new: Entry | null;
}

/** Trees of the vault, read and made without any checkout. Every failure is a BugError: the vault is ours. */
export interface Trees {
  treeOf(commit: Commit): Promise<Tree>;
  /** Whether the vault still has this tree. */
  has(tree: Tree): Promise<boolean>;
  list(tree: Tree): Promise<readonly Entry[]>;
  changes(from: Tree, to: Tree): Promise<readonly Change[]>;
  /** Undefined when there is no such file. */
  read(tree: Tree, path: BytePath): Promise<Buffer | undefined>;
  /** What these files hold, by the names of their blobs; one process at most. */
  blobs(oids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  write(content: string | Buffer): Promise<Blob>;
  /** `base` with these entries set, or removed where `oid` is null. */
  overlay(
    base: Tree,
    entries: readonly { readonly path: BytePath; readonly mode: Entry['mode']; readonly oid: Blob | null }[],
  ): Promise<Tree>;
  /** These entries and nothing else. */
  only(entries: readonly Entry[]): Promise<Tree>;
  /** Bounded unified diff for people and models, without external drivers. */
  diff(from: Tree, to: Tree, maxBytes: number): Promise<string>;
}

/** A path of bytes as people read it. */
export function shown(path: BytePath): string {
  const text = Buffer.from(path, 'latin1').toString('utf8');
  return JSON.stringify(text).slice(1, -1);
}
