import { UserError } from '../../errors.ts';
import type { Feature } from '../../project/feature.ts';
import type { Tree } from '../../workspace/trees.ts';
import type { BaseSeen } from '../base-seen.ts';
import { broken } from '../codes.ts';
import type { JudgeDeps } from '../deps.ts';
import type { Broken } from '../judge.ts';
import { fileName } from '../protected.ts';
import type { SuiteSeen } from '../seen.ts';
import type { Seen, View, Viewer } from '../view.ts';
import { cannotLoad } from './cannot-load.ts';
import type { Sealed } from './find.ts';
import type { Failing } from './held.ts';
import { filesIn, type Lookout } from './lookout.ts';
import { seeOnBase } from './see-on-base.ts';
import { seeSealed } from './see-sealed.ts';
import { specificationOf } from './specification.ts';
import { unloaded } from './titles.ts';

/** What sealed tests say of a candidate. Nothing in here but titles and sentences may be told to a brain. */
export interface SealedSeen {
  /** Names the files; undefined where the feature has none. */
  readonly tree: Tree | undefined;
  readonly files: number;
  /** Tests that hold. */
  readonly holds: number;
  readonly failing: readonly Failing[];
  /** Why a sealed file does not load, where one does not. */
  readonly cannotLoad?: string;
  /** What a reader of the verdict must know. */
  readonly notes: readonly string[];
  readonly runs: readonly SuiteSeen[];
}

const none: SealedSeen = { tree: undefined, files: 0, holds: 0, failing: [], notes: [], runs: [] };

/** The sight `sealed`. */
export const viewSealed: Viewer = async (view, seen) => {
  const { feature } = view.candidate;
  const sealed = await sealedOf(view.deps, feature);
  if (sealed === undefined) return { ...seen, sealed: none };
  if ('ruling' in sealed) return sealed;
  const lookout = lookoutOf(view, seen.base);
  const before = await seeOnBase(lookout, sealed);
  if ('ruling' in before) return before;
  const { judged } = seen;
  const brought = view.changes.filter(({ old, new: now }) => old === null && now !== null);
  const fresh = new Set(brought.map(({ path }) => fileName(path)));
  const all = new Set([...filesIn(seen.base.checks), ...filesIn(judged?.checks ?? []), ...fresh]);
  const outcome = await seeSealed(lookout, sealed, before, { tree: seen.trees.judged, fresh, all });
  if ('ruling' in outcome) return outcome;
  const stuck = outcome.failing.find(({ title }) => title === unloaded);
  const found: SealedSeen = {
    tree: sealed.tree,
    files: sealed.files.length,
    ...outcome,
    ...(stuck === undefined ? {} : { cannotLoad: await whyUnloaded(view, seen, sealed, stuck) }),
    notes: notesOn(feature, sealed, before.files),
  };
  return { ...seen, sealed: found };
};

/** The sealed tests of a feature; broken where a person's folder cannot be read. */
export async function sealedOf(
  { sealed }: Pick<JudgeDeps, 'sealed'>,
  feature: Feature,
): Promise<Sealed | Broken | undefined> {
  try {
    return await sealed(feature);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return broken('judge.sealed-broken', `${error.message} ${error.help}`);
  }
}

/** The same, from where a ruling looks. */
export function lookoutOf(view: View, base: BaseSeen): Lookout {
  return {
    deps: view.deps,
    base,
    kind: (path) => view.kind(path),
    run: (name, tree, checks) =>
      view.suite(name, tree, base, { again: true, ...(checks === undefined ? {} : { checks }) }),
  };
}

async function whyUnloaded(
  view: View,
  { base, trees }: Seen,
  sealed: Sealed,
  { file }: Failing,
): Promise<string> {
  const read = async (tree: Tree, path: string) =>
    (await view.deps.trees.read(tree, Buffer.from(path).toString('latin1')))?.toString('utf8');
  const text = (await read(sealed.tree, file)) ?? '';
  const specification = await specificationOf(view.deps.trees, base.tree, view.candidate.feature);
  return cannotLoad({ path: file, text }, specification, (path) => read(trees.judged, path));
}

/** Without names of files: whoever reads the notes of a verdict need not be a person. */
function notesOn(
  { id }: Feature,
  sealed: Sealed,
  files: readonly { readonly is: string }[],
): readonly string[] {
  const many = (is: string) => files.filter((one) => one.is === is).length;
  const of = (n: number) =>
    `${n} of the ${sealed.files.length} sealed ${sealed.files.length === 1 ? 'file' : 'files'} of ${id}`;
  const notes: string[] = [];
  if (files.every(({ is }) => is === 'empty'))
    notes.push(`The sealed files of ${id} hold no tests that a check runs.`);
  if (many('unseen') > 0) notes.push(`No check runs ${of(many('unseen'))}: they say nothing.`);
  if (many('green') > 0)
    notes.push(`${of(many('green'))} passed before the work too: they only guard what was there.`);
  return notes;
}
