import type { agentNames } from '../../config-brains.ts';

/** What can be told of each agent CLI without starting it. */

export type AgentName = (typeof agentNames)[number];

export interface KnownAgent {
  /** As it is found on PATH. */
  readonly program: string;
  /**
   * Variables of its own: its key, the address of its server, the account it acts for. They are handed to it and to
   * nobody else, when they are set.
   */
  readonly variables: readonly string[];
  /** Those of them of which one is enough to be logged in. */
  readonly keys: readonly string[];
  /** Files below HOME of which one is enough to be logged in; lent to it read-only where they are there. */
  readonly logins: readonly string[];
  /** Other files below HOME that it reads: its settings. */
  readonly settings: readonly string[];
}

export const knownAgents: Readonly<Record<AgentName, KnownAgent>> = {
  claude: {
    program: 'claude',
    variables: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'ANTHROPIC_BASE_URL',
      'ANTHROPIC_DEFAULT_SONNET_MODEL',
      'ANTHROPIC_DEFAULT_OPUS_MODEL',
      'ANTHROPIC_DEFAULT_HAIKU_MODEL',
    ],
    keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    logins: ['.claude/.credentials.json'],
    settings: [],
  },
  codex: {
    program: 'codex',
    variables: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    keys: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    logins: ['.codex/auth.json'],
    settings: ['.codex/config.toml'],
  },
  gemini: {
    program: 'gemini',
    variables: [
      'GEMINI_API_KEY',
      'GOOGLE_API_KEY',
      'GOOGLE_GEMINI_BASE_URL',
      'GOOGLE_GENAI_USE_VERTEXAI',
      'GOOGLE_CLOUD_PROJECT',
      'GOOGLE_CLOUD_LOCATION',
    ],
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    logins: ['.gemini/oauth_creds.json'],
    settings: ['.gemini/settings.json', '.gemini/google_accounts.json'],
  },
  opencode: {
    program: 'opencode',
    variables: ['OPENCODE_CONFIG_CONTENT', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY'],
    keys: ['OPENCODE_CONFIG_CONTENT', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY'],
    logins: ['.local/share/opencode/auth.json'],
    settings: ['.config/opencode/opencode.json'],
  },
  copilot: {
    program: 'copilot',
    variables: [
      'COPILOT_GITHUB_TOKEN',
      'COPILOT_PROVIDER_API_KEY',
      'COPILOT_PROVIDER_BASE_URL',
      'COPILOT_PROVIDER_TYPE',
      'COPILOT_OFFLINE',
    ],
    keys: ['COPILOT_GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
    logins: ['.copilot/config.json'],
    settings: [],
  },
  qwen: {
    program: 'qwen',
    variables: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'DASHSCOPE_API_KEY'],
    keys: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY'],
    logins: ['.qwen/oauth_creds.json'],
    settings: ['.qwen/settings.json'],
  },
};
