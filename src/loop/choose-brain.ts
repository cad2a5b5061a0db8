import { resolve } from 'node:path';
import { refuseForgeTokens } from '../brain/agents/lent.ts';
import { type Brain, type Consultant, consultants, type Role } from '../brain/brain.ts';
import { makeBrain, takesModel } from '../brain/make-brain.ts';
import { UserError } from '../errors.ts';
import type { Limits } from '../ledger/event.ts';
import type { Fence } from '../workspace/fence.ts';
import { homeOf, type Setting, type StartInput } from './setting.ts';

/** The brain of a role, from the configuration. UserError when it cannot work, before anything is written. */
export async function chooseBrain(
  setting: Setting,
  input: Pick<StartInput, 'cwd' | 'env' | 'now' | 'sleep'>,
  role: Role,
): Promise<Brain> {
  return brainOf(setting, input, setting.config.roles[role]);
}

/**
 * The brain that gets one session on a blocked feature; undefined where nobody is named. What is not said of it is as for the
 * coder. UserError for a model alone beside a coder that has none.
 */
export async function chooseFallback(
  setting: Setting,
  input: Pick<StartInput, 'cwd' | 'env' | 'now' | 'sleep'>,
): Promise<Brain | undefined> {
  const { fallback, brain: coder = 'anthropic', effort } = setting.config.roles.coder;
  if ((fallback.brain ?? fallback.model ?? fallback.effort) === undefined) return undefined;
  const brain = fallback.brain ?? coder;
  if (fallback.brain === undefined && !takesModel(coder)) {
    throw new UserError(
      `There is a model to fall back to, and ${coder} takes none.`,
      'Name the brain, too: --fallback anthropic --fallback-model <model>',
    );
  }
  return brainOf(setting, input, { effort, ...fallback, brain });
}

async function brainOf(
  setting: Setting,
  input: Pick<StartInput, 'cwd' | 'env' | 'now' | 'sleep'>,
  {
    brain = 'anthropic',
    model,
    effort,
  }: Pick<Setting['config']['roles']['coder'], 'brain' | 'model' | 'effort'>,
): Promise<Brain> {
  const { config, repo } = setting;
  const { env } = input;
  const home = homeOf(env);
  refuseForgeTokens(config.fence.passEnv);
  return makeBrain(brain, {
    env,
    cwdOfCaller: input.cwd,
    home,
    forbidden: [repo.top, repo.commonDir, repo.stateDir, home],
    passEnv: pick(env, config.fence.passEnv),
    passHome: config.fence.passHome,
    apiKey: env['ANTHROPIC_API_KEY'],
    authToken: env['ANTHROPIC_AUTH_TOKEN'],
    baseUrl: env['ANTHROPIC_BASE_URL'],
    model,
    effort,
    prices: config.prices === undefined ? undefined : resolve(repo.top, config.prices),
    providers: config.providers === undefined ? undefined : resolve(repo.top, config.providers),
    now: input.now,
    sleep: input.sleep,
  });
}

/** The brains of the roles that are asked beside the sessions; a role of which nothing is said has none. */
export type Consultants = Readonly<Partial<Record<Consultant, Brain>>>;

/** Chooses them like the brain of a session. `cwd`: from where each was named. */
export async function chooseConsultants(
  setting: Setting,
  input: Pick<StartInput, 'env' | 'now' | 'sleep'>,
  cwd: Readonly<Record<Consultant, string>>,
): Promise<Consultants> {
  const chosen: Partial<Record<Consultant, Brain>> = {};
  for (const role of consultants) {
    const { brain, model, effort } = setting.config.roles[role];
    if (brain === 'none' || (brain ?? model ?? effort) === undefined) continue;
    chosen[role] = await chooseBrain(setting, { ...input, cwd: cwd[role] }, role);
  }
  return chosen;
}

/** A brain that needs a fence is refused where there is none. */
export function checkFence(brain: Brain, fence: Fence): void {
  const why = brain.needs?.fence;
  if (fence.mode !== 'none' || why === undefined) return;
  throw new UserError(
    `There is no fence, and without one ${brain.name} cannot work: ${why}.`,
    `${fence.why ? `No fence: ${fence.why}. ` : ''}Put one up (agentloop doctor), or run agentloop as another user than root.`,
    'cannot-start',
  );
}

/** A cap nobody can keep is refused before the first session. */
export function checkPurse(brain: Brain, limits: Limits): void {
  const caps = [limits.maxCostUsd, limits.maxCostPerDayUsd, limits.sessionCostUsd];
  const capped = caps.some((cap) => cap !== undefined);
  if (!capped || brain.pricing !== 'unknown' || limits.allowUnknownCost === true) return;
  const priced = brain.model === undefined ? '' : 'give its price in the file that "prices" names, ';
  throw new UserError(
    `There is a cost cap, and what ${brain.name}${brain.model ? ` (${brain.model})` : ''} costs is not known beforehand.`,
    `Add --allow-unknown-cost to count only what it reports, ${priced}or drop the cap.`,
  );
}

function pick(env: StartInput['env'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
