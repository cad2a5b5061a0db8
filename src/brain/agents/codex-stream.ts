import type { Usage } from '../../ledger/event.ts';
import { shortName } from '../short-name.ts';
import { type Json, nameOf, numberOf, objectOf, objectsOf, textOf, tokensOf } from './json-fields.ts';
import { nothingUsed, usedInAll } from './told-before.ts';
import type { AgentEnd, Heard, Listener } from './translator.ts';

/** What a command of the model is called in its stream, by the kind of item. */
const tools: Readonly<Record<string, (item: Json) => { tool: string; text: string }>> = {
  command_execution: (item) => ({ tool: 'shell', text: textOf(item['command']) ?? '' }),
  file_change: (item) => ({ tool: 'edit', text: JSON.stringify(item['changes']) ?? '' }),
  mcp_tool_call: (item) => ({
    tool: `${item['server']}.${item['tool']}`,
    text: JSON.stringify(item['arguments']) ?? '',
  }),
  web_search: (item) => ({ tool: 'search', text: textOf(item['query']) ?? '' }),
};

/** Conversations that are told apart, subagents among them: more than that are made up. */
const conversations = 1000;

/** What the stream of Codex means. */
export class CodexListener implements Listener {
  readonly #called = new Set<string>();
  /** Whether the next item comes from another call of the model: all tools of the last one have answered. */
  #isNext = true;
  #open = 0;
  #words = '';
  #error: string | undefined;
  #end: 'completed' | 'failed' | undefined;
  #resets: number | undefined;
  #thread = '';
  /** What each conversation has used; subagents have their own. */
  readonly #totals = new Map<string, Usage>();

  take(message: Json): readonly Heard[] {
    switch (message['type']) {
      case 'thread.started': {
        const id = nameOf(message['thread_id']);
        if (id === undefined) return [];
        this.#thread = id;
        return [{ heard: 'conversation', id }];
      }
      case 'item.started':
      case 'item.completed':
        return this.#item(objectOf(message['item']), message['type'] === 'item.completed');
      case 'error': {
        const text = textOf(message['message']) ?? '';
        this.#error = text;
        return [{ heard: 'noted', text }];
      }
      case 'turn.completed':
        this.#end = 'completed';
        return this.#total(this.#thread, objectOf(message['usage']));
      case 'turn.failed':
        this.#end = 'failed';
        this.#error = textOf(objectOf(message['error'])['message']) ?? '';
        return [];
      default: {
        const rollout = textOf(message['rollout']);
        const line = objectOf(message['line']);
        return rollout === undefined ? [] : this.#count(rollout, objectOf(line['payload']));
      }
    }
  }

  end(said: string): AgentEnd {
    if (this.#end === 'completed') return { ended: 'well', words: this.#words };
    if (/no rollout found/.test(said)) return { ended: 'no-conversation' };
    if (this.#end === undefined) return { ended: 'unsaid' };
    const text = this.#error ?? '';
    const status = /\bstatus:? (\d{3})\b/.exec(text)?.[1];
    return {
      ended: 'trouble',
      text,
      ...(status === undefined ? {} : { status: Number(status) }),
      ...(this.#resets === undefined || !/usage limit/i.test(text) ? {} : { until: this.#resets }),
    };
  }

  #item(item: Json, isOver: boolean): readonly Heard[] {
    const id = shortName(String(item['id']));
    const { type } = item;
    const heard: Heard[] = [];
    if (type === 'error') return [{ heard: 'noted', text: textOf(item['message']) ?? '' }];
    if (this.#isNext) heard.push({ heard: 'turn' });
    this.#isNext = false;
    if (type === 'agent_message') {
      this.#words = textOf(item['text']) ?? '';
      return [...heard, { heard: 'said', text: this.#words }];
    }
    const tool = tools[String(type)];
    if (tool === undefined) return heard;
    if (!this.#called.has(id)) {
      this.#called.add(id);
      this.#open += 1;
      heard.push({ heard: 'called', ...tool(item) });
    }
    if (!isOver) return heard;
    this.#open -= 1;
    this.#isNext = this.#open === 0;
    const isError = item['status'] === 'failed';
    const text = textOf(item['aggregated_output']) ?? resultOf(item);
    return [...heard, { heard: 'answered', text, isError }];
  }

  /** A count of tokens from the file of a conversation. */
  #count(rollout: string, { info, rate_limits }: Json): readonly Heard[] {
    const windows = [objectOf(rate_limits)['primary'], objectOf(rate_limits)['secondary']].map(objectOf);
    const full = windows.filter((one) => (numberOf(one['used_percent']) ?? 0) >= 100);
    const ends = full.flatMap((one) => numberOf(one['resets_at']) ?? []);
    if (ends.length > 0) this.#resets = Math.max(...ends) * 1000;
    const total = objectOf(info)['total_token_usage'];
    const thread = /([0-9a-f]{8}(?:-[0-9a-f]+)+)\.jsonl$/.exec(rollout)?.[1] ?? rollout;
    return total === undefined ? [] : this.#total(thread, objectOf(total));
  }

  #total(thread: string, usage: Json): readonly Heard[] {
    const name = shortName(thread);
    if (this.#totals.size >= conversations && !this.#totals.has(name)) return [];
    this.#totals.set(name, usageOf(usage));
    const sum = [...this.#totals.values()].reduce(usedInAll, nothingUsed);
    return [{ heard: 'total', usage: sum, usd: null }];
  }
}

function resultOf(item: Json): string {
  const { error, result } = item;
  const parts = objectsOf(objectOf(result)['content']).map((part) => textOf(part['text']) ?? '');
  return textOf(objectOf(error)['message']) ?? parts.join('\n');
}

/** Its input tokens hold those from and into the cache. */
function usageOf(usage: Json): Usage {
  const read = tokensOf(usage['cached_input_tokens']);
  const written = tokensOf(usage['cache_write_input_tokens']);
  return {
    inputTokens: Math.max(0, tokensOf(usage['input_tokens']) - read - written),
    outputTokens: tokensOf(usage['output_tokens']),
    cacheReadTokens: read,
    cacheWriteTokens: written,
  };
}
