import { BugError } from '../errors.ts';
import { readCommit } from './commits.ts';
import { readRef, sessionRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit, Tree } from './trees.ts';

/** What the loop does with the vault: bases come in, work is kept, merged and committed, the run branch goes out. */
export { bringIn } from './bring-in.ts';
export { commit, emptyBase } from './commits.ts';
export { publish } from './publish.ts';
export { moveRunBranch, runBranch, toShelf } from './run-branch.ts';

/**
 * The tree of unfinished work put on a newer base, by git's three-way merge; undefined when they conflict.
 * Both commits share history, or the result is undefined too.
 */
export async function mergeOnto(
  repo: Repository,
  { unfinished, onto }: { readonly unfinished: Commit; readonly onto: Commit },
): Promise<Tree | undefined> {
  const { parents, tree } = await readCommit(repo, unfinished);
  // Nothing has landed since: the usual case needs no merge.
  if (parents.includes(onto)) return tree;
  const args = ['merge-tree', '--write-tree', '--no-messages', '--end-of-options', onto, unfinished];
  const { code, out, err } = await repo.vault.answer(args, { ok: [0, 1, 128] });
  // With a conflict it prints a tree too; without one it is its own failure, whatever the code.
  const conflict = code === 1 && /^[0-9a-f]{40}/.test(out);
  if (code !== 0 && !conflict && !/unrelated histories/.test(err)) {
    throw new BugError(`git merge-tree ${onto} ${unfinished} ended with code ${code}: ${err}`);
  }
  return code === 0 ? out.trim() : undefined;
}

/** Keeps a commit under the ref of a session, which may move freely. Gives the name of the ref. */
export async function saveSession(
  repo: Repository,
  run: string,
  session: number,
  commit: Commit,
): Promise<string> {
  const ref = sessionRef(run, session);
  await setRef(repo.vault, ref, commit, await readRef(repo.vault, ref));
  return ref;
}

/** Lines added and removed between two commits or trees; binary files count nothing. */
export async function countLines(
  repo: Repository,
  from: Commit,
  to: Commit,
): Promise<{ added: number; removed: number }> {
  const options = ['-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const out = await repo.vault.run(['diff-tree', ...options, '--end-of-options', from, to]);
  let [added, removed] = [0, 0];
  for (const line of out.split('\0')) {
    const [, plus, minus] = /^(\d+)\t(\d+)\t/.exec(line) ?? [];
    added += Number(plus ?? 0);
    removed += Number(minus ?? 0);
  }
  return { added, removed };
}
