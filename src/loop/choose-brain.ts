import { resolve } from 'node:path';
import { refuseForgeTokens } from '../brain/agents/lent.ts';
import { type Brain, type Consultant, consultants, type Role } from '../brain/brain.ts';
import { makeBrain, takesModel } from '../brain/make-brain.ts';
import { UserError } from '../errors.ts';
import type { Limits } from '../ledger/event.ts';
import { limitsOfRole } from '../policy/role-limits.ts';
import type { Fence } from '../workspace/fence.ts';
import { homeOf, type Setting, type StartInput } from './setting.ts';

/** Of whoever chooses: from where files are named, and what is found in the environment. */
type Chooser = Pick<StartInput, 'cwd' | 'env' | 'now' | 'sleep'>;

/** The brain of a role, from the configuration. UserError when it cannot work, before anything is written. */
export async function chooseBrain(setting: Setting, input: Chooser, role: Role): Promise<Brain> {
  return brainOf(setting, input, setting.config.roles[role]);
}

/**
 * Who comes in place of a role's brain: on a blocked feature for the coder, where it gave no answer for the others; undefined
 * where nobody is named. What is not said of it is as for the role. UserError for a model alone beside a brain that has none.
 */
export async function chooseFallback(
  setting: Setting,
  input: Chooser,
  role: Role,
): Promise<Brain | undefined> {
  const { fallback, brain: first = 'anthropic', effort } = setting.config.roles[role];
  if ((fallback.brain ?? fallback.model ?? fallback.effort) === undefined) return undefined;
  const brain = fallback.brain ?? first;
  if (fallback.brain === undefined && !takesModel(first)) {
    throw new UserError(
      `There is a model for the fallback of the ${role}, and ${first} takes none.`,
      `Name the brain, too: --role ${role}.fallback=anthropic:<model>`,
    );
  }
  return brainOf(setting, input, { effort, ...fallback, brain });
}

async function brainOf(
  setting: Setting,
  input: Chooser,
  {
    brain = 'anthropic',
    model,
    effort,
  }: Pick<Setting['config']['roles']['coder'], 'brain' | 'model' | 'effort'>,
): Promise<Brain> {
  const { config, repo } = setting;
  const { env } = input;
  const home = homeOf(env);
  refuseForgeTokens(config.fence.passEnv, config.fence.passHome, home);
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

/** Who fills a role that is asked, and who is asked where that one gives no answer. */
export interface Filled {
  readonly brain: Brain;
  readonly fallback?: Brain;
}

/** Chooses both. UserError when one of them cannot work, before anything is written. */
export async function fillRole(setting: Setting, input: Chooser, role: Role): Promise<Filled> {
  const fallback = await chooseFallback(setting, input, role);
  return {
    brain: await chooseBrain(setting, input, role),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

/** The roles that are asked beside the sessions; one of which nothing is said is empty. */
export type Consultants = Readonly<Partial<Record<Consultant, Filled>>>;

/** Chooses them like the brain of a session. `cwd`: from where each was named. */
export async function chooseConsultants(
  setting: Setting,
  input: Pick<StartInput, 'env' | 'now' | 'sleep'>,
  cwd: Readonly<Record<Consultant, string>>,
): Promise<Consultants> {
  const chosen: Partial<Record<Consultant, Filled>> = {};
  for (const role of consultants) {
    const { brain, model, effort } = setting.config.roles[role];
    if (brain === 'none' || (brain ?? model ?? effort) === undefined) continue;
    chosen[role] = await fillRole(setting, { ...input, cwd: cwd[role] }, role);
  }
  return chosen;
}

type AllFilled = Readonly<Partial<Record<Role, Filled>>>;

/** Everyone who may be asked, with the role. */
function everyone(filled: AllFilled): readonly (readonly [Role, Brain])[] {
  return (Object.entries(filled) as [Role, Filled][]).flatMap(([role, { brain, fallback }]) =>
    (fallback ? [brain, fallback] : [brain]).map((one) => [role, one] as const),
  );
}

/** Brains that need a fence are refused where there is none. */
export function checkFence(filled: AllFilled, fence: Fence): void {
  if (fence.mode !== 'none') return;
  const found = everyone(filled).find(([, { needs }]) => needs?.fence !== undefined);
  if (found === undefined) return;
  throw new UserError(
    `There is no fence, and without one ${found[1].name} cannot work: ${found[1].needs?.fence}.`,
    `${fence.why ? `No fence: ${fence.why}. ` : ''}Put one up (agentloop doctor), or run agentloop as another user than root.`,
    'cannot-start',
  );
}

/** Every cap must be one that can be kept by all who may be asked. */
export function checkPurses({ config }: Pick<Setting, 'config'>, filled: AllFilled, limits: Limits): void {
  for (const [role, brain] of everyone(filled))
    checkPurse(brain, limitsOfRole(limits, config.roles[role].limits));
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
