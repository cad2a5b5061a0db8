import { type Feature, files } from '../../project/feature.ts';
import { parseFeatureList } from '../../project/feature-list.ts';
import type { Tree, Trees } from '../../workspace/trees.ts';

/** All that a coder is told of a feature: its own words, and the specification that its list names. */
export async function specificationOf(trees: Trees, tree: Tree, feature: Feature): Promise<string> {
  const { title, description, steps, verify = '' } = feature;
  return [title, description, ...steps, verify, await wholeSpecification(trees, tree)].join('\n');
}

/** The specification of the whole list: its words, or those of the file that it names. Empty without one. */
export async function wholeSpecification(trees: Trees, tree: Tree): Promise<string> {
  const list = (await trees.read(tree, files.featureList))?.toString('utf8');
  if (list === undefined) return '';
  const { spec } = parseFeatureList(list, files.featureList);
  if (spec === '' || /\n/.test(spec) || spec.length > 500) return spec;
  const file = await trees.read(tree, Buffer.from(spec.replace(/^\.\//, '')).toString('latin1'));
  return file === undefined ? spec : `${spec}\n${file.toString('utf8').slice(0, 200_000)}`;
}
