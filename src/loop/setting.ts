import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import type { StopReason } from '../ledger/event.ts';
import { makeRedactor } from '../ledger/redact.ts';
import { knownSecrets } from '../policy/secrets.ts';
import { loadConfig } from '../project/config-file.ts';
import { files } from '../project/feature.ts';
import { type Fence, findFence } from '../workspace/fence.ts';
import { openRepository, type Repository } from '../workspace/repository.ts';

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
  /** user@host: who started it. */
  readonly by: string;
}

/** Finds the repository round `cwd` and loads its configuration; warnings are said. UserError for what is wrong in it. */
export async function openSetting(input: StartInput): Promise<Setting> {
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
  const user = userInfo().username;
  return {
    repo,
    config,
    origins: loaded.origins,
    redact: makeRedactor(knownSecrets(input.env)),
    by: `${user}@${hostname()}`,
  };
}

/** The fence for this repository; says so loudly where there is none. */
export async function raiseFence({ repo, config }: Setting, input: StartInput): Promise<Fence> {
  const fence = await findFence({
    mode: config.fence.mode,
    hide: [repo.top, ...checkoutsOf(repo.commonDir), repo.cacheDir],
    cacheRoot: repo.cacheDir,
    env: input.env,
    readOnly: config.fence.readOnly,
  });
  if (fence.mode === 'none')
    input.say(`fence: none. ${fence.why ?? ''} What a brain runs can reach all that you can.`);
  for (const hole of fence.holes) input.say(`fence: ${hole}`);
  return fence;
}

/** The git dir, and the main checkout round it: in a linked worktree that is another folder than the one we stand in. */
function checkoutsOf(commonDir: string): string[] {
  return basename(commonDir) === '.git' ? [commonDir, dirname(commonDir)] : [commonDir];
}

/** HOME as the environment tells it. */
export function homeOf(env: Env): string {
  return env['HOME'] || homedir();
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
