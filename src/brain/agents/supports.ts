import type { AgentName } from './known.ts';

/** What a brain can do beside working and claiming, as far as it makes a difference to a run. */
export interface Supports {
  /** Whether a refusal goes back into the same conversation. */
  readonly resume: boolean;
  /** What it tells of its cost; money is priced from tokens where our table, or yours, knows the model. */
  readonly cost: 'money' | 'tokens' | 'none';
  /** Who keeps the limits of a session: the program itself, which is told them, or agentloop alone, from what it hears. */
  readonly turns: 'told' | 'kept';
  readonly money: 'told' | 'kept' | 'none';
  /** Whether it takes our MCP server. */
  readonly mcp: boolean;
  /** How it tells when a usage limit ends. */
  readonly limitEnds: 'instant' | 'words' | 'none';
}

/** The built-in brain. It has hands of ours and needs no server. */
export const anthropicSupports: Supports = {
  resume: true,
  cost: 'money',
  turns: 'kept',
  money: 'kept',
  mcp: false,
  limitEnds: 'instant',
};

export const agentSupports: Readonly<Record<AgentName, Supports>> = {
  claude: { resume: true, cost: 'money', turns: 'told', money: 'told', mcp: true, limitEnds: 'instant' },
  codex: { resume: true, cost: 'tokens', turns: 'kept', money: 'kept', mcp: true, limitEnds: 'words' },
  gemini: { resume: true, cost: 'tokens', turns: 'kept', money: 'kept', mcp: true, limitEnds: 'none' },
  opencode: { resume: true, cost: 'tokens', turns: 'kept', money: 'kept', mcp: true, limitEnds: 'none' },
  copilot: { resume: true, cost: 'tokens', turns: 'kept', money: 'kept', mcp: true, limitEnds: 'none' },
  qwen: { resume: true, cost: 'none', turns: 'kept', money: 'none', mcp: true, limitEnds: 'none' },
};
