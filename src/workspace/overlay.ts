import { BugError } from '../errors.ts';
import { isDotGit } from './names-of-git.ts';
import type { Leaf, Node, TreeNodes } from './tree-nodes.ts';
import { type BytePath, type Entry, shown, type Tree } from './trees.ts';

/** An entry to set, or to remove where `oid` is null. */
export interface Edit {
  readonly path: BytePath;
  readonly mode: Entry['mode'];
  readonly oid: string | null;
}

interface Plan {
  removed: boolean;
  set: Leaf | undefined;
  readonly below: Map<string, Plan>;
}

/**
 * A tree with some entries set and removed; only the folders on their paths are written anew. A file that is set where
 * a folder was takes its place, and the other way round. Removing what is not there changes nothing. `base` is loaded.
 */
export function overlayTree(nodes: TreeNodes, base: Tree, edits: readonly Edit[]): Tree {
  if (edits.length === 0) return base;
  const top: Plan = { removed: false, set: undefined, below: new Map() };
  for (const { path, mode, oid } of edits) {
    let plan = top;
    for (const name of path.split('/')) {
      if (name === '' || name === '.' || name === '..' || isDotGit(name)) {
        throw new BugError(`"${shown(path)}" cannot stand in a tree`);
      }
      const next: Plan = plan.below.get(name) ?? { removed: false, set: undefined, below: new Map() };
      plan.below.set(name, next);
      plan = next;
    }
    if (oid === null) plan.removed = true;
    else plan.set = { mode, oid };
  }
  return nodes.put(carryOut(nodes, nodes.node(base), top));
}

function carryOut(nodes: TreeNodes, folder: Node, plan: Plan): Node {
  const result = new Map(folder);
  for (const [name, { removed, set, below }] of plan.below) {
    const old = result.get(name);
    const wasFolder = old?.mode === '40000';
    if (set) {
      if (setsAny(below)) throw new BugError(`"${shown(name)}" cannot be a file and a folder`);
      result.set(name, set);
      continue;
    }
    if (removed && !wasFolder) result.delete(name);
    if (below.size === 0) continue;
    const inner = carryOut(nodes, wasFolder ? nodes.node(old.oid) : new Map(), { removed, set, below });
    if (inner.size > 0) result.set(name, { mode: '40000', oid: nodes.put(inner) });
    else if (wasFolder) result.delete(name);
  }
  return result;
}

function setsAny(plans: Plan['below']): boolean {
  return [...plans.values()].some(({ set, below }) => set !== undefined || setsAny(below));
}
