import type { Meanwhile } from '../workspace/snapshot.ts';
import * as vault from '../workspace/vault.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Crew } from './crew.ts';

/**
 * Keeps what a workspace holds as a commit under the session's ref, here and in the user's repository, and gives the commit
 * that holds it: an earlier one where nothing has changed since. Undefined when there is nothing beside what the run
 * branch has. `meanwhile`: its brain still works.
 */
export async function keepUnfinished(
  crew: Crew,
  session: number,
  feature: string | undefined,
  workspace: Pick<Workspace, 'snapshot'>,
  meanwhile?: Meanwhile,
): Promise<string | undefined> {
  const { book, repo, run } = crew;
  const { tree, gone } = await workspace.snapshot(meanwhile);
  const known = book.state.sessions.find((one) => one.number === session);
  const base = known?.base ?? book.state.tip;
  const before = known?.kept ?? known?.unfinished;
  if (gone) {
    const left = before === undefined ? 'nothing of it was saved' : `saved before as ${before.slice(0, 12)}`;
    crew.watcher.say(`The workspace of session ${session} was deleted while it was in use; ${left}.`);
    return before;
  }
  const holds = before !== undefined && (await repo.objects.has([before])) ? before : base;
  if (tree === (await repo.trees.treeOf(holds))) {
    if (holds === base) return undefined;
    // What it began with is under an earlier session's ref so far.
    return known?.kept || meanwhile ? holds : keepCommit(crew, session, feature, holds);
  }
  const commit = await vault.commit(repo, {
    tree,
    parents: [base],
    message: `agentloop: unfinished work of session ${session}\n\nAgentloop-Run: ${run}\nAgentloop-Session: ${session}\n`,
    author: crew.identity,
    date: crew.now(),
  });
  return keepCommit(crew, session, feature, commit);
}

/** Puts a commit of unfinished work under the session's ref, here and in the user's repository, and says so. */
export async function keepCommit(
  crew: Crew,
  session: number,
  feature: string | undefined,
  commit: string,
): Promise<string> {
  const { book, repo, run } = crew;
  const ref = await vault.saveSession(repo, run, session, commit);
  const said = await repo.user.fetchFrom(repo.vault.dir, [`+${ref}:${ref}`]);
  // The vault has it, and the next publication brings it along; a person should know all the same.
  if (said !== undefined)
    crew.watcher.say(`${ref} could not be written into your repository: ${said.slice(0, 500)}`);
  await book.record({
    type: 'checkpoint.saved',
    session,
    ...(feature === undefined ? {} : { feature }),
    ref,
    commit,
  });
  return commit;
}
