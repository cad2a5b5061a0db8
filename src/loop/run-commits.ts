import { UserError } from '../errors.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit, Tree } from '../workspace/trees.ts';

/** A commit on a run branch, as far as its message tells. */
export interface RunCommit {
  readonly commit: Commit;
  readonly parents: readonly Commit[];
  readonly tree: Tree;
  readonly subject: string;
  /** `accepted`: a feature with its verdict; `harness`: notes of the run; `hand`: no run speaks of it. */
  readonly kind: 'accepted' | 'harness' | 'hand';
  readonly run?: string;
  readonly session?: number;
  readonly feature?: string;
  /** sha256 of the evidence, as the trailer has it. */
  readonly verdict?: string;
}

/** The run a branch belongs to, and its commits from the first of that run to the tip, the oldest first. */
export interface RunCommits {
  readonly run: string;
  readonly tip: Commit;
  readonly commits: readonly RunCommit[];
}

/**
 * Reads a run branch by the trailers of its commits alone, so that a clone that has only the branch will do. The run is
 * that of the newest commit that names one. `known`: its tip, where the user's repository does not have it. UserError when
 * there is none.
 */
export async function runCommits(repo: Repository, branch: string, known?: Commit): Promise<RunCommits> {
  const tip = known ?? (await repo.user.resolve(branch));
  if (tip === undefined) {
    throw new UserError(
      `There is no branch or commit called ${branch} in this repository.`,
      'git branch --all --list "*agentloop/*"   (lists the run branches)',
    );
  }
  const named = await log(repo, ['--extended-regexp', '--grep=^Agentloop-Run: ', tip]);
  const run = named.find((one) => one.run !== undefined)?.run;
  const first = named.findLast((one) => one.run === run);
  if (run === undefined || first === undefined) {
    throw new UserError(
      `No commit of ${branch} was made by a run of agentloop: none has the trailer Agentloop-Run.`,
      `agentloop judge ${branch}   (judges its last commit)`,
    );
  }
  const all = await log(repo, [tip]);
  const commits = all.slice(0, all.findIndex(({ commit }) => commit === first.commit) + 1).reverse();
  return { run, tip, commits };
}

const fields = ['%H', '%P', '%T', '%s', '%(trailers:only,unfold)'];

/** Commits along the first parents, the newest first. */
async function log(repo: Repository, args: readonly string[]): Promise<readonly RunCommit[]> {
  const options = ['--first-parent', '--no-show-signature', '--no-color', '--no-notes', '--encoding=UTF-8'];
  const format = `--format=${fields.join('%x00')}`;
  const out = await repo.vault.run(['log', '-z', ...options, format, ...args, '--']);
  const parts = Buffer.from(out, 'latin1').toString('utf8').split('\0');
  const found: RunCommit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [commit = '', parents = '', tree = '', subject = '', trailers = ''] = parts.slice(
      at,
      at + fields.length,
    );
    found.push({ commit, parents: parents.split(' ').filter(Boolean), tree, subject, ...told(trailers) });
  }
  return found;
}

function told(trailers: string): Pick<RunCommit, 'kind' | 'run' | 'session' | 'feature' | 'verdict'> {
  const of = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(trailers)?.[1]?.trim();
  const [run, feature] = [of('Agentloop-Run'), of('Agentloop-Feature')];
  if (run === undefined) return { kind: 'hand' };
  const verdict = /^accepted sha256:([0-9a-f]{64})$/.exec(of('Agentloop-Verdict') ?? '')?.[1];
  if (feature === undefined) return { kind: 'harness', run };
  const session = Number(of('Agentloop-Session'));
  return {
    kind: 'accepted',
    run,
    feature,
    ...(Number.isInteger(session) ? { session } : {}),
    ...(verdict === undefined ? {} : { verdict }),
  };
}
