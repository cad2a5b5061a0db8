import { scriptsText } from '../../project/scripts-text.ts';
import type { Tree } from '../../workspace/trees.ts';
import { isAssertion } from '../meaning/libraries.ts';
import { fileName } from '../protected.ts';
import { looksAtOthers } from '../standing/closure.ts';
import { Shelf } from '../standing/loaders.ts';
import type { View } from '../view.ts';

/** Programs that the candidate brings, and that its verify command starts to look at the work: tests, by their use. */
export async function ownVerifiers(view: View, tree: Tree): Promise<ReadonlySet<string>> {
  const words = new Set(
    (await verifyText(view)).split(/[\s;&|()'"`<>=]+/).map((word) => word.replace(/^\.\//, '')),
  );
  const found = new Set<string>();
  for (const { path, new: now } of view.changes) {
    const name = fileName(path);
    if (now === null || now.mode === '120000' || !words.has(name) || view.kind(path) !== 'source') continue;
    const text = (await view.deps.trees.read(tree, path))?.toString('utf8') ?? '';
    const shelf = new Shelf([name], new Map([[name, text]]));
    if (looksAtOthers(name, [...shelf.loads(name)].some(isAssertion))) found.add(name);
  }
  return found;
}

/** The verify command with the scripts that it leads to on the base; empty where there is none. */
export async function verifyText({ candidate, deps }: View): Promise<string> {
  const { verify } = candidate.feature;
  if (verify === undefined) return '';
  return scriptsText(verify, (await deps.trees.read(candidate.baseTree, 'package.json'))?.toString('utf8'));
}
