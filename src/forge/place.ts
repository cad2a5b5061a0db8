import type { ForgeConfig } from '../config-forge.ts';
import { UserError } from '../errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where a repository lives on a forge. */
export interface Place {
  readonly kind: 'github' | 'gitlab' | 'forgejo';
  /** Address of its programming interface, without a slash at its end. */
  readonly api: string;
  /** "ada/sum"; GitLab has groups in groups. */
  readonly path: string;
  /** "github.com/ada/sum". */
  readonly where: string;
}

/** No forge, and why: a sentence. */
export interface NoPlace {
  readonly kind: 'none';
  readonly why: string;
}

/**
 * Which forge a remote belongs to: what the configuration says, else what its address and the variables of CI systems
 * tell. An address that nobody knows is no forge. UserError where the configuration and the address do not fit.
 */
export function placeOfRemote(url: string, config: ForgeConfig, env: Env): Place | NoPlace {
  if (config.kind === 'none') return { kind: 'none', why: 'forge.kind is "none"' };
  const at = addressOf(url);
  if (at === undefined) return { kind: 'none', why: `the remote ${shownUrl(url)} is no address of a forge` };
  const web = webOf(config, at, env);
  const { path } = at;
  const kind = config.kind === 'auto' ? kindOf(web.host, env) : config.kind;
  if (kind === undefined) return { kind: 'none', why: `nobody says what ${web.host} is (forge.kind does)` };
  if (path.split('/').filter(Boolean).length < 2)
    throw new UserError(
      `The remote ${shownUrl(url)} does not name a repository of an owner.`,
      'git remote -v   (shows it)',
    );
  return { kind, api: apiOf[kind](web), path, where: `${web.host}/${path}` };
}

const apiOf = {
  github: (web: URL) => (web.host === 'github.com' ? 'https://api.github.com' : `${bare(web)}/api/v3`),
  gitlab: (web: URL) => bare(web),
  forgejo: (web: URL) => `${bare(web)}/api/v1`,
} as const;

function bare(web: URL): string {
  return web.href.replace(/\/+$/, '');
}

function kindOf(host: string, env: Env): Place['kind'] | undefined {
  if (host === 'github.com' || host === hostOf(env['GITHUB_SERVER_URL'])) {
    // Runners of Forgejo and Gitea set the variables of GitHub as well.
    return env['FORGEJO_ACTIONS'] === 'true' || env['GITEA_ACTIONS'] === 'true' ? 'forgejo' : 'github';
  }
  if (host === hostOf(env['CI_SERVER_URL']) || /^gitlab\./.test(host)) return 'gitlab';
  if (host === 'codeberg.org' || /^(forgejo|gitea)\./.test(host)) return 'forgejo';
  return undefined;
}

/** A configuration comes with a clone: it may say how to reach the host of the remote, and not send a token elsewhere. */
function webOf(config: ForgeConfig, at: Address, env: Env): URL {
  if (config.baseUrl !== undefined) {
    const url = new URL(config.baseUrl);
    if (url.hostname === at.hostname) return url;
    throw new UserError(
      `forge.baseUrl is ${config.baseUrl} and the remote is on ${at.hostname}: a token for one is not sent to the other.`,
      `Set forge.baseUrl to an address on ${at.hostname}, or name another remote with --push.`,
    );
  }
  // Over ssh nobody tells the port of the web; CI does.
  const told = [env['GITHUB_SERVER_URL'], env['CI_SERVER_URL']].find((one) => hostOf(one) === at.host);
  return new URL(told ?? `${at.scheme}://${at.host}`);
}

function hostOf(url: string | undefined): string | undefined {
  try {
    return url === undefined ? undefined : new URL(url).host;
  } catch {
    return undefined;
  }
}

interface Address {
  readonly host: string;
  readonly hostname: string;
  readonly path: string;
  readonly scheme: 'http' | 'https';
}

/** Hosts that serve git over the port of the web. */
const webOfSsh: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
};

/** Host and path of `https://host/a/b.git`, `ssh://git@host:22/a/b`, `git@host:a/b.git`; undefined for a folder. */
function addressOf(url: string): Address | undefined {
  const short = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)([^\\].*)$/.exec(url);
  const overSsh = (name: string, path: string): Address => {
    const host = webOfSsh[name] ?? name;
    return { host, hostname: host, path: clean(path), scheme: 'https' };
  };
  if (short) return overSsh(short[1] ?? '', short[2] ?? '');
  if (!/^(https?|ssh|git\+ssh):\/\//.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, host, hostname, pathname } = new URL(url);
  if (!protocol.startsWith('http')) return overSsh(hostname, pathname);
  return { host, hostname, path: clean(pathname), scheme: protocol === 'http:' ? 'http' : 'https' };
}

function clean(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
}

/** An address without the password that may stand in it. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
