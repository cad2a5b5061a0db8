import type { Usage } from '../../ledger/event.ts';
import { shortName } from '../short-name.ts';
import { type Json, nameOf, numberOf, objectOf, objectsOf, textOf, tokensOf } from './json-fields.ts';
import type { AgentEnd, Heard, Listener } from './translator.ts';

/** What the stream of Claude Code means. */
export class ClaudeListener implements Listener {
  readonly #calls = new Set<string>();
  #result: Json | undefined;
  #resets: number | undefined;
  #refused = false;

  take(message: Json): readonly Heard[] {
    switch (message['type']) {
      case 'system':
        return this.#system(message);
      case 'assistant':
        return this.#assistant(objectOf(message['message']));
      case 'user':
        return answers(objectOf(message['message']));
      case 'rate_limit_event': {
        const info = objectOf(message['rate_limit_info']);
        const at = numberOf(info['resetsAt']);
        if (info['status'] === 'rejected' && at !== undefined) this.#resets = at * 1000;
        return [];
      }
      case 'result':
        this.#result = message;
        return [{ heard: 'total', ...totalOf(message) }];
      default:
        return [];
    }
  }

  end(): AgentEnd {
    const result = this.#result;
    if (result === undefined) return { ended: 'unsaid' };
    const errors = Array.isArray(result['errors']) ? result['errors'].map(String).join(' ') : '';
    const text = textOf(result['result']) ?? errors;
    if (/^error_max_/.test(String(result['subtype']))) return { ended: 'over-limit', why: text };
    if (/^No conversation found/.test(errors)) return { ended: 'no-conversation' };
    if (this.#refused || result['stop_reason'] === 'refusal') return { ended: 'declined', why: text };
    if (result['is_error'] === false && result['subtype'] === 'success')
      return { ended: 'well', words: text };
    const status = numberOf(result['api_error_status']);
    return {
      ended: 'trouble',
      text,
      ...(status === undefined ? {} : { status }),
      ...(this.#resets === undefined ? {} : { until: this.#resets }),
    };
  }

  #system(message: Json): readonly Heard[] {
    const subtype = textOf(message['subtype']) ?? '';
    const id = nameOf(message['session_id']);
    if (subtype === 'init') return id === undefined ? [] : [{ heard: 'conversation', id }];
    if (subtype === 'api_retry') {
      const why = message['error_status'] ?? message['error'];
      return [{ heard: 'noted', text: `tries again (${message['attempt']}): ${why}` }];
    }
    if (subtype.startsWith('model_refusal')) this.#refused = true;
    const text = textOf(message['message']) ?? textOf(message['content']);
    return text ? [{ heard: 'noted', text }] : [];
  }

  #assistant(message: Json): readonly Heard[] {
    const heard: Heard[] = [];
    const id = textOf(message['id']);
    const model = textOf(message['model']);
    // Its own words for a trouble come as those of a model without a name.
    if (
      id !== undefined &&
      model !== undefined &&
      model !== '<synthetic>' &&
      !this.#calls.has(shortName(id))
    ) {
      this.#calls.add(shortName(id));
      heard.push({ heard: 'turn', usage: usageOf(objectOf(message['usage'])), model });
    }
    for (const block of objectsOf(message['content'])) {
      if (block['type'] === 'text') heard.push({ heard: 'said', text: textOf(block['text']) ?? '' });
      if (block['type'] !== 'tool_use') continue;
      heard.push({
        heard: 'called',
        tool: textOf(block['name']) ?? '?',
        text: JSON.stringify(block['input']),
      });
    }
    return heard;
  }
}

function answers(message: Json): readonly Heard[] {
  return objectsOf(message['content']).flatMap((block): Heard[] => {
    if (block['type'] !== 'tool_result') return [];
    const { content } = block;
    const parts = objectsOf(content).map((part) => textOf(part['text']) ?? '');
    const text = textOf(content) ?? parts.join('\n');
    return [{ heard: 'answered', text, isError: block['is_error'] === true }];
  });
}

function usageOf(usage: Json): Usage {
  return {
    inputTokens: tokensOf(usage['input_tokens']),
    outputTokens: tokensOf(usage['output_tokens']),
    cacheReadTokens: tokensOf(usage['cache_read_input_tokens']),
    cacheWriteTokens: tokensOf(usage['cache_creation_input_tokens']),
  };
}

/** By model, subagents included; its `usage` leaves some out where a limit ended it. */
function totalOf(result: Json): { usage: Usage; usd: number | null } {
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const one of Object.values(objectOf(result['modelUsage'])).map(objectOf)) {
    usage.inputTokens += tokensOf(one['inputTokens']);
    usage.outputTokens += tokensOf(one['outputTokens']);
    usage.cacheReadTokens += tokensOf(one['cacheReadInputTokens']);
    usage.cacheWriteTokens += tokensOf(one['cacheCreationInputTokens']);
  }
  return { usage, usd: numberOf(result['total_cost_usd']) ?? null };
}
