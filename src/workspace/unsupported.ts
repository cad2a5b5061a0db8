import { UserError } from '../errors.ts';
import { filterRules } from './filtered.ts';
import type { Repository } from './repository.ts';
import { type BytePath, shown, type Tree } from './trees.ts';

/**
 * What of a base is not in our checkouts as it is in the user's, in sentences. Our checkouts run no filters and fetch no
 * submodules: such files stand there in the form git stores, and a change to one of them is refused.
 * `needed`: files that we write ourselves.
 */
export async function unusual(
  repo: Repository,
  tree: Tree,
  needed: readonly BytePath[] = [],
): Promise<readonly string[]> {
  const entries = await repo.trees.list(tree);
  const submodules = entries.filter(({ mode }) => mode === '160000').map(({ path }) => shown(path));
  const told = submodules.map(
    (path) => `${path} is a submodule: its folder is empty for brain and judge, and it stays at its commit.`,
  );
  const ask = await filterRules(repo, tree);
  if (!ask) return told;
  const filtered = await ask(entries.filter(({ mode }) => mode !== '160000').map(({ path }) => path));
  const own = await ask(needed);
  for (const [path, filter] of own) throw refused(shown(path), filter);
  for (const filter of new Set(filtered.values())) {
    const paths = [...filtered].filter(([, by]) => by === filter).map(([path]) => shown(path));
    const some =
      paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
    const form = filter === 'lfs' ? 'as pointers of Git LFS' : 'in the form git stores';
    told.push(
      `${some}: brain and judge see this ${form}, since no git filter ("${filter}") is run for them; a change to it is refused.`,
    );
  }
  return told;
}

function refused(path: string, filter: string): UserError {
  return new UserError(
    `${path} goes through the git filter "${filter}", and agentloop has to write that file: it runs no filters.`,
    `Take ${path} out of it in .gitattributes (a last line: ${path} -filter), or start from another branch: agentloop run --base <branch>`,
    'cannot-start',
  );
}
