import { UserError } from '../errors.ts';
import type { Repository } from './repository.ts';
import type { Tree } from './trees.ts';

/**
 * Refuses a base whose files are stored in a form that only a filter of the user's can turn into what they mean (Git LFS,
 * git-crypt and the like): our checkouts run no filters, so a brain would see and commit the stored form.
 */
export async function refuseUnsupported(repo: Repository, tree: Tree): Promise<void> {
  const rules = (await repo.trees.list(tree)).filter(({ path }) => /(^|\/)\.gitattributes$/.test(path));
  await repo.objects.getAll(rules.map(({ oid }) => oid));
  for (const { path } of rules) {
    const text = (await repo.trees.read(tree, path))?.toString('latin1') ?? '';
    const filter = /^[^#\n]*?[ \t]filter=([^ \t\r\n]+)/m.exec(text)?.[1];
    if (filter === undefined) continue;
    throw new UserError(
      filter === 'lfs'
        ? `${path} keeps files in Git LFS. agentloop cannot work with such files yet: its checkouts would hold pointers.`
        : `${path} runs files through the git filter "${filter}". agentloop runs no filters in its checkouts.`,
      filter === 'lfs'
        ? 'Start from a branch without LFS: git lfs migrate export --everything --include="*" (in a clone of its own), or take the filter lines out of .gitattributes there.'
        : `Start from a branch whose .gitattributes has no line with filter=${filter}: agentloop run --base <branch>`,
      'cannot-start',
    );
  }
}
