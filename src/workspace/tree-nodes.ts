import { BugError } from '../errors.ts';
import type { Git } from './git.ts';
import type { Objects } from './objects.ts';
import type { BytePath, Entry, Tree } from './trees.ts';

/** One entry of one folder. Mode `40000` is a folder, as git writes it. */
export interface Leaf {
  readonly mode: Entry['mode'] | '40000';
  readonly oid: string;
}
/** One folder of a tree: names (latin1) to entries. Shared between trees, so never changed. */
export type Node = ReadonlyMap<string, Leaf>;

/** Entries that may come into memory before those that were not used meanwhile go: this many, or so many whole trees. */
const fewest = 10_000;
const trees = 3;

/**
 * Folders of trees in memory, by the name of their tree object. A new tree shares all folders that did not change with
 * the one it was made from, so that after the first session no tree has to be read again. What nobody has loaded for a
 * while is forgotten, or each session of a night would leave its trees behind.
 */
export class TreeNodes {
  readonly #vault: Git;
  readonly #objects: Objects;
  /** What was used since memory was last tidied, and what was used in the time before that. */
  #nodes = new Map<Tree, Node>();
  #before: ReadonlyMap<Tree, Node> = new Map();
  /** Entries in `#nodes`. */
  #entries = 0;
  /** Entries of the largest tree that was loaded. */
  #largest = 0;

  constructor(vault: Git, objects: Objects) {
    this.#vault = vault;
    this.#objects = objects;
  }

  /** Brings whole trees into memory. They stay there while they are used. */
  async load(...wanted: readonly Tree[]): Promise<void> {
    if (this.#entries > Math.max(fewest, trees * this.#largest)) this.#tidy();
    // While one is read, others may come and go.
    for (;;) {
      const missing = wanted.find((tree) => !this.#isWhole(tree));
      if (missing === undefined) return;
      await this.#read(missing);
    }
  }

  async #read(tree: Tree): Promise<void> {
    const out = await this.#vault.run(['ls-tree', '-r', '-t', '-z', '--full-tree', tree]);
    const folders = new Map<BytePath, Map<string, Leaf>>([['', new Map()]]);
    const named: [Tree, BytePath][] = [[tree, '']];
    for (let at = 0; at < out.length; ) {
      const tab = out.indexOf('\t', at);
      const end = out.indexOf('\0', tab);
      const [mode, type, oid] = out.slice(at, tab).split(' ') as [string, string, string];
      const path = out.slice(tab + 1, end);
      at = end + 1;
      const slash = path.lastIndexOf('/');
      const folder = folders.get(path.slice(0, Math.max(slash, 0))) as Map<string, Leaf>;
      folder.set(path.slice(slash + 1), { mode: type === 'tree' ? '40000' : usual(mode), oid });
      if (type !== 'tree') continue;
      folders.set(path, new Map());
      named.push([oid, path]);
    }
    for (const [oid, path] of named) this.#keep(oid, folders.get(path) as Node);
  }

  /** A folder of a tree that was loaded or put. */
  node(tree: Tree): Node {
    const node = this.#find(tree);
    if (!node) throw new BugError(`tree ${tree} is not in memory`);
    return node;
  }

  /** Writes a folder as a tree object and gives its name. */
  put(node: Node): Tree {
    const parts: Buffer[] = [];
    for (const [name, { mode, oid }] of [...node].sort(inGitsOrder)) {
      parts.push(Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex'));
    }
    const oid = this.#objects.put('tree', Buffer.concat(parts));
    this.#keep(oid, node);
    return oid;
  }

  #isWhole(tree: Tree): boolean {
    const entries = this.#count(tree);
    this.#largest = Math.max(this.#largest, entries ?? 0);
    return entries !== undefined;
  }

  /** Entries of a whole tree, all of which count as used now; undefined when a part of it is not in memory. */
  #count(tree: Tree): number | undefined {
    const node = this.#find(tree);
    let entries = node?.size;
    for (const { mode, oid } of node?.values() ?? []) {
      if (mode !== '40000') continue;
      const below = this.#count(oid);
      if (below === undefined || entries === undefined) return undefined;
      entries += below;
    }
    return entries;
  }

  #find(tree: Tree): Node | undefined {
    const node = this.#nodes.get(tree);
    if (node) return node;
    const before = this.#before.get(tree);
    if (before) this.#keep(tree, before);
    return before;
  }

  #keep(oid: Tree, node: Node): void {
    if (this.#nodes.has(oid)) return;
    this.#nodes.set(oid, node);
    this.#entries += node.size;
  }

  #tidy(): void {
    this.#before = this.#nodes;
    this.#nodes = new Map();
    this.#entries = 0;
  }
}

/** Modes of long ago (100664 and the like) mean what git takes them for. */
function usual(mode: string): Entry['mode'] {
  if (mode === '120000' || mode === '160000') return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}

/** Git compares names as bytes, a folder as if its name ended in a slash. */
function inGitsOrder([a, left]: [string, Leaf], [b, right]: [string, Leaf]): number {
  const one = left.mode === '40000' ? `${a}/` : a;
  const two = right.mode === '40000' ? `${b}/` : b;
  return one < two ? -1 : one > two ? 1 : 0;
}
