import type { Proof } from '../../ledger/event.ts';
import type { Tree, Trees } from '../../workspace/trees.ts';
import type { BaseSeen } from '../base-seen.ts';
import { fileName } from '../protected.ts';
import { allowedBy, movedName, withMoved } from './moved.ts';
import { findMoves } from './moves.ts';
import { rulesOf } from './rules-of-base.ts';
import { isRenamed } from './standing.ts';

/** What held at the start, under the names its tests have on the tip; without files that a person let go. */
export async function asMoved(trees: Trees, base: BaseSeen, tip: Tree): Promise<BaseSeen> {
  const { moved, allowed } = await since(trees, base, base.tree, tip);
  if (allowed.size === 0) return withMoved(base, moved);
  const kept = base.checks.map((check) =>
    check.tests === null
      ? check
      : { ...check, tests: new Map([...check.tests].filter(([, { file }]) => !allowed.has(file))) },
  );
  return withMoved({ ...base, checks: kept }, moved);
}

/** A proof under the names that its tests have on the tip; without those of files that a person let go. */
export async function proofAsMoved(trees: Trees, base: BaseSeen, proof: Proof, tip: Tree): Promise<Proof> {
  if (proof.kind !== 'tests') return proof;
  const { moved, allowed } = await since(trees, base, proof.greenAt, tip);
  const kept = proof.turned.filter((name) => !allowed.has(name.split(' › ')[0] ?? ''));
  return { ...proof, turned: kept.map((name) => movedName(name, moved)) };
}

/** What became of files of tests between two trees: which were moved, and which a person allowed work on. */
interface Since {
  readonly moved: ReadonlyMap<string, string>;
  readonly allowed: ReadonlySet<string>;
}

/** Looks at two trees that both are the vault's; nothing when the older one is not there any more. */
async function since(trees: Trees, base: BaseSeen, from: Tree, to: Tree): Promise<Since> {
  if (from === to || !(await trees.has(from))) return { moved: new Map(), allowed: new Set() };
  const changes = await trees.changes(from, to);
  const allows = allowedBy(base.definition.allow);
  const allowed = new Set(
    changes.filter(({ path, old }) => old !== null && allows(path)).map(({ path }) => fileName(path)),
  );
  if (!changes.some(({ new: now }) => now === null)) return { moved: new Map(), allowed };
  const { kind } = await rulesOf(trees, base, from, []);
  const read = async ({ oid }: { readonly oid: string }) =>
    (await trees.blobs([oid])).get(oid) ?? Buffer.alloc(0);
  const moves = await findMoves(changes, kind, read);
  const names = async (tree: Tree) => {
    const all = new Set((await trees.list(tree)).map(({ path }) => fileName(path)));
    return (name: string) => all.has(name);
  };
  const [inBase, inCandidate] = [await names(from), await names(to)];
  const moved = new Map<string, string>();
  for (const { path, old } of changes) {
    const target = changes.find((one) => one.path === moves.get(path))?.new;
    if (old === null || !target || kind(path) === 'source') continue;
    const { is } = await isRenamed({ moves, inBase, inCandidate, read }, { old, now: target });
    if (is !== 'edited') moved.set(fileName(path), fileName(target.path));
  }
  return { moved, allowed };
}
