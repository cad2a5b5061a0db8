import type { Problem } from './snapshot.ts';
import { leadsOut } from './take-file.ts';
import type { Change, Tree, Trees } from './trees.ts';

/**
 * What a snapshot would not have taken of the work between two committed trees: links that lead out, and other
 * repositories. What the base had already is none of this work's.
 */
export async function treeProblems(
  trees: Trees,
  tree: Tree,
  changes: readonly Change[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { path, new: now } of changes) {
    if (now?.mode === '160000')
      problems.push({ path, kind: 'nested-repository', detail: 'is a submodule: its files are not here' });
    if (now?.mode !== '120000') continue;
    const detail = leadsOut(path, (await trees.read(tree, path))?.toString('latin1') ?? '');
    if (detail !== undefined) problems.push({ path, kind: 'link-out', detail });
  }
  return problems;
}
