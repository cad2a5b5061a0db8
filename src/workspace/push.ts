import { userEnv } from './git.ts';
import { ledgerRef } from './refs.ts';
import type { Repository } from './repository.ts';
import { runProcess } from './run-process.ts';
import type { Commit } from './trees.ts';

export interface Pushing {
  /** Name of a remote of the user's repository. */
  readonly remote: string;
  readonly run: string;
  /** What goes of the session refs: refspecs. */
  readonly sessions: readonly string[];
  /** The run branch, where it stands in the user's repository as we put it. */
  readonly branch?: { readonly name: string; readonly commit: Commit };
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * What came of a push. `taken-over`: the copy of the ledger there goes on from ours in another way, so that another machine
 * carries the run. `held`: what did not go, and why.
 */
export type Pushed =
  | { readonly is: 'pushed'; readonly held?: string }
  | { readonly is: 'taken-over' | 'failed'; readonly said: string };

/**
 * Pushes the ledger's copy, session refs and the run branch of a run from the user's repository, with the user's own
 * git and credentials; nothing is asked on a terminal, and none of the user's hooks runs. Ledger and branch move forward
 * only, and all or nothing goes, so that refs and ledger agree.
 */
export async function pushRun(repo: Repository, pushing: Pushing): Promise<Pushed> {
  const { run, branch, sessions } = pushing;
  const own = [`${ledgerRef(run)}:${ledgerRef(run)}`, ...sessions];
  const all = branch ? [...own, `${branch.commit}:refs/heads/${branch.name}`] : own;
  const first = await push(repo, pushing, all);
  if (first.code === 0) return { is: 'pushed' };
  if (first.refused.get(ledgerRef(run))?.match(behind)) return { is: 'taken-over', said: first.said };
  const why = branch && first.refused.get(`refs/heads/${branch.name}`);
  if (why === undefined || /atomic push failed/.test(why)) return { is: 'failed', said: first.said };
  const second = await push(repo, pushing, own);
  if (second.code === 0) return { is: 'pushed', held: why };
  return {
    is: second.refused.get(ledgerRef(run))?.match(behind) ? 'taken-over' : 'failed',
    said: second.said,
  };
}

/** How git says that the other side has what we do not have. */
const behind = /non-fast-forward|fetch first|needs force|stale info/;

interface Answer {
  readonly code: number | null;
  /** Why a ref there was not moved. */
  readonly refused: ReadonlyMap<string, string>;
  readonly said: string;
}

const quiet = [
  '--porcelain',
  '--no-verify',
  '--no-follow-tags',
  '--no-signed',
  '--no-thin',
  '--recurse-submodules=no',
] as const;

async function push(
  repo: Repository,
  { remote, timeoutMs, signal }: Pick<Pushing, 'remote' | 'timeoutMs' | 'signal'>,
  refspecs: readonly string[],
  atomic = true,
): Promise<Answer> {
  const how = atomic ? [...quiet, '--atomic'] : quiet;
  const args = ['-c', 'core.hooksPath=/dev/null', 'push', ...how, '--', remote, ...refspecs];
  const { code, stdout, stderr, trouble } = await userGit(repo, args, { timeoutMs, signal });
  const text = stderr.toString('utf8');
  if (atomic && code !== 0 && /does not support --atomic/.test(text))
    return push(repo, { remote, timeoutMs, ...(signal ? { signal } : {}) }, refspecs, false);
  const refused = new Map<string, string>();
  for (const [, to = '', why = ''] of stdout.toString('utf8').matchAll(/^!\t[^\t]*:([^\t]+)\t(.*)$/gm))
    refused.set(to, why);
  return { code, refused, said: trouble === undefined ? complaint(text) : `git push ${trouble}` };
}

/** Asks a remote whether refs of ours may be pushed there; nothing is. Undefined: they may. Otherwise what git says. */
export async function mayPush(
  repo: Repository,
  remote: string,
  timeoutMs: number,
): Promise<string | undefined> {
  const args = ['-c', 'core.hooksPath=/dev/null', 'push', ...quiet, '--dry-run', '--', remote];
  const { code, stderr, trouble } = await userGit(repo, [...args, 'HEAD:refs/agentloop/doctor'], {
    timeoutMs,
  });
  if (code === 0) return undefined;
  return trouble === undefined ? complaint(stderr.toString('utf8')) : `git push ${trouble}`;
}

/** Git for the user in the user's repository, with an end to it; ssh asks nothing where it is nobody's own. */
export async function userGit(
  repo: Repository,
  args: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): ReturnType<typeof runProcess> {
  const env = userEnv(repo.userEnv);
  const place = { cwd: repo.top, env };
  const own = await runProcess(['git', 'config', '--get', 'core.sshCommand'], { ...place, timeoutMs });
  const ssh = own.code === 0 || env['GIT_SSH_COMMAND'] !== undefined || env['GIT_SSH'] !== undefined;
  return runProcess(['git', ...args], {
    cwd: repo.top,
    env: ssh ? env : { ...env, GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' },
    timeoutMs,
    ...(signal ? { signal } : {}),
  });
}

/** What git complains of, without its advice. */
export function complaint(said: string): string {
  const lines = said.split('\n').filter((line) => /^(error|fatal|remote|ssh): ?/.test(line));
  return (lines.length > 0 ? lines : said.split('\n')).slice(0, 4).join(' ').slice(0, 500).trim();
}
