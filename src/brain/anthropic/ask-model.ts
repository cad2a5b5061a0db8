import { BugError } from '../../errors.ts';
import type { Failure } from '../brain.ts';
import { call } from './call.ts';
import { type Conversation, contentHash } from './conversation.ts';
import { costOf, expectedCost } from './cost.ts';
import { put, type Session } from './means.ts';
import { planFor } from './retry.ts';

/**
 * Sends the conversation, once, and writes down what came: a turn of the model, or a trouble and when to try again.
 * Gives the failure when it is not to be tried again, or must not be sent for what it may cost.
 */
export async function askModel(conversation: Conversation, session: Session): Promise<Failure | undefined> {
  const { means, assignment, signal } = session;
  const { head, messages, troubles, turns } = conversation;
  if (!head) throw new BugError('a conversation without a head was about to be sent');
  const { worstUsd, worstTokens, least } = expectedCost(head, conversation, means.prices);
  const tooDear = assignment.mayspend(worstUsd, worstTokens);
  if (tooDear !== undefined) return { kind: 'over-limit', reason: tooDear };
  await put(session, 'request.sent', {
    attempt: troubles.length + 1,
    messages: messages.length,
    atLeast: least,
  });
  const { deadline } = assignment.limits;
  const reply = await call(means.client, head, messages, { signal, deadline, idleMs: means.silence });
  if ('message' in reply) {
    const { message, requestId, ms } = reply;
    session.originals.clear();
    for (const block of message.content)
      if (block.type === 'tool_use') session.originals.set(block.id, block.input);
    await put(session, 'assistant.said', {
      message,
      sha256: contentHash(message.content),
      requestId,
      cost: costOf(message.usage, message.model, head.model, means.prices),
      ms,
    });
    return undefined;
  }
  const { trouble, usage, model = head.model } = reply;
  const now = means.now();
  const plan = planFor(trouble, { before: troubles, turns, now, random: means.random });
  await put(session, 'request.failed', {
    trouble,
    ...(plan.act === 'retry' ? { notBefore: Math.ceil(plan.at) } : {}),
    ...(usage ? { cost: costOf(usage, model, head.model, means.prices) } : {}),
  });
  return plan.act === 'fail' ? plan.failure : undefined;
}
