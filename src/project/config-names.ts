import { Config } from '../config.ts';
import { type Leaf, leavesOf } from './schema-leaves.ts';

/** By which names an option of the config is reached: its path, a flag of the command line, the environment. */
export interface Option extends Leaf {
  /** AGENTLOOP_LIMITS_MAX_COST: made from the path, there for every option. */
  readonly env: string;
  /** --max-cost, and with it AGENTLOOP_MAX_COST: for what is set often. */
  readonly flag?: string;
}

/** Flags that set options of the config. `brain`, `model` and `effort`: who works, in `init` and in `run`. */
const flags: Readonly<Record<string, readonly string[]>> = {
  brain: ['roles.initializer.brain', 'roles.coder.brain'],
  model: ['roles.initializer.model', 'roles.coder.model'],
  effort: ['roles.initializer.effort', 'roles.coder.effort'],
  'sealed-dir': ['judge.sealed.dir'],
  'max-cost': ['limits.maxCost'],
  'max-cost-per-day': ['limits.maxCostPerDay'],
  'max-tokens': ['limits.maxTokens'],
  'allow-unknown-cost': ['limits.allowUnknownCost'],
  'max-sessions': ['limits.maxSessions'],
  'max-duration': ['limits.maxDuration'],
  until: ['limits.until'],
  'session-turns': ['limits.sessionTurns'],
  'session-cost': ['limits.sessionCost'],
  'session-time': ['limits.sessionTime'],
  fence: ['fence.mode'],
  'pass-env': ['fence.passEnv'],
  'pass-home': ['fence.passHome'],
  branch: ['git.branch'],
  'push-checkpoints': ['workspace.pushCheckpoints'],
  'skip-gate': ['gates.skip'],
};

/** The flag that says who fills a role: `role-flag.ts` reads it. */
export const roleFlag = 'role';

/** Variables of this prefix that we set for brains ourselves: they configure nothing. */
export const brainVariables: readonly string[] = [
  'AGENTLOOP_BRIEF',
  'AGENTLOOP_OUTCOME',
  'AGENTLOOP_FEATURE',
  'AGENTLOOP_ROLE',
  'AGENTLOOP_SESSION',
  'AGENTLOOP_RUN_ID',
  'AGENTLOOP_PORT_BASE',
  'AGENTLOOP_MARK',
];

let known: readonly Option[] | undefined;

/** Every option of the config in the order of its schema. */
export function options(): readonly Option[] {
  known ??= leavesOf(Config).map((leaf) => {
    const flag = Object.keys(flags).find((name) => flags[name]?.includes(leaf.path));
    return { ...leaf, env: envOfPath(leaf.path), ...(flag === undefined ? {} : { flag }) };
  });
  return known;
}

/** The variable that goes with a flag: AGENTLOOP_MAX_COST for max-cost. */
export function envOfFlag(flag: string): string {
  return `AGENTLOOP_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Whether a flag of the command line sets options of the config. */
export function isConfigFlag(flag: string): boolean {
  return flag === roleFlag || Object.hasOwn(flags, flag);
}

function envOfPath(path: string): string {
  const words = path.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_');
  return `AGENTLOOP_${words.toUpperCase()}`;
}
