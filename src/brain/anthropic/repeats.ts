import type { ContentBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { OpenTurn } from './conversation.ts';

/** Waiting for a command looks like going round in circles, and is none. */
const exempt: ReadonlySet<string> = new Set(['bash_output', 'claim']);

export interface Repeat {
  readonly name: string;
  /** How often in a row the same call has had the same answer. */
  readonly times: number;
}

/** The longest row of equal calls with equal answers that reaches into this turn; within a turn equal ones count once. */
export function repeatIn(messages: readonly MessageParam[], open: OpenTurn): Repeat | undefined {
  const made = withoutTwins(
    open.calls.flatMap((call): Made[] => {
      const answer = open.answers.get(call.id);
      return answer ? [madeOf(call, answer.content)] : [];
    }),
  );
  let longest: Repeat | undefined;
  let times = earlier(messages, made[0]);
  for (const [index, { name }] of made.entries()) {
    times = index === 0 ? times + 1 : 1;
    if (times > (longest?.times ?? 0)) longest = { name, times };
  }
  return longest;
}

interface Made {
  readonly name: string;
  readonly key: string;
}

/** In how many turns right before this one the last call was equal to its first one. */
function earlier(messages: readonly MessageParam[], first: Made | undefined): number {
  let times = 0;
  // Each turn of the model with the message that answers it, from the last one back.
  for (let m = messages.length - 2; first && m > 0; m -= 1) {
    const turn = messages[m - 1];
    const answered = messages[m];
    if (turn?.role !== 'assistant' || answered?.role !== 'user') continue;
    const results = new Map<string, unknown>();
    for (const block of blocks(answered))
      if (block.type === 'tool_result') results.set(block.tool_use_id, block.content);
    const calls = blocks(turn).filter((block) => block.type === 'tool_use');
    for (const made of withoutTwins(calls.map((block) => madeOf(block, results.get(block.id)))).reverse()) {
      if (made.key !== first.key) return times;
      times += 1;
    }
  }
  return times;
}

function madeOf(call: { name: string; input: unknown }, content: unknown): Made {
  return { name: call.name, key: JSON.stringify([call.name, call.input, content]) };
}

function withoutTwins(made: readonly Made[]): Made[] {
  const counted = made.filter(({ name }) => !exempt.has(name));
  return counted.filter(({ key }, index) => key !== counted[index - 1]?.key);
}

function blocks(message: MessageParam): readonly ContentBlockParam[] {
  return typeof message.content === 'string' ? [] : message.content;
}
