import { BugError } from '../errors.ts';
import type { Git } from './git.ts';
import type { Objects } from './objects.ts';
import { overlayTree } from './overlay.ts';
import type { Leaf, Node, TreeNodes } from './tree-nodes.ts';
import type { BytePath, Change, Commit, Entry, Tree, Trees } from './trees.ts';

/** Commits whose tree is remembered. */
const mostCommits = 1000;
/** Trees whose list is remembered, and up to how many entries: a base and its candidate are asked for again and again. */
const mostLists = 3;
const longestList = 30_000;

/** The trees of the vault: read once, then kept in memory and compared there. */
export function vaultTrees(vault: Git, objects: Objects, nodes: TreeNodes): Trees {
  const treeOfCommit = new Map<Commit, Tree>();
  const lists = new Map<Tree, readonly Entry[]>();
  return {
    async treeOf(commit) {
      const known = treeOfCommit.get(commit);
      if (known !== undefined) return known;
      const { type, body } = await objects.get(commit);
      const tree = /^tree ([0-9a-f]+)\n/.exec(body.toString('latin1'))?.[1];
      if (type !== 'commit' || tree === undefined) throw new BugError(`${commit} is no commit`);
      if (treeOfCommit.size >= mostCommits) treeOfCommit.clear();
      treeOfCommit.set(commit, tree);
      return tree;
    },
    async has(tree) {
      return objects.has([tree]);
    },
    async list(tree) {
      const known = lists.get(tree);
      if (known !== undefined) return known;
      await nodes.load(tree);
      const list = [...entriesOf(nodes, tree, '')];
      for (const [oldest] of lists) if (lists.size >= mostLists) lists.delete(oldest);
      if (list.length <= longestList) lists.set(tree, list);
      return list;
    },
    async changes(from, to) {
      if (from === to) return [];
      await nodes.load(from, to);
      return [...compare(nodes, from, to, '')].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async read(tree, path) {
      await nodes.load(tree);
      const leaf = find(nodes, tree, path);
      if (!leaf || leaf.mode === '40000' || leaf.mode === '160000') return undefined;
      return (await objects.get(leaf.oid)).body;
    },
    async blobs(oids) {
      const found = await objects.getAll(oids);
      return new Map([...found].map(([oid, { body }]) => [oid, body]));
    },
    async write(content) {
      return objects.put('blob', typeof content === 'string' ? Buffer.from(content) : content);
    },
    async overlay(base, entries) {
      await nodes.load(base);
      return overlayTree(nodes, base, entries);
    },
    async only(entries) {
      return overlayTree(nodes, nodes.put(new Map()), entries);
    },
    async diff(from, to, maxBytes) {
      const options = ['--no-ext-diff', '--no-textconv', '--no-color', '-M', '--end-of-options'];
      const out = await vault.run(['diff', ...options, from, to], { cutAt: maxBytes + 1 });
      const text = Buffer.from(out.slice(0, maxBytes), 'latin1').toString('utf8');
      return out.length <= maxBytes
        ? text
        : `${text}\n[... the diff goes on; cut at ${maxBytes} bytes ...]\n`;
    },
  };
}

/** The entry of a path in a loaded tree. */
export function find(nodes: TreeNodes, tree: Tree, path: BytePath): Leaf | undefined {
  const names = path.split('/');
  let folder = tree;
  for (const name of names.slice(0, -1)) {
    const leaf = nodes.node(folder).get(name);
    if (leaf?.mode !== '40000') return undefined;
    folder = leaf.oid;
  }
  return nodes.node(folder).get(names.at(-1) as string);
}

/** All entries of a loaded tree that are no folders. */
function* entriesOf(nodes: TreeNodes, tree: Tree, prefix: BytePath): Generator<Entry> {
  for (const [name, { mode, oid }] of nodes.node(tree)) {
    if (mode === '40000') yield* entriesOf(nodes, oid, `${prefix}${name}/`);
    else yield { path: prefix + name, mode, oid };
  }
}

/** Names of the objects that `to` has and `from` has not at the same place: what must come along when `from` is there. */
export function* newObjects(nodes: TreeNodes, from: Tree | undefined, to: Tree): Generator<string> {
  if (from === to) return;
  yield to;
  const old: Node = from === undefined ? new Map() : nodes.node(from);
  for (const [name, { mode, oid }] of nodes.node(to)) {
    const before = old.get(name);
    if (before?.oid === oid || mode === '160000') continue;
    if (mode === '40000') yield* newObjects(nodes, before?.mode === '40000' ? before.oid : undefined, oid);
    else yield oid;
  }
}

function* compare(nodes: TreeNodes, from: Tree, to: Tree, prefix: BytePath): Generator<Change> {
  const [old, young] = [nodes.node(from), nodes.node(to)];
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    const [a, b] = [old.get(name), young.get(name)];
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
    const path = prefix + name;
    if (a?.mode === '40000' && b?.mode === '40000') {
      yield* compare(nodes, a.oid, b.oid, `${path}/`);
      continue;
    }
    const before = fileAt(path, a);
    const after = fileAt(path, b);
    if (a?.mode === '40000') for (const one of entriesOf(nodes, a.oid, `${path}/`)) yield gone(one);
    if (b?.mode === '40000') for (const one of entriesOf(nodes, b.oid, `${path}/`)) yield added(one);
    if (before && after) yield { path, status: 'modified', old: before, new: after };
    else if (before) yield gone(before);
    else if (after) yield added(after);
  }
}

function fileAt(path: BytePath, leaf: Leaf | undefined): Entry | undefined {
  return leaf && leaf.mode !== '40000' ? { path, mode: leaf.mode, oid: leaf.oid } : undefined;
}

function gone(entry: Entry): Change {
  return { path: entry.path, status: 'deleted', old: entry, new: null };
}

function added(entry: Entry): Change {
  return { path: entry.path, status: 'added', old: null, new: entry };
}
