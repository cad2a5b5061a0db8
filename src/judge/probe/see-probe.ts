import type { BaseSeen } from '../base-seen.ts';
import { definitionHash } from '../definition.ts';
import type { JudgeDeps } from '../deps.ts';
import { fileName } from '../protected.ts';
import type { SuiteSeen } from '../seen.ts';
import { isTrouble, type Seen, type Trouble, type View, type Viewer } from '../view.ts';
import { keepProbe, readKeptProbe } from './kept-probe.ts';
import type { Sides } from './patched.ts';
import { type Bed, bedsIn, planFor } from './plan.ts';
import { type Probed, readProbe } from './probed.ts';
import { byLuck, type ProbeRun, type SecondLook, secondLook } from './second-look.ts';
import { mayBeChance, type Strange, sameKind, strangeIn } from './strange.ts';
import { watchFor } from './watch.ts';

/** What one more run showed, with tests planted that must fail. */
export interface ProbeSeen extends SecondLook {
  /** Of the tree as delivered; without any check when there was nothing to plant. */
  readonly probed: Probed;
  /** The run itself, plants and all. */
  readonly suite: SuiteSeen;
  readonly strange: readonly Strange[];
  /** Test files that nothing could be planted in. */
  readonly leftOut: readonly string[];
}

interface Probing extends ProbeRun {
  readonly probed: Probed;
  readonly leftOut: readonly string[];
}

/** The tree that is probed, with the files that are planted, and how to probe it again. */
interface Field {
  readonly view: View;
  readonly seen: Seen;
  readonly beds: readonly Bed[];
}

/** Runs the candidate once more with a must-fail test at the end of each test file. */
export const seeProbe: Viewer = async (view, seen, { proof }) => {
  const { base, trees } = seen;
  const plain = seen.delivered ?? (await view.suite('delivered', trees.delivered, base));
  if (isTrouble(plain)) return plain;
  const field = { view, seen, beds: bedsIn(plain) };
  const probing = await probe(field, trees.delivered, 'probe');
  if (isTrouble(probing)) return probing;
  const strange = await explained(field, probing.probed);
  if (isTrouble(strange)) return strange;
  const look = secondLook(plain, probing, proof);
  const unsteady = look.unsteady.length === 0 ? [] : await confirmed(field, look.unsteady);
  if (isTrouble(unsteady)) return unsteady;
  const { probed, suite, leftOut } = probing;
  return { ...seen, delivered: plain, probe: { ...look, probed, suite, leftOut, strange, unsteady } };
};

/** Keeps the probe of a tree that is about to land as that of the next base. */
export async function keepLandedProbe(deps: JudgeDeps, base: BaseSeen, { probed }: ProbeSeen): Promise<void> {
  if (probed.checks.length === 0) return;
  await keepProbe(deps.cacheDir, definitionHash(base.definition, deps), probed);
}

async function probe({ view, seen, beds }: Field, tree: string, name: string): Promise<Probing | Trouble> {
  const plan = await planFor(view.deps.trees, tree, beds);
  const { word, leftOut, planted } = plan;
  const checks = [...new Set(plan.planted.flatMap((planted) => planted.checks))];
  const none = { tree: plan.tree, checks: [] };
  const more = { checks, watch: watchFor(word) };
  const suite = checks.length === 0 ? none : await view.suite(name, plan.tree, seen.base, more);
  return isTrouble(suite) ? suite : { probed: readProbe(tree, plan, suite), suite, word, planted, leftOut };
}

/**
 * What counts of a probe. The base is probed only where something wants an explanation, and what is the same there says
 * nothing. What may be chance (a plant that did not come up) must show twice.
 */
async function explained(field: Field, probed: Probed): Promise<readonly Strange[] | Trouble> {
  const { view, seen } = field;
  const sides = sidesOf(view);
  const commands = new Map(seen.base.definition.checks.map(({ name, command }) => [name, command]));
  if (strangeIn(probed, undefined, sides, commands).length === 0) return [];
  const before = await probeOfBase(field);
  if (isTrouble(before)) return before;
  const strange = strangeIn(probed, before, sides, commands);
  if (!strange.some(mayBeChance)) return strange;
  const again = await probe(field, seen.trees.delivered, 'probe-again');
  if (isTrouble(again)) return again;
  const twice = strangeIn(again.probed, before, sides, commands);
  return strange.filter((one) => !mayBeChance(one) || twice.some((other) => sameKind(one, other)));
}

/** The base's own: as it was kept, or run now. */
async function probeOfBase(field: Field): Promise<Probed | Trouble> {
  const { deps } = field.view;
  const { tree, definition } = field.seen.base;
  const hash = definitionHash(definition, deps);
  const kept = await readKeptProbe(deps.cacheDir, tree, hash);
  if (kept !== undefined) return kept;
  const probing = await probe(field, tree, 'base-probe');
  if (isTrouble(probing)) return probing;
  await keepProbe(deps.cacheDir, hash, probing.probed);
  return probing.probed;
}

/** A proof is refused as luck only after two looks more, which tell luck from a test that looks at its neighbours. */
async function confirmed(field: Field, unsteady: readonly string[]): Promise<readonly string[] | Trouble> {
  const { view, seen } = field;
  const again = await view.suite('delivered-again', seen.trees.delivered, seen.base, { again: true });
  if (isTrouble(again)) return again;
  const planted = await probe(field, seen.trees.delivered, 'probe-again');
  return isTrouble(planted) ? planted : byLuck(unsteady, again, planted);
}

function sidesOf(view: View): Sides {
  const changed = new Set(view.changes.map(({ path }) => fileName(path)));
  return {
    kind: (file) => view.kind(Buffer.from(file, 'utf8').toString('latin1')),
    unchanged: (file) => !changed.has(file),
  };
}
