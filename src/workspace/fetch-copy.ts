import { UserError } from '../errors.ts';
import { isSegment } from '../ledger/segments.ts';
import { fetchOptions } from './fetch-options.ts';
import { userGit } from './push.ts';
import { ledgerRef, readRef, runRef, sessionRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** Time for one conversation with a remote, in ms. */
const patience = 120_000;

/** Names of the runs whose ledgers stand on a remote of the user's repository. UserError when it cannot be asked. */
export async function remoteRuns(repo: Repository, remote: string): Promise<readonly string[]> {
  const out = await ask(repo, remote, ['ls-remote', '--', remote, 'refs/agentloop/*/ledger']);
  const found = out.toString('utf8').matchAll(/\trefs\/agentloop\/([a-z0-9][a-z0-9._-]*)\/ledger$/gm);
  return [...found].map(([, run]) => run as string).sort();
}

/** Where a copy stands while it is read: no run has such a name. */
const beingRead = 'refs/agentloop/_copy';

/** The copy of a run on a remote, and the bytes of the ledger in it. What is here of that run is left as it is. */
export async function readCopy(
  repo: Repository,
  remote: string,
  run: string,
): Promise<{ readonly copy: Commit; readonly bytes: Buffer }> {
  await fetchRef(repo, remote, `+${ledgerRef(run)}:${beingRead}`);
  const copy = (await ask(repo, remote, ['rev-parse', beingRead])).toString('utf8').trim();
  await ask(repo, remote, ['update-ref', '-d', beingRead]);
  const names = await ask(repo, remote, ['ls-tree', '--name-only', '--full-tree', copy]);
  const parts: Buffer[] = [];
  for (const name of names.toString('utf8').split('\n').filter(isSegment).sort())
    parts.push(await ask(repo, remote, ['cat-file', 'blob', `${copy}:${name}`]));
  return { copy, bytes: Buffer.concat(parts) };
}

/**
 * Puts the refs of a run in the user's repository where they stand on the remote, with the copy that was read. What the
 * vault had of that run's branch no longer counts.
 */
export async function adoptCopy(repo: Repository, remote: string, run: string, copy: Commit): Promise<void> {
  await fetchRef(repo, remote, `+${sessionRef(run, '*')}:${sessionRef(run, '*')}`);
  await ask(repo, remote, ['update-ref', ledgerRef(run), copy]);
  for (const ref of [ledgerRef(run), runRef(run)]) {
    const old = await readRef(repo.vault, ref);
    if (old !== undefined) await setRef(repo.vault, ref, null, old);
  }
}

async function fetchRef(repo: Repository, remote: string, refspec: string): Promise<void> {
  await ask(repo, remote, [...quietly, 'fetch', ...fetchOptions, '--', remote, refspec]);
}

/** Makes the run branch in the user's repository, where there is none: as the other machine had published it. */
export async function makeBranch(repo: Repository, branch: string, commit: Commit): Promise<void> {
  if (await repo.user.branchExists(branch)) return;
  await userGit(repo, [...quietly, 'branch', '--no-track', branch, commit], { timeoutMs: patience });
}

/** Nobody's hooks run for refs of ours. */
const quietly = ['-c', 'core.hooksPath=/dev/null'] as const;

async function ask(repo: Repository, remote: string, args: readonly string[]): Promise<Buffer> {
  const { code, stdout, stderr, trouble } = await userGit(repo, args, { timeoutMs: patience });
  if (code !== 0) throw unreachable(remote, trouble ?? stderr.toString('utf8'));
  return stdout;
}

function unreachable(remote: string, why: string): UserError {
  return new UserError(
    `Nothing can be had from ${remote}: ${why.trim().slice(0, 500)}`,
    `git ls-remote ${remote}   (must work without a question)`,
    'cannot-start',
  );
}
