import type { AgentName } from './known.ts';

/** Which version of each agent CLI was driven end to end against model servers of our own, and where it comes from. */
export interface Tried {
  /** Name of its npm package. */
  readonly package: string;
  readonly version: string;
}

export const tried: Readonly<Record<AgentName, Tried>> = {
  claude: { package: '@anthropic-ai/claude-code', version: '2.1.328' },
  codex: { package: '@openai/codex', version: '0.169.0' },
  gemini: { package: '@google/gemini-cli', version: '0.61.0' },
  opencode: { package: 'opencode-ai', version: '1.18.33' },
  copilot: { package: '@github/copilot', version: '1.0.102' },
  qwen: { package: '@qwen-code/qwen-code', version: '0.15.10' },
};

/** The command that installs one. */
export function installOf(name: AgentName): string {
  return `npm install -g ${tried[name].package}`;
}
