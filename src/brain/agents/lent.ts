import { existsSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import { looksDrawn } from '../../policy/secrets.ts';
import { type KnownAgent, knownAgents } from './known.ts';

/**
 * What an agent CLI is lent of the person who chose it: the variables and files of its own, and nothing of the others'. It
 * goes into the commands of that one brain; init.sh, checks and the judge never see it. A proxy that keeps the keys to
 * itself would stand here.
 */
export interface Lent {
  readonly env: Readonly<Record<string, string>>;
  /** Login and settings, absolute. The program gets copies below its own HOME. */
  readonly files: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** What is set and there. */
export function lent({ variables, logins, settings }: KnownAgent, env: Env, home: string): Lent {
  const set = variables.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const files = [...logins, ...settings].map((name) => path.join(home, name)).filter(isFile);
  return { env: Object.fromEntries(set), files };
}

/** Longest login file that is looked into, in bytes. */
const loginCap = 256 * 1024;

/**
 * Secrets in the login files of all agent CLIs we know, and in variables of theirs that hold a whole configuration: they must
 * not reach the ledger, a brief or a commit. Those whose names tell that they are secrets, `knownSecrets` finds.
 */
export function loginSecrets(home: string, env: Env): readonly string[] {
  const known = Object.values(knownAgents);
  const files = new Set(known.flatMap(({ logins }) => logins));
  const settings = new Set(known.flatMap((one) => one.settings));
  const keys = new Set(known.flatMap((one) => one.keys));
  const texts = [...files].map((name) => () => textIn(path.join(home, name)));
  const values = [...keys].map((name) => () => env[name] ?? '');
  const inLogins = [...texts, ...values].flatMap((read) => {
    try {
      return drawnWords(JSON.parse(read()));
    } catch {
      return [];
    }
  });
  const inSettings = [...settings].flatMap((name) => {
    try {
      return namedSecrets(textIn(path.join(home, name)));
    } catch {
      return [];
    }
  });
  return [...inLogins, ...inSettings];
}

/**
 * The keys in a file of settings, be it JSON with comments or TOML: what stands behind a name that says so. The rest of such a
 * file, names of models above all, stands in honest work too.
 */
function namedSecrets(text: string): readonly string[] {
  const pairs = text.matchAll(
    /(?<![\w.-])([\w.-]{1,64})["']?\s{0,20}[=:]\s{0,20}["']([^"'\n]{12,4000})["']/g,
  );
  return [...pairs]
    .filter(([, name = '']) => /key|token|secret|password|auth|bearer|cookie/i.test(name))
    .flatMap(([, , value = '']) => value.split(/\s+/))
    .filter((word) => looksDrawn(word, 3) && !/^[A-Z_][A-Z0-9_]*$/.test(word) && !/[{}$]|:\/\//.test(word));
}

function textIn(file: string): string {
  return statSync(file).size > loginCap ? '' : readFileSync(file, 'utf8');
}

/** Every string that looks like a key: an address or a name is none, and stands in honest files too. */
function drawnWords(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length >= 16 && looksDrawn(value, 3) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(drawnWords) : [];
}

/** Who holds one of these can write to the repository, the registry or the machine: in a night nobody watches, nobody has it. */
const ofForges =
  /^((GITHUB|GH|GITLAB|GL|GITEA|FORGEJO|BITBUCKET)_(.*_)?(TOKEN|PAT|PASSWORD)|CI_JOB_(TOKEN|JWT).*|CI_(DEPLOY|REGISTRY)_PASSWORD|ACTIONS_.*|SYSTEM_ACCESSTOKEN|NPM_TOKEN|NODE_AUTH_TOKEN|SSH_AUTH_SOCK)$/i;

/** The same as files below HOME. */
const homesOfForges =
  '.ssh .gnupg .netrc .npmrc .git-credentials .config/git/credentials .config/gh .config/glab-cli .config/hub .config/tea';

/** UserError when a variable, or a path of `home`, shall be passed to a brain that no brain may have. */
export function refuseForgeTokens(
  passEnv: readonly string[],
  passHome: readonly string[] = [],
  home = '/',
): void {
  const at = (name: string) => path.resolve(home, name.replace(/^~\//, ''));
  const secret = homesOfForges.split(' ').map(at);
  const isForge = (given: string) =>
    secret.some((one) => isBelow(given, one) || (isBelow(one, given) && existsSync(one)));
  const variable = passEnv.find((one) => ofForges.test(one));
  const file = passHome.find((one) => isForge(at(one)));
  if (variable === undefined && file === undefined) return;
  throw new UserError(
    `${variable === undefined ? `--pass-home ${file}` : `--pass-env ${variable}`}: it opens what lies outside the fence (a forge, its CI, a registry, your keys), and no brain gets it.`,
    'Leave it out: agentloop pushes for itself (--push-checkpoints). For Copilot there is COPILOT_GITHUB_TOKEN.',
  );
}

function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(`${folder}${path.sep}`);
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
