/**
 * Names of the OpenTelemetry semantic conventions, pinned: those for generative AI are still in development, and a new
 * version of them is a change of this file alone. Ours begin with `agentloop.`.
 */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.41.0';

export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  agent: 'gen_ai.agent.name',
  workflow: 'gen_ai.workflow.name',
  conversation: 'gen_ai.conversation.id',
  /** With what was read from and written to a cache. */
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
} as const;

export const operations = { run: 'invoke_workflow', brain: 'invoke_agent' } as const;

export const general = {
  service: 'service.name',
  version: 'service.version',
  error: 'error.type',
} as const;

export const own = {
  run: 'agentloop.run',
  session: 'agentloop.session',
  feature: 'agentloop.feature',
  role: 'agentloop.role',
  outcome: 'agentloop.outcome',
  reason: 'agentloop.stop_reason',
  scope: 'agentloop.judge.scope',
  ruling: 'agentloop.judge.ruling',
  codes: 'agentloop.judge.codes',
  usd: 'agentloop.cost_usd',
  event: 'agentloop.event',
} as const;

/** Providers by the beginning of a brain, as the conventions call them. */
const providers: readonly (readonly [RegExp, string])[] = [
  [/^(anthropic|claude)\b/, 'anthropic'],
  [/^codex\b/, 'openai'],
  [/^gemini\b/, 'gcp.gemini'],
];

/** The provider of a brain; one that may have any is called by its own name. */
export function providerOf(brain: string): string {
  return providers.find(([pattern]) => pattern.test(brain))?.[1] ?? brain.replace(/:.*/s, '');
}
