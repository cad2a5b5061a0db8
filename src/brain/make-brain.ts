import { agentNames, brainForms } from '../config-brains.ts';
import { UserError } from '../errors.ts';
import type { Sleep } from '../policy/sleep.ts';
import type { Brain } from './brain.ts';
import type { CommandDeps } from './command.ts';

/** What the command line hands down to whichever brain was chosen. */
export interface BrainDeps extends Omit<CommandDeps, 'providers'> {
  /** Our own environment: agent CLIs are found by its PATH, and lent what is theirs of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ANTHROPIC_API_KEY and its companions, as they were found in the environment. */
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly baseUrl: string | undefined;
  readonly model: string | undefined;
  readonly effort: 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined;
  /** File of prices that add to or replace ours. */
  readonly prices: string | undefined;
  /** File of what troubles of providers look like, in front of ours. */
  readonly providers?: string | undefined;
  /** How a script waits; default: as timers do. */
  readonly sleep?: Sleep | undefined;
}

/** Whether a brain of this kind is told which model to use. */
export function takesModel(spec: string): boolean {
  return !/^(scripted|command):/.test(spec);
}

/**
 * The brain that `spec` names. Each kind is loaded only when it is chosen. A spec that names none, a script that is
 * broken, a missing key: UserError, before anything is written.
 */
export async function makeBrain(spec: string, deps: BrainDeps): Promise<Brain> {
  if (spec === 'anthropic') return await anthropic(deps);
  const name = agentNames.find((one) => one === spec);
  if (name !== undefined) return await (await import('./agents/make-agent.ts')).installedAgent(name, deps);
  const [, kind, rest = ''] = /^(scripted|command|acp):(.*)$/s.exec(spec) ?? [];
  if (kind === undefined) throw unknown(spec);
  if (rest.trim() === '') {
    const what = kind === 'scripted' ? 'script' : 'command';
    throw new UserError(
      `The brain "${spec}" names no ${what}.`,
      `Choose a brain with --brain: ${brainForms}.`,
    );
  }
  if (kind === 'scripted') return await (await import('./scripted.ts')).scriptedBrain(rest, deps);
  if (kind === 'acp') return await (await import('./acp/any.ts')).anyAgent(rest, deps);
  const [{ commandBrain }, { readProviders }] = await Promise.all([
    import('./command.ts'),
    import('../policy/providers.ts'),
  ]);
  return commandBrain(rest, { ...deps, providers: await readProviders(deps.providers) });
}

async function anthropic({
  apiKey,
  authToken,
  baseUrl,
  model,
  effort,
  prices,
  providers,
  now,
}: BrainDeps): Promise<Brain> {
  const [{ anthropicBrain }, { readPrices }, { readProviders }] = await Promise.all([
    import('./anthropic/brain.ts'),
    import('./prices.ts'),
    import('../policy/providers.ts'),
  ]);
  return anthropicBrain({
    apiKey,
    authToken,
    baseUrl,
    model,
    effort,
    prices: await readPrices(prices),
    providers: await readProviders(providers),
    now,
  });
}

function unknown(spec: string): UserError {
  const shown = spec.length > 120 ? `${spec.slice(0, 120)}…` : spec;
  // A path or a sentence is most likely a command whose first word was forgotten.
  const meant = /[/\s.]/.test(spec) ? ` For a program of your own: --brain 'command:${shown}'.` : '';
  return new UserError(`There is no brain "${shown}".`, `Choose one of ${brainForms}.${meant}`);
}
