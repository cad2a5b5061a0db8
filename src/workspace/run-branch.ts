import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BugError } from '../errors.ts';
import { readCommit } from './commits.ts';
import { fetchOptions } from './fetch-options.ts';
import { loosePath } from './loose.ts';
import { baseRef, noteRef, readRef, runRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

import { newObjects } from './vault-trees.ts';

/** Tip of the run branch in the vault, which is the truth about it; undefined before the first landing. */
export async function runBranch(repo: Repository, run: string): Promise<Commit | undefined> {
  return readRef(repo.vault, runRef(run));
}

/**
 * Moves the run branch in the vault, forward only and by compare-and-swap. Does nothing when it is there already.
 * BugError when `to` does not stand on what the branch is now.
 */
export async function moveRunBranch(repo: Repository, run: string, to: Commit): Promise<void> {
  const now = await runBranch(repo, run);
  if (now === to) return;
  if (now !== undefined && !(await standsOn(repo, to, now))) {
    throw new BugError(`the run branch of ${run} is at ${now}, and ${to} does not stand on it`);
  }
  await setRef(repo.vault, runRef(run), to, now);
}

async function standsOn(repo: Repository, commit: Commit, below: Commit): Promise<boolean> {
  if ((await readCommit(repo, commit)).parents.includes(below)) return true;
  const { code } = await repo.vault.answer(['merge-base', '--is-ancestor', below, commit], { ok: [0, 1] });
  return code === 0;
}

/**
 * Copies what the run branch has and the shelf lacks onto the shelf. Safe to repeat: a commit appears there after all
 * it is made of and after those below it, so that one that is there needs no second look.
 */
export async function toShelf(repo: Repository, run: string): Promise<void> {
  const tip = await runBranch(repo, run);
  if (tip === undefined) return;
  const oids = new Set<string>();
  for (const { commit, tree, parent } of await missingCommits(repo, tip)) {
    await repo.nodes.load(tree, ...(parent === undefined ? [] : [parent]));
    for (const oid of newObjects(repo.nodes, parent, tree)) oids.add(oid);
    oids.add(commit);
  }
  if (oids.size > 0) {
    const elsewhere = await repo.objects.copyTo(join(repo.shelf.dir, 'objects'), oids, { durable: true });
    await bringElsewhere(repo, tip, elsewhere);
  }
  noteRef(repo.shelf, runRef(run), tip);
}

interface Missing {
  readonly commit: Commit;
  readonly tree: string;
  /** Tree of its first parent, which the shelf has when its turn comes. */
  readonly parent: string | undefined;
}

/** Commits from the one above what the shelf has to the tip, oldest first. Run branches are a single line of commits. */
async function missingCommits(repo: Repository, tip: Commit): Promise<Missing[]> {
  const found: Missing[] = [];
  const isThere = async (commit: Commit) =>
    existsSync(join(repo.shelf.dir, 'objects', loosePath(commit))) ||
    (await readRef(repo.shelf, baseRef(commit))) !== undefined;
  for (let commit: Commit | undefined = tip; commit !== undefined && !(await isThere(commit)); ) {
    const { tree, parents }: { tree: string; parents: Commit[] } = await readCommit(repo, commit);
    const [below] = parents;
    const parent = below === undefined ? undefined : await repo.trees.treeOf(below);
    found.unshift({ commit, tree, parent });
    commit = below;
  }
  return found;
}

/** Objects that are no loose files of the vault are mostly on the shelf already; whatever is not is fetched. */
async function bringElsewhere(repo: Repository, tip: Commit, oids: readonly string[]): Promise<void> {
  if (oids.length === 0) return;
  const out = await repo.shelf.run(['cat-file', '--batch-check'], { input: `${oids.join('\n')}\n` });
  if (!/ missing$/m.test(out)) return;
  const local = ['-c', 'protocol.file.allow=always'];
  await repo.shelf.run([...local, 'fetch', '--quiet', ...fetchOptions, '--', repo.vault.dir, tip]);
}
