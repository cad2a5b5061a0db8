import { existsSync } from 'node:fs';
import type { Assignment, Brain, BrainEvent, Failure } from '../brain/brain.ts';
import { messageOf } from '../errors.ts';
import { spentBy } from '../ledger/state.ts';
import type { Refusal, Worst } from '../policy/purse.ts';
import type { Crew } from './crew.ts';
import { callsForFallback } from './falls-back.ts';
import { limitsIn } from './limits-in.ts';
import { capInTheWay, roleOf } from './purse-of.ts';
import { toldTo } from './trail.ts';

/** A limit of the whole run that ended a brain: its session counts against nobody, and no other is started. */
export type RunLimit = Exclude<Refusal['cap'], 'session-cost'> | 'run-time';

/** A brain ended without a word. */
export interface Failed {
  readonly ended: 'failure';
  readonly failure: Failure;
  readonly limit?: RunLimit;
  /** Its fallback is to be asked. */
  readonly fallsBack?: true;
}
/** A brain ended by itself, with these words. */
export type Said = Omit<Extract<BrainEvent, { type: 'finished' }>, 'type'>;

/** Who else there is in its role. */
export interface Beside {
  /** Somebody who is asked where this one gives no answer. */
  readonly fallback?: Brain | undefined;
  /** It is that somebody itself. */
  readonly isFallback?: boolean;
}

/** Lets a brain work until it ends, in whichever role, and writes down what it spends on the way and how it ended. */
export async function brainRound(
  crew: Crew,
  brain: Brain,
  assignment: Assignment,
  signal: AbortSignal,
  beside: Beside = {},
): Promise<{ readonly ended: 'said'; readonly said: Said } | Failed> {
  const started = crew.now();
  const role = roleOf(assignment.role);
  const where = {
    session: assignment.session,
    ...(assignment.feature ? { feature: assignment.feature.id } : {}),
    ...(role === undefined ? {} : { role }),
  };
  const asked = role === undefined ? {} : whoWasAsked(brain, assignment, beside);
  let refused: Worst | undefined;
  const mayspend: Assignment['mayspend'] = (usd, tokens) => {
    const no = assignment.mayspend(usd, tokens);
    refused = no === undefined ? undefined : { usd, tokens };
    return no;
  };
  const limitOf = ({ kind }: Failure): { limit?: RunLimit } => {
    if (kind !== 'over-limit') return {};
    if (crew.now() >= (crew.book.state.limits?.until ?? Number.POSITIVE_INFINITY))
      return { limit: 'run-time' };
    const cap = refused && capInTheWay(crew, assignment.session, role, refused)?.cap;
    return cap === undefined || cap === 'session-cost' ? {} : { limit: cap };
  };
  const failed = async (given: Failure): Promise<Failed> => {
    const tooDear = given.kind === 'over-limit' ? refused?.usd : undefined;
    const failure = hopeless(crew, assignment, tooDear ?? null) ?? homeless(assignment, given);
    const limit = limitOf(failure);
    const isAsked = beside.fallback !== undefined && limit.limit === undefined;
    const falls = isAsked && callsForFallback(failure, limitsIn(crew, role), crew.now());
    const fallsBack = falls ? { fallsBack: true as const } : {};
    await crew.book.record({
      type: 'brain.failed',
      ...where,
      ms: Math.max(0, crew.now() - started),
      ...asked,
      kind: failure.kind,
      reason: cutHandoff('help' in failure ? `${failure.reason} ${failure.help}` : failure.reason),
      ...(failure.kind === 'unavailable' && failure.until !== undefined
        ? { until: Math.round(failure.until) }
        : {}),
      ...limit,
      ...fallsBack,
    });
    return { ended: 'failure', failure, ...limit, ...fallsBack };
  };
  try {
    for await (const event of brain.work({ ...assignment, mayspend }, signal)) {
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
        const { type: _, ...said } = event;
        await crew.book.record({
          type: 'brain.finished',
          ...where,
          ms: Math.max(0, crew.now() - started),
          ...asked,
        });
        return { ended: 'said', said };
      }
    }
  } catch (error) {
    // A brain keeps to its promise not to throw; if one does not, its session is lost and not the night.
    return await failed({ kind: 'crashed', reason: `the brain broke: ${messageOf(error)}` });
  }
  return await failed({ kind: 'crashed', reason: 'the brain ended without a claim' });
}

function whoWasAsked({ name, model }: Brain, assignment: Assignment, { isFallback }: Beside) {
  return {
    told: toldTo(assignment),
    brain: name,
    ...(model === undefined ? {} : { model }),
    ...(isFallback ? { fallback: true as const } : {}),
  };
}

/** A cap for sessions below the price of one call lets none begin: that is for a person to mend, not for the next session. */
function hopeless(crew: Crew, { session, role }: Assignment, worstUsd: number | null): Failure | undefined {
  const cap = crew.book.state.limits && limitsIn(crew, roleOf(role)).sessionCostUsd;
  const spent = spentBy(crew.book.state, session, roleOf(role)).usd;
  if (cap === undefined || worstUsd === null || worstUsd <= cap || spent > 0) return undefined;
  return {
    kind: 'fatal',
    reason: `One call may cost up to $${worstUsd.toFixed(2)}, and a session may cost $${cap}: none can begin.`,
    help: 'Raise the cap of the session (--session-cost, or of the role), or choose a cheaper model.',
  };
}

/** Where its workspace was deleted, no command can be run in it; in the next one it can. */
function homeless({ workspace }: Assignment, failure: Failure): Failure {
  if (failure.kind !== 'fatal' || existsSync(workspace.path)) return failure;
  return { kind: 'crashed', reason: 'The workspace was deleted while it was in use.' };
}

const handoffBytes = 4000;

/** A brain's words as the ledger takes them. */
export function cutHandoff(text: string): string {
  return text.length <= handoffBytes ? text : `${text.slice(0, handoffBytes)} […]`;
}
