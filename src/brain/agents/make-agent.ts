import { UserError } from '../../errors.ts';
import { readProviders } from '../../policy/providers.ts';
import { acpBrain } from '../acp/brain.ts';
import type { Brain } from '../brain.ts';
import type { BrainDeps } from '../make-brain.ts';
import { homePaths } from '../own-files.ts';
import { readPrices } from '../prices.ts';
import { claudeTranslator } from './claude.ts';
import { codexTranslator } from './codex.ts';
import { copilotLaunch } from './copilot.ts';
import { agentBrain } from './drive.ts';
import { findProgram } from './find-program.ts';
import { geminiLaunch } from './gemini.ts';
import { type AgentName, knownAgents } from './known.ts';
import { lent } from './lent.ts';
import { opencodeLaunch } from './opencode.ts';
import { qwenLaunch } from './qwen.ts';
import { installOf } from './tried.ts';

/** Those that speak the Agent Client Protocol. */
const overAcp = { gemini: geminiLaunch, opencode: opencodeLaunch, copilot: copilotLaunch, qwen: qwenLaunch };

/** The brain of an agent CLI that is installed here. UserError when it is not, before anything is written. */
export async function installedAgent(name: AgentName, deps: BrainDeps): Promise<Brain> {
  const { env, home, model, effort, forbidden, passEnv, now } = deps;
  const known = knownAgents[name];
  // HOME may hold programs: only what is hidden whole may not.
  const program = findProgram(
    known.program,
    env['PATH'],
    forbidden.filter((folder) => folder !== home),
  );
  if (program === undefined) throw notInstalled(name);
  const [prices, providers] = [await readPrices(deps.prices), await readProviders(deps.providers)];
  const start = {
    program,
    lent: lent(known, env, home),
    home,
    passEnv,
    passHome: homePaths(deps.passHome, home, forbidden),
    model,
  };
  if (name !== 'claude' && name !== 'codex')
    return acpBrain(overAcp[name]({ ...start, effort }), { prices, providers, now });
  const isClaude = name === 'claude';
  return agentBrain(
    isClaude ? claudeTranslator({ model, effort, prices }) : codexTranslator({ model, effort }),
    {
      ...start,
      prices,
      providers,
      ...(isClaude && process.getuid?.() === 0 ? { fence: noRoot } : {}),
      now,
    },
  );
}

const noRoot = 'claude does what it wants as root only in a sandbox';

function notInstalled(name: AgentName): UserError {
  return new UserError(
    `The brain ${name} is a program that is not installed: there is no ${knownAgents[name].program} on PATH.`,
    `Install it (${installOf(name)}), or choose another brain with --brain.`,
    'cannot-start',
  );
}
