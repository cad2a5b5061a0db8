import { complaint, userGit } from './push.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** Time for one push, in ms. */
const patience = 300_000;
/** By which git's helper finds the token: it stands in no argument, no address and no file. */
const variable = 'AGENTLOOP_FORGE_TOKEN';

/** A remote that requests are pushed to. */
export interface Target {
  /** Name of the remote. */
  readonly remote: string;
  /** Its address, as pushes use it. */
  readonly url: string;
  /** Handed to git where the remote is reached by http(s); else the user's own ssh does it. */
  readonly token?: string;
  /** Whom git says it is; forges look at the token only. */
  readonly login?: string;
}

export interface Moved {
  readonly ref: string;
  readonly commit: Commit;
  /** What stands there now as far as we know; undefined: nothing. Where something else does, nothing is moved. */
  readonly from: Commit | undefined;
}

/** The address pushes to a remote go to; undefined when there is no such remote. */
export async function pushUrl(repo: Repository, remote: string): Promise<string | undefined> {
  const args = ['remote', 'get-url', '--push', '--', remote];
  const { code, stdout } = await userGit(repo, args, { timeoutMs: 10_000 });
  return code === 0 ? stdout.toString('utf8').split('\n', 1)[0]?.trim() : undefined;
}

/** What stands on the remote under these refs; a sentence of git's when it cannot be asked. */
export async function remoteRefs(
  repo: Repository,
  target: Target,
  refs: readonly string[],
): Promise<ReadonlyMap<string, Commit> | string> {
  const args = ['ls-remote', '--refs', '--', target.remote, ...refs];
  const { code, stdout, stderr } = await gitWith(repo, target, args, 60_000);
  if (code !== 0) return complaint(stderr.toString('utf8')) || 'git ls-remote failed';
  const lines = stdout.toString('utf8').split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => line.split('\t') as [Commit, string]).map(([commit, ref]) => [ref, commit]),
  );
}

/**
 * Moves refs of the remote, each only from what is told of it: what somebody else has put there meanwhile stays. All or
 * nothing goes. Undefined when it went; else what git says. No hook of the user runs, nothing is asked on a terminal.
 */
export async function moveRemote(
  repo: Repository,
  target: Target,
  moves: readonly Moved[],
): Promise<string | undefined> {
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const refspecs = moves.map(({ ref, commit }) => `${commit}:${ref}`);
  const how = ['--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no'];
  const push = (atomic: readonly string[]) =>
    gitWith(repo, target, ['push', ...how, ...atomic, ...leases, '--', target.remote, ...refspecs], patience);
  let done = await push(['--atomic']);
  if (done.code !== 0 && /does not support --atomic/.test(done.stderr.toString('utf8')))
    done = await push([]);
  if (done.code === 0) return undefined;
  const refused = [...done.stdout.toString('utf8').matchAll(/^!\t[^\t]*:([^\t]+)\t(.*)$/gm)].map(
    ([, ref = '', why = '']) => `${ref}: ${why}`,
  );
  return [complaint(done.stderr.toString('utf8')), ...refused].join(' ').slice(0, 600) || `${done.trouble}`;
}

function gitWith(
  repo: Repository,
  { url, token, login = 'agentloop' }: Target,
  args: readonly string[],
  timeoutMs: number,
): ReturnType<typeof userGit> {
  const own = ['-c', 'core.hooksPath=/dev/null'];
  if (token === undefined || !/^https?:\/\//.test(url))
    return userGit(repo, [...own, ...args], { timeoutMs });
  const { protocol, host } = new URL(url);
  const scope = `credential.${protocol}//${host}`;
  const helper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' ${login} "$${variable}"; }; f`;
  const asks = [
    '-c',
    `${scope}.helper=`,
    '-c',
    `${scope}.helper=${helper}`,
    '-c',
    'credential.interactive=false',
  ];
  const env = { ...repo.userEnv, [variable]: token, GIT_ASKPASS: 'true' };
  return userGit({ ...repo, userEnv: env }, [...own, ...asks, ...args], { timeoutMs });
}
