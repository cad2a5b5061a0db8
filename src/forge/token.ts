import { UserError } from '../errors.ts';
import { runProcess } from '../workspace/run-process.ts';
import type { Place } from './place.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Source {
  /** Variables that hold a token, the first that is set counts. */
  readonly tokens: readonly string[];
  /** Hosts such a variable speaks of by itself. */
  readonly home: readonly string[];
  /** Variables that name another host it speaks of, with or without a scheme. */
  readonly hosts: readonly string[];
}

const sources: Readonly<Record<Place['kind'], Source>> = {
  github: {
    tokens: ['GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'],
    home: ['github.com'],
    hosts: ['GITHUB_SERVER_URL', 'GH_HOST'],
  },
  gitlab: {
    tokens: ['GITLAB_TOKEN'],
    home: ['gitlab.com'],
    hosts: ['CI_SERVER_URL', 'GITLAB_HOST'],
  },
  forgejo: {
    tokens: ['FORGEJO_TOKEN', 'GITEA_TOKEN', 'GITHUB_TOKEN'],
    home: ['codeberg.org'],
    hosts: ['GITHUB_SERVER_URL', 'FORGEJO_HOST', 'GITEA_HOST'],
  },
};

/**
 * The token for a forge: from the environment, else from `gh auth token`. A token is for the host it was given for: one that
 * merely stands in the environment is not sent to whatever host a clone names. UserError when there is none.
 */
export async function tokenFor(place: Place, env: Env, cwd: string): Promise<string> {
  const { tokens, home, hosts } = sources[place.kind];
  const host = place.where.split('/')[0] ?? '';
  const name = tokens.find((one) => env[one]?.trim());
  const spokenOf = [...home, ...hosts.flatMap((one) => (env[one] ? [bare(env[one])] : []))];
  if (name !== undefined && spokenOf.includes(host)) return (env[name] ?? '').trim();
  const said = place.kind === 'github' ? await ofGh(host, env, cwd) : undefined;
  if (said !== undefined) return said;
  if (name !== undefined)
    throw new UserError(
      `${name} is set, and nothing says that it is for ${host}; it is not sent there.`,
      `${hosts.at(-1)}=${host} agentloop …   (says so)`,
    );
  const login = place.kind === 'github' ? `, or: gh auth login --hostname ${host}` : '';
  throw new UserError(
    `There is no token for ${host}.`,
    `Set ${tokens.slice(0, 2).join(' or ')} in the environment${login}. docs/pull-requests.md says what it must be allowed to do.`,
  );
}

function bare(host: string): string {
  return host.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
}

/** What GitHub's own command line is logged in with; undefined where it is not there or not logged in. */
async function ofGh(host: string, env: Env, cwd: string): Promise<string | undefined> {
  const own = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { code, stdout } = await runProcess(['gh', 'auth', 'token', '--hostname', host], {
    cwd,
    env: Object.fromEntries(own),
    timeoutMs: 10_000,
    maxBytes: 10_000,
  });
  const token = stdout.toString('utf8').trim();
  return code === 0 && /^\S{8,}$/.test(token) ? token : undefined;
}
