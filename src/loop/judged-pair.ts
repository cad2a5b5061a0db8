import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { readCommit } from '../workspace/commits.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit } from '../workspace/trees.ts';

/** A commit and the one it is judged against. */
export interface JudgedPair {
  readonly commit: Commit;
  readonly base: Commit;
  /** How the base was found, for people: "its first parent". */
  readonly found: string;
}

/**
 * The commit that `ref` names, and its base: the commit's first parent or, with `against`, the merge base of the two,
 * which is `against` itself where the commit stands on it. UserError when one of them is not to be had.
 */
export async function judgedPair(repo: Repository, ref: string, against?: string): Promise<JudgedPair> {
  const commit = await named(repo, ref);
  if (against === undefined)
    return { commit, base: await parentOf(repo, commit, ref), found: 'its first parent' };
  const other = await named(repo, against);
  const { code, out } = await repo.vault.answer(['merge-base', commit, other], { ok: [0, 1] });
  const base = out.trim();
  if (code !== 0) {
    throw new UserError(
      `${ref} and ${against} have no commit in common${isShallow(repo) ? ' in this shallow clone' : ''}.`,
      isShallow(repo)
        ? 'git fetch --unshallow'
        : 'Name a commit that it stands on: agentloop judge --base <ref>',
      'cannot-start',
    );
  }
  if (base === commit) {
    throw new UserError(
      `${ref} is part of ${against} already: between the two there is nothing to judge.`,
      `agentloop judge ${ref}   (against its first parent)`,
    );
  }
  return { commit, base, found: base === other ? `${against}` : `where it parted from ${against}` };
}

/** The first parent of a commit. UserError when it has none, or when a shallow clone ends here. */
export async function parentOf(repo: Repository, commit: Commit, called: string): Promise<Commit> {
  const [parent] = (await readCommit(repo, commit)).parents;
  if (parent === undefined) {
    throw new UserError(
      `${called} is the first commit of its history: there is no base to judge it against.`,
      'agentloop judge <a later commit>',
      'cannot-start',
    );
  }
  if (await repo.objects.has([parent])) return parent;
  throw new UserError(
    `The parent of ${called} is not in this ${isShallow(repo) ? 'shallow ' : ''}clone.`,
    'git fetch --deepen=1   (in CI: fetch at least two commits)',
    'cannot-start',
  );
}

async function named(repo: Repository, ref: string): Promise<Commit> {
  const commit = await repo.user.resolve(ref);
  if (commit !== undefined) return commit;
  if (ref === 'HEAD')
    throw new UserError('This repository has no commits yet.', 'git commit, then again', 'cannot-start');
  throw new UserError(
    `There is no commit called ${ref} in this repository.`,
    'git branch --all   (lists what there is)',
  );
}

function isShallow(repo: Repository): boolean {
  const file = join(repo.commonDir, 'shallow');
  return existsSync(file) && readFileSync(file, 'latin1') !== '';
}
