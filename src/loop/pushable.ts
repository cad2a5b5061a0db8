import { seeSecrets } from '../judge/see-secrets.ts';
import { readCommit } from '../workspace/commits.ts';
import { sessionRef } from '../workspace/refs.ts';
import type { Commit } from '../workspace/trees.ts';
import type { Crew } from './crew.ts';

/** The session refs that may leave this machine, as refspecs of commits; and why some may not. */
export interface Pushable {
  readonly sessions: readonly string[];
  readonly held?: string;
}

/**
 * Looks into unfinished work before it is pushed: no judge has seen it, and nothing with a secret in it leaves this machine.
 * What it has looked into once is remembered.
 */
export function pushableWork(): (crew: Pick<Crew, 'repo' | 'run' | 'findSecrets'>) => Promise<Pushable> {
  const known = new Map<Commit, string | undefined>();
  return async ({ repo, run, findSecrets }) => {
    const sessions: string[] = [];
    const held: string[] = [];
    for (const { ref, commit } of await repo.user.refs(sessionRef(run, ''))) {
      // What the vault does not have is not ours.
      if (!known.has(commit) && !(await repo.objects.has([commit]))) continue;
      if (!known.has(commit)) known.set(commit, await secretIn(commit));
      const where = known.get(commit);
      if (where === undefined) sessions.push(`+${commit}:${ref}`);
      else held.push(`session ${ref.slice(sessionRef(run, '').length)} (${where})`);
    }
    if (held.length === 0) return { sessions };
    const words = `a secret stands in the unfinished work of ${held.slice(0, 3).join(', ')}`;
    return { sessions, held: held.length > 3 ? `${words} and ${held.length - 3} more` : words };

    async function secretIn(commit: Commit): Promise<string | undefined> {
      const { tree, parents } = await readCommit(repo, commit);
      const baseTree = await repo.trees.treeOf(parents[0] ?? commit);
      const changes = await repo.trees.changes(baseTree, tree);
      const [first] = await seeSecrets({ trees: repo.trees, findSecrets }, { baseTree }, changes);
      return first?.where;
    }
  };
}
