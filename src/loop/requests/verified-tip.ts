import { UserError } from '../../errors.ts';
import type { State } from '../../ledger/state.ts';
import type { Repository } from '../../workspace/repository.ts';
import { keptVerdicts } from '../kept-verdicts.ts';
import { listAgainst } from '../list-against.ts';
import { type RunCommit, runCommits } from '../run-commits.ts';

/**
 * The commits of a run branch, the oldest first, after a look at what speaks for them: the branch ends where the ledger says,
 * every commit is of the run, and each accepted one has a verdict in ledger and evidence that is about its tree. Nothing is
 * run; `agentloop verify` judges again. UserError where something does not fit: then nothing may be pushed.
 */
export async function verifiedTip(repo: Repository, state: State): Promise<readonly RunCommit[]> {
  const { run, branch, tip } = state;
  if (branch === undefined || state.landings.length === 0) return [];
  if (state.held !== undefined)
    throw new UserError(`${branch} is behind the run: ${state.held}`, 'agentloop run   (publishes it)');
  const there = await repo.user.resolve(`refs/heads/${branch}`);
  if (there !== tip)
    throw new UserError(
      `${branch} is at ${there?.slice(0, 10) ?? 'nothing'}, and what was judged ends at ${tip.slice(0, 10)}; nothing is pushed.`,
      `agentloop verify ${branch}   (tells what is different)`,
    );
  const found = await runCommits(repo, tip);
  const kept = await keptVerdicts(repo, run);
  if (kept.ledger !== 'whole')
    throw new UserError(
      `The ledger of ${run} cannot be believed: ${kept.trouble ?? kept.ledger}.`,
      'agentloop events --check',
    );
  const first = found.commits.findIndex(({ commit }) => commit === state.landings[0]?.commit);
  const commits = found.commits.slice(Math.max(0, first));
  for (const one of commits) {
    const against = [...kept.against(one), ...(await listed(repo, one))];
    if (one.kind === 'hand') against.push('no run made it, so that no verdict speaks for it');
    if (one.kind === 'accepted' && one.verdict === undefined)
      against.push('it names a feature and no verdict');
    if (against.length > 0)
      throw new UserError(
        `${one.commit.slice(0, 10)} (${one.subject}) is not what it says: ${against[0]}; nothing is pushed.`,
        `agentloop verify ${branch}   (judges every commit again)`,
      );
  }
  return commits;
}

async function listed(repo: Repository, { parents, tree, feature }: RunCommit): Promise<readonly string[]> {
  const [parent] = parents;
  return parent === undefined ? [] : listAgainst(repo.trees, await repo.trees.treeOf(parent), tree, feature);
}
