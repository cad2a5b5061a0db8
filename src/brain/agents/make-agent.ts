import { UserError } from '../../errors.ts';
import { readProviders } from '../../policy/providers.ts';
import type { Brain } from '../brain.ts';
import type { BrainDeps } from '../make-brain.ts';
import { homePaths } from '../own-files.ts';
import { readPrices } from '../prices.ts';
import { claudeTranslator } from './claude.ts';
import { codexTranslator } from './codex.ts';
import { agentBrain } from './drive.ts';
import { findProgram } from './find-program.ts';
import { type AgentName, knownAgents } from './known.ts';
import { lent } from './lent.ts';

/** Those that print their work as lines of JSON. */
export type PrintingAgent = Extract<AgentName, 'claude' | 'codex'>;

/** The brain of an agent CLI that is installed here. UserError when it is not, before anything is written. */
export async function printingAgent(name: PrintingAgent, deps: BrainDeps): Promise<Brain> {
  const { env, home, model, effort, forbidden } = deps;
  const known = knownAgents[name];
  // HOME may hold programs: only what is hidden whole may not.
  const program = findProgram(
    known.program,
    env['PATH'],
    forbidden.filter((folder) => folder !== home),
  );
  if (program === undefined) throw notInstalled(name);
  const prices = await readPrices(deps.prices);
  const translator =
    name === 'claude' ? claudeTranslator({ model, effort, prices }) : codexTranslator({ model, effort });
  return agentBrain(translator, {
    program,
    lent: lent(known, env, home),
    home,
    passEnv: deps.passEnv,
    passHome: homePaths(deps.passHome, home, forbidden),
    model,
    prices,
    providers: await readProviders(deps.providers),
    ...(name === 'claude' && process.getuid?.() === 0 ? { fence: noRoot } : {}),
    now: deps.now,
  });
}

const noRoot = 'claude does what it wants as root only in a sandbox';

function notInstalled(name: PrintingAgent): UserError {
  return new UserError(
    `The brain ${name} is a program that is not installed: there is no ${knownAgents[name].program} on PATH.`,
    `Install it (npm install -g ${packages[name]}), or choose another brain with --brain.`,
    'cannot-start',
  );
}

const packages: Readonly<Record<PrintingAgent, string>> = {
  claude: '@anthropic-ai/claude-code',
  codex: '@openai/codex',
};
