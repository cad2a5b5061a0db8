import { findProgram } from '../brain/agents/find-program.ts';
import type { Config } from '../config.ts';
import { castOfNext, type NextCast } from '../loop/cast-of.ts';
import { checkPurses, chooseBrain } from '../loop/choose-brain.ts';
import { carriedLimits } from '../loop/remembered.ts';
import { openSetting, type Setting } from '../loop/setting.ts';
import { limitsOf } from '../policy/limits.ts';
import type { Finding } from './diagnosis.ts';
import { anthropicKeys, rolesIn } from './find-brains.ts';
import type { Flags } from './flags.ts';
import { agentNamed, inspectAgent } from './inspect-agent.ts';
import { attempt } from './inspect-machine.ts';
import type { Io } from './io.ts';
import { dollars } from './words.ts';

/**
 * Who would think, in each role, and whether that can be paid for: a run that is not finished goes on with the brain it had.
 * `flags`: options of the configuration that were given. Nothing is asked over the network, and nothing is spent.
 */
export async function inspectBrain(io: Io, config: Config, flags: Flags = {}): Promise<readonly Finding[]> {
  const next = await nextHere(io, flags).catch(() => undefined);
  const { config: used, run } = next?.cast ?? { config };
  const coder = used.roles.coder.brain ?? 'anthropic';
  const found = await brain(io, coder, 'brain', next?.setting);
  const kept = coder !== (config.roles.coder.brain ?? 'anthropic');
  const present = kept ? { ...found, what: `${found.what}, with which run ${run} goes on` } : found;
  const others = await Promise.all(othersIn(used, coder).map((one) => other(io, one, next?.setting)));
  return present.state === 'fail'
    ? [present, ...others]
    : [present, ...others, await price(io, config, next, flags)];
}

/** What a run would be made of here. UserError where none could begin. */
async function nextHere(io: Io, flags: Flags): Promise<Next> {
  const setting = await settingHere(io, flags);
  return { setting, cast: await castOfNext(setting, io.cwd, io.now()) };
}

interface Next {
  readonly setting: Setting;
  readonly cast: NextCast;
}

function settingHere(io: Io, flags: Flags): Promise<Setting> {
  const { cwd, env, now } = io;
  return openSetting({ cwd, env, flags, version: '', now, say: () => undefined });
}

/** Roles beside the coder with a brain of their own that somebody named. */
function othersIn(
  config: Config,
  coder: string,
): readonly { readonly role: string; readonly chosen: string }[] {
  return Object.entries(rolesIn(config))
    .filter(([role, chosen]) => role !== 'coder' && chosen !== coder)
    .filter(([role]) => role !== 'initializer' || config.roles.initializer.brain !== undefined)
    .map(([role, chosen]) => ({ role, chosen }));
}

async function other(
  io: Io,
  { role, chosen }: { readonly role: string; readonly chosen: string },
  setting: Setting | undefined,
): Promise<Finding> {
  const found = await brain(io, chosen, role, setting);
  // A run needs it no more; `agentloop init` would say so itself.
  return role.startsWith('initializer') && found.state === 'fail' ? { ...found, state: 'warn' } : found;
}

async function brain(io: Io, chosen: string, name: string, setting: Setting | undefined): Promise<Finding> {
  const agent = agentNamed(chosen);
  if (agent !== undefined)
    return attempt(name, async () => ({ name, ...(await inspectAgent(io, agent, setting)) }));
  if (/^(command|acp):/.test(chosen)) return command(io, chosen, name);
  if (chosen !== 'anthropic') return { name, state: 'ok', what: chosen };
  const key = anthropicKeys.find((one) => io.env[one]);
  if (key !== undefined) return { name, state: 'ok', what: `anthropic, ${key} is set` };
  const help = 'export ANTHROPIC_API_KEY=…\nor choose another brain: agentloop brains';
  return {
    name,
    state: 'fail',
    what: 'anthropic, but neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set',
    help,
  };
}

/** A shell line may begin with anything; only a plain word that is no program anywhere is worth a warning. */
function command(io: Io, chosen: string, name: string): Finding {
  const [word = ''] = chosen
    .slice(chosen.indexOf(':') + 1)
    .trim()
    .split(/\s/);
  if (!/^[\w.+-]+$/.test(word) || builtins.has(word)) return { name, state: 'ok', what: chosen };
  const file = findProgram(word, io.env['PATH'], [])?.file;
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

async function price(io: Io, config: Config, next: Next | undefined, flags: Flags): Promise<Finding> {
  const name = 'price';
  const found = await attempt(name, async (): Promise<Finding> => {
    const { setting, cast } = next ?? { setting: await settingHere(io, flags), cast: undefined };
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
