import { UserError } from '../errors.ts';
import { bringIn } from './bring-in.ts';
import { fetchOptions } from './fetch-options.ts';
import { baseRef, readRef, runRef, sessionRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** What the ledger of a run says must stand in vault and shelf. */
export interface Expected {
  readonly run: string;
  readonly base: Commit;
  /** The last commit on the run branch; the base before the first landing. */
  readonly tip: Commit;
  /** Commits that keep unfinished work which the run goes on with. */
  readonly kept: readonly Commit[];
  /** Name of the run branch in the user's repository. */
  readonly branch: string | undefined;
}

/**
 * Makes vault and shelf hold what the ledger of a run speaks of, from the user's repository, where one of them was deleted
 * or the run comes from another machine. Gives what was done, in words; nothing where all is there, which costs a look at
 * two files. UserError where the last landed commit is nowhere any more.
 */
export async function restore(repo: Repository, expected: Expected): Promise<readonly string[]> {
  const { run, base, tip, kept } = expected;
  await repo.ensure();
  const told: string[] = [];
  if ((await readRef(repo.shelf, baseRef(base))) === undefined) {
    await bringIn(repo, base);
    told.push('The shelf was made anew from your repository.');
  }
  const branchIsThere = tip === base || (await readRef(repo.vault, runRef(run))) !== undefined;
  if (branchIsThere && (await repo.objects.has([tip, ...kept]))) return told;
  await fetchOwn(repo, expected);
  const lost: string[] = [];
  for (const commit of kept) if (!(await repo.objects.has([commit]))) lost.push(commit.slice(0, 12));
  told.push('The vault was made anew from your repository.');
  if (lost.length > 0) told.push(`Unfinished work is nowhere any more: ${lost.join(', ')}.`);
  return told;
}

async function fetchOwn(repo: Repository, expected: Expected): Promise<void> {
  const { run, base, tip } = expected;
  await fetched(repo, [`+${sessionRef(run, '*')}:${sessionRef(run, '*')}`]);
  if (!(await repo.objects.has([tip]))) await fetched(repo, [tip]);
  if (!(await repo.objects.has([tip]))) throw nowhere(repo, expected);
  if (tip !== base) await setRef(repo.vault, runRef(run), tip, await readRef(repo.vault, runRef(run)));
}

/** Brings refs or commits from the user's repository; what is not there is found out afterwards. */
async function fetched(repo: Repository, refspecs: readonly string[]): Promise<void> {
  await repo.vault.answer(['fetch', '--quiet', ...fetchOptions, '--', repo.commonDir, ...refspecs], {
    asUser: repo.userEnv,
    ok: [0, 1, 128],
  });
}

function nowhere(repo: Repository, { run, tip, branch = run }: Expected): UserError {
  return new UserError(
    `The last commit of run ${run} (${tip.slice(0, 12)}) is nowhere any more: ${repo.vault.dir} was deleted, and ${repo.top} does not have it.`,
    `agentloop run --new --base ${branch}   (a new run on what is there of ${branch})`,
    'cannot-start',
  );
}
