import { readFileSync, statSync } from 'node:fs';
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
  const keys = new Set(known.flatMap((one) => one.keys));
  const texts = [...files].map((name) => () => textIn(path.join(home, name)));
  const values = [...keys].map((name) => () => env[name] ?? '');
  return [...texts, ...values].flatMap((read) => {
    try {
      return drawnWords(JSON.parse(read()));
    } catch {
      return [];
    }
  });
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

/** UserError when a variable shall be passed to a brain that no brain may have. */
export function refuseForgeTokens(passEnv: readonly string[]): void {
  const name = passEnv.find((one) => ofForges.test(one));
  if (name === undefined) return;
  throw new UserError(
    `--pass-env ${name}: it opens what lies outside the fence (a forge, its CI, a registry, your keys), and no brain gets it.`,
    'Leave it out: agentloop pushes for itself (--push-checkpoints). For Copilot there is COPILOT_GITHUB_TOKEN.',
  );
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
