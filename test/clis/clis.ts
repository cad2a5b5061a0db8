import type { AgentName } from '../../src/brain/agents/known.ts';
import type { ApiName } from '../helpers/model-servers/model-server.ts';

/** Where a model is and how one is known there. */
export interface Access {
  /** Of the scripted server, without a path. */
  readonly url: string;
  readonly key: string;
  /** The key is that of a subscription. */
  readonly subscription?: boolean;
}

/** How an agent CLI is brought to talk with a scripted server, through us and bare. */
export interface Cli {
  readonly name: AgentName;
  readonly api: ApiName;
  readonly model: string;
  /** Variables of the person. */
  env(access: Access): Readonly<Record<string, string>>;
  /** Files below HOME of the person. */
  home?(access: Access): Readonly<Record<string, string>>;
  /** What does not hold with it, by case, and why: as the case says it. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** What a script would run without us, the brief on stdin. */
  bare(access: Access): {
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
}

/** What the case of limits says where nothing is heard of one. */
const silent = 'it says nothing and tries again by itself: ended by `limits.idle`';

const opencodeConfig = ({ url, key }: Access): string =>
  JSON.stringify({
    autoupdate: false,
    share: 'disabled',
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        options: { baseURL: `${url}/v1`, apiKey: key },
        models: {
          scripted: {
            name: 'Scripted',
            limit: { context: 128_000, output: 8192 },
            cost: { input: 1, output: 5 },
          },
        },
      },
    },
  });

const codexConfig = ({ url }: Access): string =>
  [
    'model_provider = "scripted"',
    '[model_providers.scripted]',
    'name = "scripted"',
    `base_url = "${url}/v1"`,
    'env_key = "OPENAI_API_KEY"',
    'wire_api = "responses"',
    '',
  ].join('\n');

export const clis: Readonly<Record<AgentName, Cli>> = {
  claude: {
    name: 'claude',
    api: 'messages',
    model: 'claude-sonnet-4-5',
    env: ({ url, key, subscription }) => ({
      ANTHROPIC_BASE_URL: url,
      [subscription ? 'CLAUDE_CODE_OAUTH_TOKEN' : 'ANTHROPIC_API_KEY']: key,
    }),
    bare: () => ({
      args: [
        ...['-p', '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'],
        ...['--model', 'claude-sonnet-4-5', '--strict-mcp-config', '--setting-sources', ''],
      ],
      env: { IS_SANDBOX: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
    }),
  },
  codex: {
    name: 'codex',
    api: 'responses',
    model: 'gpt-5.5',
    env: ({ key }) => ({ OPENAI_API_KEY: key }),
    home: (access) => ({ '.codex/config.toml': codexConfig(access) }),
    bare: () => ({
      args: [
        ...[
          'exec',
          '--json',
          '--dangerously-bypass-approvals-and-sandbox',
          '--disable',
          'plugins',
          '-m',
          'gpt-5.5',
        ],
        ...['-c', 'check_for_update_on_startup=false', '-c', 'analytics.enabled=false', '-'],
      ],
    }),
  },
  gemini: {
    name: 'gemini',
    api: 'gemini',
    model: 'gemini-2.5-pro',
    env: ({ url, key }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key }),
    home: () => ({
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' } },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      }),
    }),
    cannot: {
      limits: 'it does not tell the end: the run waits and probes',
    },
    bare: () => ({
      args: ['--approval-mode', 'yolo', '--skip-trust', '-m', 'gemini-2.5-pro', '-o', 'stream-json'],
      env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    }),
  },
  opencode: {
    name: 'opencode',
    api: 'chat',
    model: 'scripted/scripted',
    env: (access) => ({ OPENCODE_CONFIG_CONTENT: opencodeConfig(access) }),
    cannot: {
      cost: 'of 2000 tokens in, 400 out it tells 1000 in, 200 out; the money is $0.0040',
      limits: silent,
    },
    bare: () => ({
      args: ['run', '--format', 'json', '--auto', '--title', 'bare', '-m', 'scripted/scripted'],
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      },
    }),
  },
  copilot: {
    name: 'copilot',
    api: 'chat',
    model: 'scripted',
    env: ({ url, key }) => ({
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: key,
    }),
    bare: () => ({
      args: [
        ...['--allow-all', '--no-ask-user', '--no-color', '--no-auto-update', '--output-format', 'json'],
        ...['--model', 'scripted'],
      ],
      env: { COPILOT_AUTO_UPDATE: 'false' },
    }),
  },
  qwen: {
    name: 'qwen',
    api: 'chat',
    model: 'scripted',
    env: ({ url, key }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
    home: () => ({
      '.qwen/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'openai' } },
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      }),
    }),
    cannot: {
      limits: silent,
    },
    bare: () => ({
      args: [
        ...['--approval-mode', 'yolo', '--auth-type', 'openai', '-m', 'scripted', '-o', 'stream-json'],
        ...['--max-session-turns', '50'],
      ],
      env: { QWEN_CODE_SUPPRESS_YOLO_WARNING: '1' },
    }),
  },
};
