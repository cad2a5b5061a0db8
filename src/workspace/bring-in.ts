import { UserError } from '../errors.ts';
import { fetchOptions } from './fetch-options.ts';
import { mendable } from './git.ts';
import { baseRef, dropLocks, readRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/**
 * Brings a commit with its history, and nothing else, from the user's repository into the shelf. Does nothing when it is
 * there. UserError when it cannot be had.
 */
export async function bringIn(repo: Repository, commit: Commit): Promise<void> {
  await repo.ensure();
  const { shelf } = repo;
  const ref = baseRef(commit);
  if (await readRef(shelf, ref)) return;
  dropLocks(shelf, [ref, 'shallow']);
  const { code, err } = await shelf.answer(
    ['fetch', '--quiet', ...fetchOptions, '--', repo.commonDir, `${commit}:${ref}`],
    { asUser: repo.userEnv, ok: [0, 1, 128] },
  );
  if (code !== 0 || (await readRef(shelf, ref)) !== commit) {
    throw new UserError(
      `Commit ${commit.slice(0, 12)} could not be taken from ${repo.commonDir}${err.trim() ? `: ${err.trim()}` : '.'}`,
      mendable.test(err)
        ? 'Make room, or mend limits, owner and permissions there; then go on with: agentloop run'
        : `See whether "git fsck" finds something missing in ${repo.top}; a partial clone must be made whole first: git fetch --refetch --no-filter`,
      'cannot-start',
    );
  }
}
