import type {
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type { Conversation, OpenTurn } from './conversation.ts';
import { repeatIn } from './repeats.ts';

/** After so many equal calls with equal answers the model is told, and later the session is ended. */
export const repeatsTold = 3;
export const repeatsEnd = 5;
/** More calls than that in one turn are not run. */
export const mostCalls = 32;

/** What the harness says where it does not run a call. */
export const answers = {
  interrupted:
    'Interrupted: the harness was restarted during this call. It may have taken effect: check before you do it again.',
  changed:
    'Not run: the harness was restarted, and this call held something that is not written down, such as a key. Make it again.',
  cut: 'Not run: your turn was cut off at its token limit before this call was whole. Go on in smaller steps.',
  tooMany: `Not run: more than ${mostCalls} calls in one turn. Make it again in the next one.`,
  oneClaim: 'Only the first claim of a turn counts.',
} as const;

export interface Left {
  readonly turns: number;
  /** ms. */
  readonly time: number;
  /** Model calls a session may have. */
  readonly ofTurns: number;
  /** Calls of tools; infinite where they are not limited. */
  readonly calls: number;
  /** What to do when they run short. */
  readonly late: string;
}

const lateTime = 5 * 60_000;
const lateCalls = 5;

/** The one message that answers every call of a turn, in order, with what else the model should know by now. */
export function resultsOf(
  conversation: Conversation,
  open: OpenTurn,
  answerOf: (id: string) => { readonly content: string; readonly isError: boolean },
  left: Left,
): { readonly message: MessageParam; readonly warned: readonly string[] } {
  const results = open.calls.map((call): ToolResultBlockParam => {
    const { content, isError } = answerOf(call.id);
    return { type: 'tool_result', tool_use_id: call.id, content, ...(isError ? { is_error: true } : {}) };
  });
  const warnings = warningsOf(conversation, left);
  const repeat = repeatIn(conversation.messages, open);
  const notes = [
    ...(repeat && repeat.times >= repeatsTold
      ? [
          `The last ${repeat.times} calls of ${repeat.name} were the same and gave the same answer. Try something else.`,
        ]
      : []),
    ...warnings.map(({ text }) => text),
  ];
  const content = [
    ...results,
    ...notes.map((text): TextBlockParam => ({ type: 'text', text: `[harness] ${text}` })),
  ];
  return { message: { role: 'user', content }, warned: warnings.map(({ name }) => name) };
}

/** Told once each, early enough to bring the work to a sound state and hand it over. */
function warningsOf(conversation: Conversation, left: Left): { name: string; text: string }[] {
  const few = Math.max(2, Math.ceil(left.ofTurns / 10));
  const warnings = [
    {
      name: 'turns',
      holds: left.turns <= few,
      text: `${left.turns} model calls are left in this session. ${left.late}`,
    },
    {
      name: 'calls',
      holds: left.calls <= lateCalls,
      text: `${left.calls} calls of tools are left in this session. ${left.late}`,
    },
    {
      name: 'time',
      holds: left.time <= lateTime,
      text: `This session ends in ${Math.max(1, Math.round(left.time / 60_000))} min. ${left.late}`,
    },
  ];
  return warnings.filter(({ name, holds }) => holds && !conversation.warned.has(name));
}
