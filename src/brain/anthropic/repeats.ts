import type { ContentBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { OpenTurn } from './conversation.ts';

/** Waiting for a command looks like going round in circles, and is none. */
const exempt: ReadonlySet<string> = new Set(['bash_output', 'claim']);

export interface Repeat {
  readonly name: string;
  /** How often in a row the same call has had the same answer. */
  readonly times: number;
}

/** The longest row of equal calls with equal answers that reaches into this turn. */
export function repeatIn(messages: readonly MessageParam[], open: OpenTurn): Repeat | undefined {
  const now = open.calls.flatMap((call): Made[] => {
    const answer = open.answers.get(call.id);
    return answer ? [{ name: call.name, key: keyOf(call.name, call.input, answer.content) }] : [];
  });
  const counted = now.filter(({ name }) => !exempt.has(name));
  let longest: Repeat | undefined;
  let before = earlier(messages, counted[0]);
  let last = counted[0]?.key;
  for (const { name, key } of counted) {
    before = key === last ? before + 1 : 1;
    last = key;
    if (before > (longest?.times ?? 0)) longest = { name, times: before };
  }
  return longest;
}

interface Made {
  readonly name: string;
  readonly key: string;
}

/** How many calls right before this turn were equal to its first one. */
function earlier(messages: readonly MessageParam[], first: Made | undefined): number {
  if (!first) return 0;
  let times = 0;
  // Each turn of the model with the message that answers it, from the last one back.
  for (let m = messages.length - 2; m > 0; m -= 1) {
    const turn = messages[m - 1];
    const answered = messages[m];
    if (turn?.role !== 'assistant' || answered?.role !== 'user') continue;
    const results = new Map(
      blocks(answered).flatMap((b) => (b.type === 'tool_result' ? [[b.tool_use_id, b.content]] : [])),
    );
    for (const block of blocks(turn).reverse()) {
      if (block.type !== 'tool_use' || exempt.has(block.name)) continue;
      if (keyOf(block.name, block.input, results.get(block.id)) !== first.key) return times;
      times += 1;
    }
  }
  return times;
}

function blocks(message: MessageParam): ContentBlockParam[] {
  return typeof message.content === 'string' ? [] : [...message.content];
}

function keyOf(name: string, input: unknown, content: unknown): string {
  return JSON.stringify([name, input, content]);
}
