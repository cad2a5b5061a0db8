import type { Message, MessageParam, ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import type { Ending } from '../../hands/claim.ts';
import { cutEnd } from '../../hands/cut.ts';
import type { Assignment, Failure } from '../brain.ts';
import { answers, type Left, mostCalls, repeatsEnd, resultsOf } from './answers.ts';
import {
  type Answer,
  type Conversation,
  contentHash,
  type OpenClaim,
  type OpenTurn,
} from './conversation.ts';
import type { Cause, EntryData } from './entries.ts';
import { repeatIn } from './repeats.ts';

/** What has to be done next. Each move ends in an entry of the transcript, so that the next one can be decided. */
export type Move =
  | { readonly do: 'freeze' }
  | { readonly do: 'say'; readonly said: EntryData<'user.said'> }
  | { readonly do: 'run'; readonly calls: readonly ToolUseBlock[] }
  /** Answers a call that is not run. */
  | { readonly do: 'answer'; readonly id: string; readonly answer: Answer }
  | { readonly do: 'claim'; readonly claim: OpenClaim }
  | { readonly do: 'finish'; readonly claim: OpenClaim }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'ask' }
  | { readonly do: 'fail'; readonly failure: Failure };

/** What is known beside the conversation. */
export interface Facts {
  readonly brief: string;
  readonly refusal: Assignment['refusal'];
  readonly limits: Assignment['limits'];
  readonly now: number;
  /** The tool whose call ends the work. */
  readonly ending: Ending;
  /** Whether calls of this tool may run beside each other. */
  readonly readsOnly: (tool: string) => boolean;
  /** Whether this process has the input of this call as the model wrote it. */
  readonly hasOriginal: (id: string) => boolean;
}

const mostAtOnce = 8;
const mostCutTurns = 3;
const longestWords = 4_000;

/** Decides; does nothing. */
export function nextMove(conversation: Conversation, facts: Facts): Move {
  const { claim, open, head, messages } = conversation;
  if (!head) return { do: 'freeze' };
  if (messages.length === 0) return say(facts.brief, 'brief');
  const refusal = facts.refusal && !conversation.refused.has(facts.refusal.round) ? facts.refusal : undefined;
  if (claim) {
    if (!refusal) return { do: 'finish', claim };
    const { text, round } = refusal;
    if (claim.id === undefined) return say(text, 'refusal', round);
    return { do: 'answer', id: claim.id, answer: { content: text, isError: false, round } };
  }
  const left: Left = {
    turns: facts.limits.turns - conversation.turns,
    time: facts.limits.deadline - facts.now,
    ofTurns: facts.limits.turns,
    calls: (facts.limits.toolCalls ?? Number.POSITIVE_INFINITY) - conversation.toolCalls,
    late: facts.ending.late,
  };
  const due = open ? moveOn(conversation, open, facts, left) : undefined;
  if (due) return due;
  if (refusal) return say(refusal.text, 'refusal', refusal.round);
  if (left.time <= 0) return fail('over-limit', 'The time of the session is over.');
  if (left.turns <= 0)
    return fail('over-limit', `The session has had its ${facts.limits.turns} model calls.`);
  const { notBefore, troubles } = conversation;
  if (notBefore >= facts.limits.deadline) {
    const reason =
      troubles.at(-1)?.reason ?? 'The Messages API asked for a longer wait than the session has time.';
    return { do: 'fail', failure: { kind: 'unavailable', reason, until: notBefore } };
  }
  if (notBefore > facts.now) return { do: 'wait', until: notBefore };
  return { do: 'ask' };
}

/** What the last turn of the model asks for; undefined when it only has to be sent back (pause_turn). */
function moveOn(conversation: Conversation, open: OpenTurn, facts: Facts, left: Left): Move | undefined {
  const { message, calls } = open;
  if (message.stop_reason === 'refusal') return fail('declined', declined(message));
  if (message.stop_reason === 'model_context_window_exceeded') {
    return fail('context', 'The conversation has filled the context window of the model.');
  }
  if (message.stop_reason === 'max_tokens') {
    if (conversation.cutTurns >= mostCutTurns) {
      return fail('over-limit', `${mostCutTurns} turns in a row were cut off at the token limit.`);
    }
    if (calls.length === 0)
      return say('Your turn was cut off at its token limit. Go on in smaller steps.', 'continue');
    // What looks like a whole call may be the half of one.
    const cut = { content: answers.cut, isError: true };
    return { do: 'say', said: { cause: 'results', ...resultsOf(conversation, open, () => cut, left) } };
  }
  if (calls.length === 0) return message.stop_reason === 'pause_turn' ? undefined : claimWithoutWord(message);
  return callMove(open, facts, left) ?? claimMove(open, facts) ?? resultsMove(conversation, open, left);
}

/** The first call that has no answer yet, and those that may run beside it. Claims come after all others. */
function callMove(open: OpenTurn, facts: Facts, left: Left): Move | undefined {
  const others = open.calls.filter((call) => call.name !== facts.ending.spec.name);
  const first = others.find((call) => !open.answers.has(call.id));
  if (!first) return undefined;
  const refuse = (content: string): Move => ({
    do: 'answer',
    id: first.id,
    answer: { content, isError: true },
  });
  if (open.started.has(first.id)) return refuse(answers.interrupted);
  const isRedacted = contentHash(open.message.content) !== open.sha256;
  if (isRedacted && !facts.hasOriginal(first.id)) return refuse(answers.changed);
  if (others.indexOf(first) >= mostCalls) return refuse(answers.tooMany);
  if (left.time <= 0) return fail('over-limit', 'The time of the session is over.');
  if (left.calls <= 0)
    return fail('over-limit', `The session has had its ${facts.limits.toolCalls} calls of tools.`);
  if (!facts.readsOnly(first.name)) return { do: 'run', calls: [first] };
  const following = others.slice(others.indexOf(first), mostCalls);
  const stop = following.findIndex((call) => !facts.readsOnly(call.name) || open.started.has(call.id));
  return {
    do: 'run',
    calls: following.slice(0, Math.min(mostAtOnce, left.calls, stop < 0 ? following.length : stop)),
  };
}

function claimMove(open: OpenTurn, { ending }: Facts): Move | undefined {
  const claims = open.calls.filter((call) => call.name === ending.spec.name);
  const next = claims.find((call) => !open.answers.has(call.id));
  if (!next) return undefined;
  const refuse = (content: string): Move => ({
    do: 'answer',
    id: next.id,
    answer: { content, isError: true },
  });
  const isJudged = claims.some((call) => open.answers.get(call.id)?.round !== undefined);
  if (isJudged) return refuse(answers.oneClaim);
  const made = ending.read(next.input);
  if ('problem' in made) return refuse(made.problem);
  return { do: 'claim', claim: { id: next.id, ...made } };
}

function resultsMove(conversation: Conversation, open: OpenTurn, left: Left): Move {
  const repeat = repeatIn(conversation.messages, open);
  if (repeat && repeat.times >= repeatsEnd) {
    return fail(
      'over-limit',
      `The same call of ${repeat.name} had the same answer ${repeat.times} times in a row.`,
    );
  }
  const answerOf = (id: string) => open.answers.get(id) ?? { content: answers.interrupted, isError: true };
  return { do: 'say', said: { cause: 'results', ...resultsOf(conversation, open, answerOf, left) } };
}

/** No word is a claim too: the judge decides. */
function claimWithoutWord(message: Message): Move {
  const words = message.content.flatMap((block) => (block.type === 'text' ? [block.text.trim()] : []));
  const did = words.filter((text) => text !== '').join('\n');
  const handoff = did === '' ? {} : { did: cutEnd(did, longestWords) };
  return { do: 'claim', claim: { id: undefined, claim: 'done', handoff } };
}

function declined(message: Message): string {
  const { category, explanation } = message.stop_details ?? { category: null, explanation: null };
  return `The model refused to go on (${category ?? 'no category given'})${explanation ? `: ${cutEnd(explanation, 500)}` : '.'}`;
}

function say(text: string, cause: Cause, round?: number): Move {
  const message: MessageParam = { role: 'user', content: [{ type: 'text', text }] };
  return { do: 'say', said: { message, cause, ...(round === undefined ? {} : { round }) } };
}

function fail(kind: 'over-limit' | 'context' | 'declined', reason: string): Move {
  return { do: 'fail', failure: { kind, reason } };
}
