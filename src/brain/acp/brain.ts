import type { Providers } from '../../policy/providers.ts';
import type { Brain } from '../brain.ts';
import { endsOnce } from '../ends-once.ts';
import { mcpServer } from '../mcp/how-to-start.ts';
import type { PriceTable } from '../prices.ts';
import type { AcpLaunch } from './launch.ts';
import { round } from './round.ts';

export interface AcpDeps {
  /** What the troubles of its provider look like; default what we ship. */
  readonly providers?: Providers;
  readonly prices: PriceTable;
  /** ms an agent has to end by itself after its answer; default 2000. */
  readonly leaveMs?: number;
  /** ms since 1970. */
  now(): number;
}

/**
 * An agent that speaks the Agent Client Protocol as the brain: one process a round, which takes up the conversation of
 * the round before where it can. docs/brains.md has the contract.
 */
export function acpBrain(launch: AcpLaunch, deps: AcpDeps): Brain {
  const { name, model } = launch;
  return {
    name,
    ...(model === undefined ? {} : { model }),
    claimBy: 'outcome',
    addition: name.startsWith('acp:') ? 'acp' : name,
    pricing: 'unknown',
    needs: { readOnly: [...new Set([...launch.readOnly, ...mcpServer().readOnly])] },
    work: (assignment, signal) => endsOnce(() => round(launch, deps, assignment, signal), signal),
  };
}
