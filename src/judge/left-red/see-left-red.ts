import { files } from '../../project/feature.ts';
import { parseFeatureList } from '../../project/feature-list.ts';
import { pairs } from '../base-seen.ts';
import type { Lost } from '../compare.ts';
import { failing } from '../seen.ts';
import type { Seen, View, Viewer } from '../view.ts';
import { usesIn } from './uses.ts';

/** Tests of the base that were red and still are, in the files whose tests are the proof. */
export interface LeftRed {
  /** They belong to this feature: they name it, or no other is left to be done and they ask nothing that the proof does not. */
  readonly own: readonly Lost[];
  /** Nobody can say whose they are. */
  readonly others: readonly string[];
}

/** Looks at what is left red beside the proof. Runs nothing. */
export const seeLeftRed: Viewer = async (view, seen, { proof }) => {
  const turned = proof?.kind === 'tests' ? proof.turned : [];
  const inFiles = new Set(turned.map(fileOf));
  const red = redBefore(seen).filter(({ id }) => inFiles.has(fileOf(id)));
  if (red.length === 0) return { ...seen, leftRed: { own: [], others: [] } };
  const isOwn = await ownerOf(view, seen, turned);
  const own = red.filter(({ id }) => isOwn(id));
  const others = red.filter((one) => !own.includes(one)).map(({ id }) => id);
  return { ...seen, leftRed: { own, others } };
};

/** Red on the base, or with their file there, and red by the base's rules now. */
function redBefore({ base, judged }: Seen): readonly Lost[] {
  if (judged === undefined) return [];
  return pairs(base, judged).flatMap(({ was, is }) =>
    failing(is)
      .filter(({ id, file }) => {
        const known = was.tests?.get(id);
        return id !== file && (known ?? was.tests?.get(file))?.status === 'fail';
      })
      .map(({ id }) => ({ id, is })),
  );
}

async function ownerOf(
  view: View,
  { trees }: Seen,
  turned: readonly string[],
): Promise<(id: string) => boolean> {
  const open = await openFeatures(view);
  const mine = view.candidate.feature.id;
  const names = (feature: string, id: string) =>
    new RegExp(`(^|[^A-Za-z0-9])${feature.replace(/[^\w]/g, '\\$&')}($|[^A-Za-z0-9])`).test(id);
  const texts = new Map<string, ReturnType<typeof usesIn>>();
  for (const file of new Set(turned.map(fileOf))) {
    const text = await view.deps.trees.read(trees.judged, Buffer.from(file, 'utf8').toString('latin1'));
    texts.set(file, text === undefined ? [] : usesIn(file, text.toString('utf8')));
  }
  const usesOf = (id: string) =>
    texts
      .get(fileOf(id))
      ?.filter(({ is }) => is(titleOf(id)))
      .flatMap(({ uses }) => [...uses]) ?? [];
  const ofFile = (id: string) => new Set(turned.filter((one) => fileOf(one) === fileOf(id)).flatMap(usesOf));
  return (id) => {
    if (open === undefined) return false;
    if (names(mine, id)) return true;
    if (open.length > 0 || open.some((other) => names(other, id))) return false;
    const uses = usesOf(id);
    const proven = ofFile(id);
    return uses.length > 0 && uses.every((one) => proven.has(one));
  };
}

/** Ids of the other features that are left to be done; undefined: there is no list that knows this one. */
async function openFeatures({ deps, candidate }: View): Promise<readonly string[] | undefined> {
  const text = (await deps.trees.read(candidate.tree, files.featureList))?.toString('utf8');
  if (text === undefined) return undefined;
  try {
    const { features } = parseFeatureList(text, files.featureList);
    const { id: mine } = candidate.feature;
    if (!features.some(({ id }) => id === mine)) return undefined;
    return features.filter(({ id, passes }) => !passes && id !== mine).map(({ id }) => id);
  } catch {
    // A list that cannot be read is told elsewhere; whose a test is nobody knows then.
    return undefined;
  }
}

function fileOf(id: string): string {
  return id.split(' › ')[0] ?? '';
}

function titleOf(id: string): string {
  return id
    .slice(id.lastIndexOf(' › ') + 3)
    .replace(/\s+/g, ' ')
    .trim();
}
