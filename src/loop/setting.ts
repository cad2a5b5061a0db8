import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { loginSecrets } from '../brain/agents/lent.ts';
import type { Config } from '../config.ts';
import type { StopReason } from '../ledger/event.ts';
import { makeRedactor } from '../ledger/redact.ts';
import { type FindSecrets, secretFinder } from '../policy/find-secrets.ts';
import { knownSecrets, secretsToRefuse } from '../policy/secrets.ts';
import type { Sleep } from '../policy/sleep.ts';
import { loadConfig } from '../project/config-file.ts';
import { files } from '../project/feature.ts';
import { type Fence, findFence } from '../workspace/fence.ts';
import { openRepository, type Repository } from '../workspace/repository.ts';
import { checkoutsOf, sealedFolder } from './sealed-folder.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the command line hands down to start anything. */
export interface StartInput {
  readonly cwd: string;
  readonly env: Env;
  /** Flags that set options of the config, by their names without dashes. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly version: string;
  /** Exit code of a run that stopped for this reason after landing so many features. */
  readonly exitCode: (reason: StopReason, landed: number) => number;
  now(): number;
  /** How waits pass; default: as timers do. */
  readonly sleep?: Sleep | undefined;
  /** Sentences a person should read before the work starts. */
  say(text: string): void;
}

/** The repository and its configuration: what every invocation starts from. Nothing has been written yet. */
export interface Setting {
  readonly repo: Repository;
  readonly config: Config;
  /** Who set an option of the config, by its path; "default" when nobody did. */
  readonly origins: Readonly<Record<string, string>>;
  readonly redact: (text: string) => string;
  /** Secrets in what is about to be committed. */
  readonly findSecrets: FindSecrets;
  /** user@host: who started it. */
  readonly by: string;
}

/** Finds the repository round `cwd` and loads its configuration; warnings are said. UserError for what is wrong in it. */
export async function openSetting(input: Omit<StartInput, 'exitCode'>): Promise<Setting> {
  const found = await openRepository(input.cwd, { env: input.env });
  const loaded = loadConfig({
    file: await textOf(join(found.top, files.config)),
    packageJson: await textOf(join(found.top, 'package.json')),
    env: input.env,
    flags: input.flags,
  });
  for (const warning of loaded.warnings) input.say(warning);
  const { config } = loaded;
  const { cacheDir } = config.workspace;
  const repo = cacheDir === undefined ? found : await openRepository(input.cwd, { env: input.env, cacheDir });
  const logins = loginSecrets(homeOf(input.env), input.env);
  // Whatever its name: what somebody hands to a brain and looks drawn by lot is a key.
  const passed = secretsToRefuse(
    Object.fromEntries(config.fence.passEnv.map((name) => [`KEY_${name}`, input.env[name]])),
  );
  const user = userInfo().username;
  const asked = /^(--|AGENTLOOP_)/.test(loaded.origins['judge.sealed.dir'] ?? '');
  const dir = sealedFolder(repo, config, { from: asked ? input.cwd : repo.top, home: homeOf(input.env) });
  return {
    repo,
    config: withSealedFolder(config, dir),
    origins: loaded.origins,
    redact: makeRedactor([...knownSecrets(input.env), ...logins, ...passed]),
    findSecrets: secretFinder([...secretsToRefuse(input.env), ...logins, ...passed]),
    by: `${user}@${hostname()}`,
  };
}

/** From here on its name is absolute, whoever reads it from where. */
function withSealedFolder(config: Config, dir: string | undefined): Config {
  if (dir === undefined) return config;
  return { ...config, judge: { ...config.judge, sealed: { ...config.judge.sealed, dir } } };
}

/** The fence for this repository; says so loudly where there is none. */
export async function raiseFence(
  { repo, config }: Setting,
  input: Pick<StartInput, 'env' | 'say'>,
): Promise<Fence> {
  // A run that goes on may remember a folder that has gone or moved since.
  const sealed = sealedFolder(repo, config, { from: repo.top, home: homeOf(input.env) });
  const fence = await findFence({
    mode: config.fence.mode,
    hide: [
      repo.top,
      ...checkoutsOf(repo.commonDir),
      repo.cacheDir,
      ...(sealed === undefined ? [] : [sealed]),
    ],
    cacheRoot: repo.cacheDir,
    env: input.env,
    readOnly: config.fence.readOnly,
  });
  if (fence.mode === 'none')
    input.say(`fence: none. What a brain runs can reach all that you can. Why: ${fence.why ?? 'not told'}`);
  for (const hole of fence.holes) input.say(`fence: ${hole}`);
  return fence;
}

/** HOME as the environment tells it. */
export function homeOf(env: Env): string {
  return env['HOME'] || homedir();
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
