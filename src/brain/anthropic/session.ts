import { VERSION } from '@anthropic-ai/sdk/version';
import { cutEnd } from '../../hands/cut.ts';
import type { BrainEvent, Failure } from '../brain.ts';
import { failed } from '../ends-once.ts';
import { askModel } from './ask-model.ts';
import { type Conversation, foldConversation } from './conversation.ts';
import { makeHead } from './head.ts';
import { put, type Session } from './means.ts';
import { type Facts, type Move, nextMove } from './next-move.ts';
import { runCalls, shownCall } from './run-calls.ts';
import { spent } from './spent.ts';
import type { Trouble } from './trouble.ts';

/**
 * One call of `work`: look at the transcript, decide, do one thing, write down what came of it, look again.
 *
 * 1. Every decision is made from the transcript, so that any process can make the next one.
 * 2. Every request extends the one before: history is only added to.
 * 3. A call stands in the transcript, on disk, before it takes effect, and never takes effect twice.
 * 4. A response that did not come whole is no part of the history.
 * 5. Before a request its worst case is asked for; after it, what it cost is told.
 */
export async function* converse(session: Session): AsyncGenerator<BrainEvent, void, void> {
  const { transcript } = session.assignment;
  let ended: Failure | undefined;
  for (;;) {
    const conversation = foldConversation(transcript.entries);
    if (conversation.inFlight) {
      await put(session, 'request.failed', { trouble: diedMeanwhile, cost: conversation.inFlight });
      continue;
    }
    const untold = conversation.untold.at(-1);
    if (untold) {
      for (const { cost } of conversation.untold) yield spent(cost);
      await put(session, 'cost.told', { through: untold.seq });
      continue;
    }
    if (session.signal.aborted) ended ??= { kind: 'interrupted', reason: 'Stopped while it worked.' };
    const move: Move = ended ? { do: 'fail', failure: ended } : nextMove(conversation, factsOf(session));
    if (move.do === 'fail') {
      await put(session, 'brain.ended', { failure: move.failure });
      yield failed(move.failure);
      return;
    }
    if (move.do === 'finish') {
      const { id: _, ...said } = move.claim;
      yield { type: 'finished', ...said };
      return;
    }
    for (const text of shown(move, conversation, session)) yield { type: 'activity', text };
    ended = await make(move, conversation, session);
  }
}

type Act = Exclude<Move, { do: 'fail' | 'finish' }>;

/** Makes a move. What comes of it stands in the transcript afterwards; a failure ends this call of `work`. */
async function make(move: Act, conversation: Conversation, session: Session): Promise<Failure | undefined> {
  const { means, signal } = session;
  switch (move.do) {
    case 'freeze':
      await put(session, 'head.frozen', {
        head: makeHead({ ...means, specs: means.hands.specs }),
        sdk: VERSION,
      });
      return undefined;
    case 'say':
      await put(session, 'user.said', move.said);
      return undefined;
    case 'answer':
      await put(session, 'tool.finished', { id: move.id, ...move.answer });
      return undefined;
    case 'claim':
      await put(session, 'claim.made', move.claim);
      return undefined;
    case 'wait':
      await means.sleep(move.until - means.now(), signal);
      return undefined;
    case 'run':
      return await runCalls(move.calls, session);
    case 'ask':
      return await askModel(conversation, session);
  }
}

const diedMeanwhile: Trouble = { kind: 'died', reason: 'The harness was ended during a call to the model.' };

function factsOf({ assignment, means, originals }: Session): Facts {
  return {
    brief: assignment.brief,
    refusal: assignment.refusal,
    limits: assignment.limits,
    now: means.now(),
    ending: means.hands.ending,
    readsOnly: (tool) => means.hands.readsOnly(tool),
    hasOriginal: (id) => originals.has(id),
  };
}

/** Lines for the person who watches. */
function shown(move: Move, conversation: Conversation, { means }: Session): string[] {
  if (move.do === 'run') return move.calls.map(shownCall);
  if (move.do !== 'wait') return [];
  const seconds = Math.ceil((move.until - means.now()) / 1000);
  return [cutEnd(`waits ${seconds} s. ${conversation.troubles.at(-1)?.reason ?? ''}`, 200)];
}
