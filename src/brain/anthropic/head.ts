import type { Tool } from '@anthropic-ai/sdk/resources/messages';
import type { Spec } from '../../hands/tool.ts';
import { template } from '../../project/templates.ts';
import type { Effort, Head } from './entries.ts';

export const defaultModel = 'claude-sonnet-5-5';
const defaultMaxTokens = 32_000;

/** Models that decide themselves how much they think. Others, and those we do not know, are not asked to. */
const adaptive = /^claude-((fable|mythos|opus|sonnet|haiku)-5|opus-4-[678]|sonnet-4-6)(-|$)/;

/** What every request of one conversation begins with. No date, no path, nothing that differs between sessions. */
export function makeHead(given: {
  readonly model: string;
  readonly effort: Effort | undefined;
  readonly maxTokens: number | undefined;
  readonly specs: readonly Spec[];
  readonly system: string;
}): Head {
  return {
    model: given.model,
    max_tokens: given.maxTokens ?? defaultMaxTokens,
    // An hour, since the next session starts with the same words.
    system: [
      {
        type: 'text',
        text: template(given.system).trim(),
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
    ],
    tools: given.specs.map((spec): Tool => ({ ...spec, input_schema: { ...spec.input_schema } })),
    ...(adaptive.test(given.model) ? { thinking: { type: 'adaptive' } } : {}),
    ...(given.effort === undefined ? {} : { output_config: { effort: given.effort } }),
  };
}
