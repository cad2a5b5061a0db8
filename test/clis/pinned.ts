import type { AgentName } from '../../src/brain/agents/known.ts';

/** A version of an agent CLI that is proved, and where its program lies in what the package manager installs. */
export interface Pinned {
  readonly package: string;
  readonly version: string;
  /**
   * Below node_modules: the program itself. Where it is a native one, whose place is otherwise filled by a script of the
   * package, none of their scripts has to be run.
   */
  readonly program: string;
}

/** Whose machine a native program is for, as the packages write it. */
const machine = `${process.platform}-${process.arch}`;

/** The versions that `npm run test:clis` drives. */
export const pinned: Readonly<Record<AgentName, Pinned>> = {
  claude: {
    package: '@anthropic-ai/claude-code',
    version: '2.1.328',
    program: `@anthropic-ai/claude-code-${machine}/claude`,
  },
  codex: { package: '@openai/codex', version: '0.169.0', program: '@openai/codex/bin/codex.js' },
  gemini: {
    package: '@google/gemini-cli',
    version: '0.61.0',
    program: '@google/gemini-cli/bundle/gemini.js',
  },
  opencode: { package: 'opencode-ai', version: '1.18.33', program: `opencode-${machine}/bin/opencode` },
  copilot: { package: '@github/copilot', version: '1.0.102', program: '@github/copilot/npm-loader.js' },
  // The last of its versions that says it runs on Node 20.
  qwen: { package: '@qwen-code/qwen-code', version: '0.15.10', program: '@qwen-code/qwen-code/cli.js' },
};
