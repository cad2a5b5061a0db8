import type { Assignment, Failure } from '../brain/brain.ts';
import { messageOf } from '../errors.ts';
import type { Claim, Handoff } from '../ledger/event.ts';
import type { Crew } from './crew.ts';
import { purseOf } from './session-start.ts';

/** A limit of the whole run that ended a brain: its session counts against nobody, and no other is started. */
export type RunLimit = 'run-cost' | 'run-time';

/** What one call of a brain came to. */
export type Round =
  | { readonly ended: 'claim'; readonly claim: Claim; readonly handoff: Handoff }
  | { readonly ended: 'failure'; readonly failure: Failure; readonly limit?: RunLimit };

/** Lets the brain work until it claims or fails, and writes down what it spends on the way. */
export async function claimRound(crew: Crew, assignment: Assignment): Promise<Round> {
  const started = crew.now();
  const where = {
    session: assignment.session,
    ...(assignment.feature ? { feature: assignment.feature.id } : {}),
  };
  let refused: { readonly worstUsd: number | null } | undefined;
  const mayspend: Assignment['mayspend'] = (worstUsd) => {
    const no = assignment.mayspend(worstUsd);
    refused = no === undefined ? undefined : { worstUsd };
    return no;
  };
  const limitOf = ({ kind }: Failure): { limit?: RunLimit } => {
    if (kind !== 'over-limit') return {};
    if (crew.now() >= (crew.book.state.limits?.until ?? Number.POSITIVE_INFINITY))
      return { limit: 'run-time' };
    const runAsked = purseOf(crew, assignment.session, { runOnly: true });
    return refused && runAsked(refused.worstUsd) !== undefined ? { limit: 'run-cost' } : {};
  };
  const failed = async (given: Failure): Promise<Round> => {
    const tooDear = given.kind === 'over-limit' ? refused?.worstUsd : undefined;
    const failure = hopeless(crew, assignment.session, tooDear ?? null) ?? given;
    const limit = limitOf(failure);
    await crew.book.record({
      type: 'brain.failed',
      ...where,
      ms: crew.now() - started,
      kind: failure.kind,
      reason: cut('help' in failure ? `${failure.reason} ${failure.help}` : failure.reason),
      ...(failure.kind === 'unavailable' && failure.until !== undefined
        ? { until: Math.round(failure.until) }
        : {}),
      ...limit,
    });
    return { ended: 'failure', failure, ...limit };
  };
  try {
    for await (const event of crew.brain.work({ ...assignment, mayspend }, crew.signals.hard)) {
      if (event.type === 'activity') crew.watcher.activity(event.text);
      else if (event.type === 'spent') {
        const model = event.model === undefined ? {} : { model: event.model };
        await crew.book.record({
          type: 'cost.updated',
          ...where,
          usage: event.usage,
          usd: event.usd,
          ...model,
        });
      } else if (event.type === 'failed') return await failed(event.failure);
      else {
        const handoff = cutAll(event.handoff);
        await crew.book.record({ type: 'brain.finished', ...where, ms: crew.now() - started });
        await crew.book.record({ type: 'claim.made', ...where, claim: event.claim, handoff });
        return { ended: 'claim', claim: event.claim, handoff };
      }
    }
  } catch (error) {
    // A brain keeps to its promise not to throw; if one does not, its session is lost and not the night.
    return await failed({ kind: 'crashed', reason: `the brain broke: ${messageOf(error)}` });
  }
  return await failed({ kind: 'crashed', reason: 'the brain ended without a claim' });
}

/** A cap for sessions below the price of one call lets none begin: that is for a person to mend, not for the next session. */
function hopeless(crew: Crew, number: number, worstUsd: number | null): Failure | undefined {
  const { limits, sessions } = crew.book.state;
  const cap = limits?.sessionCostUsd;
  const spent = sessions.find((one) => one.number === number)?.usd ?? 0;
  if (cap === undefined || worstUsd === null || worstUsd <= cap || spent > 0) return undefined;
  return {
    kind: 'fatal',
    reason: `One call may cost up to $${worstUsd.toFixed(2)}, and a session may cost $${cap}: none can begin.`,
    help: 'Raise --session-cost, or choose a cheaper --model.',
  };
}

const handoffBytes = 4000;

function cut(text: string): string {
  return text.length <= handoffBytes ? text : `${text.slice(0, handoffBytes)} […]`;
}

function cutAll(handoff: Handoff): Handoff {
  return Object.fromEntries(Object.entries(handoff).map(([key, text]) => [key, cut(text ?? '')]));
}
