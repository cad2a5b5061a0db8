import { accessSync, constants } from 'node:fs';
import * as path from 'node:path';
import type { Config } from '../config.ts';
import { castOfNext, type NextCast } from '../loop/cast-of.ts';
import { checkPurses, chooseBrain } from '../loop/choose-brain.ts';
import { carriedLimits } from '../loop/remembered.ts';
import { openSetting, type Setting } from '../loop/setting.ts';
import { limitsOf } from '../policy/limits.ts';
import type { Finding } from './diagnosis.ts';
import { attempt } from './inspect-machine.ts';
import type { Io } from './io.ts';
import { dollars } from './words.ts';

/**
 * Who would think, and whether that can be paid for: a run that is not finished goes on with the brain it had. Nothing is
 * asked over the network, and nothing is spent.
 */
export async function inspectBrain(io: Io, config: Config): Promise<readonly Finding[]> {
  const next = await nextHere(io).catch(() => undefined);
  const { config: used, run } = next?.cast ?? { config };
  const found = brain(io, used);
  const kept = used.roles.coder.brain !== config.roles.coder.brain;
  const present = kept ? { ...found, what: `${found.what}, with which run ${run} goes on` } : found;
  return present.state === 'fail' ? [present] : [present, await price(io, config, next)];
}

/** What a run would be made of here. UserError where none could begin. */
async function nextHere(io: Io): Promise<Next> {
  const setting = await settingHere(io);
  return { setting, cast: await castOfNext(setting, io.cwd, io.now()) };
}

interface Next {
  readonly setting: Setting;
  readonly cast: NextCast;
}

function settingHere(io: Io): Promise<Setting> {
  const { cwd, env, now } = io;
  return openSetting({ cwd, env, flags: {}, version: '', now, say: () => undefined });
}

function brain(io: Io, config: Config): Finding {
  const name = 'brain';
  const chosen = config.roles.coder.brain ?? 'anthropic';
  if (chosen.startsWith('command:')) return command(io, chosen);
  if (chosen !== 'anthropic') return { name, state: 'ok', what: chosen };
  const key = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].find((one) => io.env[one]);
  if (key !== undefined) return { name, state: 'ok', what: `anthropic, ${key} is set` };
  const help =
    "export ANTHROPIC_API_KEY=…\nor choose another brain: agentloop run --brain 'command:./my-agent.sh'";
  return {
    name,
    state: 'fail',
    what: 'anthropic, but neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set',
    help,
  };
}

/** A shell line may begin with anything; only a plain word that is no program anywhere is worth a warning. */
function command(io: Io, chosen: string): Finding {
  const name = 'brain';
  const [word = ''] = chosen.slice('command:'.length).trim().split(/\s/);
  if (!/^[\w.+-]+$/.test(word) || builtins.has(word)) return { name, state: 'ok', what: chosen };
  const file = (io.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, word))
    .find(isExecutable);
  if (file !== undefined) return { name, state: 'ok', what: `${chosen} (${file})` };
  return {
    name,
    state: 'warn',
    what: `${chosen}, but there is no program ${word} on PATH`,
    help: 'Install it, or put it on PATH.',
  };
}

const builtins = new Set(
  '. [ cd echo eval exec exit export false for if printf set test trap true umask while'.split(' '),
);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function price(io: Io, config: Config, next: Next | undefined): Promise<Finding> {
  const name = 'price';
  const found = await attempt(name, async (): Promise<Finding> => {
    const { setting, cast } = next ?? { setting: await settingHere(io), cast: undefined };
    const cwd = cast?.cwd.coder ?? io.cwd;
    const chosen = await chooseBrain({ ...setting, config: cast?.config ?? config }, { ...io, cwd }, 'coder');
    const limits = carriedLimits(limitsOf(config, io.now()), cast?.limits);
    checkPurses({ config }, { coder: { brain: chosen } }, limits);
    const { maxCostUsd } = limits;
    const cap = maxCostUsd === undefined ? 'no cap on the cost' : `at most ${dollars(maxCostUsd)} a run`;
    const who = chosen.model ?? 'this brain';
    if (chosen.pricing === 'unknown')
      return { name, state: 'ok', what: `of ${who} not known beforehand; ${cap}` };
    return { name, state: 'ok', what: `of ${who} known; ${cap}` };
  });
  return found;
}
