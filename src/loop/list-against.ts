import { UserError } from '../errors.ts';
import { type Feature, type FeatureList, files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { pinned } from '../project/pinned.ts';
import type { Tree, Trees } from '../workspace/trees.ts';

/**
 * What a commit does to the feature list that no verdict speaks for: other features that pass of a sudden, and, where
 * it is the work on a feature (`accepted`), any other change. Empty when there is nothing of the kind.
 */
export async function listAgainst(
  trees: Trees,
  base: Tree,
  tree: Tree,
  accepted: string | undefined,
): Promise<readonly string[]> {
  const [was, is] = [await listOf(trees, base), await listOf(trees, tree)];
  if (is === 'broken') return [`${files.featureList} cannot be read`];
  if (is === undefined || was === 'broken') return [];
  const passed = new Set((was?.features ?? []).filter(({ passes }) => passes).map(({ id }) => id));
  const fresh = is.features.filter(({ id, passes }) => passes && !passed.has(id)).map(({ id }) => id);
  const unjudged = fresh.filter((id) => id !== accepted);
  const against = unjudged.map((id) => `it makes ${id} pass without a verdict`);
  if (accepted === undefined || was === undefined) return against;
  if (!fresh.includes(accepted) && !passed.has(accepted)) against.push(`it does not make ${accepted} pass`);
  return [...against, ...pinned(was, is).map((change) => `${files.featureList}: ${change}`)];
}

/** A feature as the list of a tree has it; undefined when it has none, or none that can be read. */
export async function featureIn(trees: Trees, tree: Tree, id: string): Promise<Feature | undefined> {
  const list = await listOf(trees, tree);
  return list === undefined || list === 'broken' ? undefined : list.features.find((one) => one.id === id);
}

async function listOf(trees: Trees, tree: Tree): Promise<FeatureList | 'broken' | undefined> {
  const text = (await trees.read(tree, files.featureList))?.toString('utf8');
  if (text === undefined) return undefined;
  try {
    return parseFeatureList(text, files.featureList);
  } catch (error) {
    if (error instanceof UserError) return 'broken';
    throw error;
  }
}
