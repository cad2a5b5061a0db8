import type { Limits, StopReason } from '../ledger/event.ts';
import { featureState, type State } from '../ledger/state.ts';
import { brainIsBroken } from '../policy/breakers.ts';
import { isUsedUp, tokensOf } from '../policy/purse.ts';
import type { Feature } from '../project/feature.ts';
import { type Beside, isHeld, readyNow, roundIsOver } from './ready.ts';

/** What to do next. */
export type Step =
  /** `fallback`: with the brain that gets one session on a blocked feature. */
  | { readonly do: 'work'; readonly feature: string; readonly fallback?: true }
  | {
      readonly do: 'wait';
      readonly why: 'unavailable' | 'paused';
      readonly until?: number;
      /** Nobody told that end: it is tried then. */
      readonly probes?: true;
      readonly reason: string;
    }
  /** The final judge, before a stop that follows a landing. */
  | { readonly do: 'final' }
  /** `until`: when to come back, ms since 1970. */
  | {
      readonly do: 'stop';
      readonly reason: StopReason;
      readonly detail?: string;
      readonly until?: number;
    };

/** How a run ends that a cap has stopped. */
export const stopOf = {
  'run-cost': 'max-cost',
  'day-cost': 'max-cost-per-day',
  'run-tokens': 'max-tokens',
  'run-time': 'until',
} as const satisfies Record<string, StopReason>;

/** Rounds in which the final judge may find something lost before the run gives up. */
const finalRounds = 2;

/**
 * Decides the next step from what is known; touches nothing.
 *
 * 1. A judge or a brain that cannot work stops the run.
 * 2. A stop after a landing passes by the final judge first.
 * 3. Limits are looked at before work is picked, where there is work to pick.
 * 4. Work: dependencies first, then priority, then fewest refusals, then the order of the list.
 */
export function next(
  state: State,
  features: readonly Feature[],
  limits: Limits,
  now: number,
  beside: Beside = {},
): Step {
  if (state.broken) return stop('judge-broken', state.broken.reason);
  const reason = whyStop(state, features, limits, now, beside);
  if (reason) {
    if (reason.do === 'stop' && wantsFinal(state, reason.reason)) return { do: 'final' };
    return reason;
  }
  if (state.wait?.why === 'paused') return { do: 'wait', why: 'paused', reason: state.wait.reason };
  // Where it is earlier now than when the wait began, the clock was set back and its end says nothing: tried at once.
  if (state.unavailable && now < state.unavailable.until && now >= state.unavailable.since) {
    return {
      do: 'wait',
      why: 'unavailable',
      until: state.unavailable.until,
      ...(state.unavailable.told ? {} : { probes: true as const }),
      reason: state.unavailable.reason,
    };
  }
  const { fallback, ready } = readyNow(state, features, limits, beside);
  const rank = (feature: Feature) => [feature.priority, featureState(state, feature.id).refusals] as const;
  const [first] = ready.toSorted((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1]);
  if (!first) return nothingReady(state, features, limits);
  return { do: 'work', feature: first.id, ...(fallback ? { fallback } : {}) };
}

function stop(reason: StopReason, detail?: string): Step {
  return { do: 'stop', reason, ...(detail === undefined ? {} : { detail }) };
}

function whyStop(
  state: State,
  features: readonly Feature[],
  limits: Limits,
  now: number,
  beside: Beside,
): Step | undefined {
  if (
    state.final &&
    !state.final.held &&
    state.final.failures >= finalRounds &&
    state.final.tip === state.tip
  ) {
    return stop('final-judge', `${state.final.failures} rounds of the final judge found something lost`);
  }
  if (features.every((feature) => feature.passes)) return stop('complete');
  if (state.fatal !== undefined) return stop('no-brain', state.fatal);
  if (beside.only !== undefined && roundIsOver(state, features, beside.only))
    return stop('asked', `one round of review, ${beside.only}`);
  if (state.stopAsked) return stop('asked', `by ${state.stopAsked.by}`);
  const isReady = readyNow(state, features, limits, beside).ready.length > 0;
  // Where nothing can be tried, more time or money would bring nothing: nobody is to be told to give it.
  const limit = isReady ? limitReached(state, limits, now, beside) : undefined;
  if (limit) return limit;
  if (state.idleSessions >= limits.noProgressSessions) {
    return stop('no-progress', `${state.idleSessions} sessions in a row brought nothing`);
  }
  const broken = brainIsBroken(state, limits);
  if (broken !== undefined) return stop('no-progress', broken);
  if (state.unavailable) {
    const { count, since, until, told, reason } = state.unavailable;
    const away = { do: 'stop', reason: 'unavailable', detail: reason } as const;
    if (count > limits.unavailableTries) return { ...away, ...(told ? { until } : {}) };
    if (limits.until !== undefined && now >= since && until >= limits.until) return { ...away, until };
  }
  return isReady ? undefined : nothingReady(state, features, limits);
}

function limitReached(state: State, limits: Limits, now: number, beside: Beside): Step | undefined {
  if (limits.until !== undefined && now >= limits.until) return stop('until');
  // A round of review is one session that a person has asked for by itself.
  const maxSessions = beside.only === undefined ? limits.maxSessions : undefined;
  if (maxSessions !== undefined && coderSessions(state) >= maxSessions) {
    return stop('max-sessions', `${maxSessions} ${maxSessions === 1 ? 'session' : 'sessions'}`);
  }
  const overspent = overBudget(state, limits, beside);
  if (overspent) return overspent;
  if (state.spentOut !== undefined) return stop(stopOf[state.spentOut.cap], state.spentOut.why);
  return undefined;
}

function coderSessions(state: State): number {
  const ended = state.sessions.flatMap((session) => (session.ended ? [session.ended] : []));
  return ended.filter(({ outcome }) => outcome !== 'unavailable').length;
}

function overBudget(state: State, limits: Limits, { todayUsd = 0 }: Beside): Step | undefined {
  const { maxCostUsd, maxCostPerDayUsd, maxTokens } = limits;
  const { usd, unknown, usage } = state.spent;
  if (unknown && !limits.allowUnknownCost && (maxCostUsd ?? maxCostPerDayUsd) !== undefined)
    return stop('max-cost', 'the brain spent something whose price is not known');
  if (maxCostUsd !== undefined && isUsedUp(usd, maxCostUsd))
    return stop('max-cost', `${usd.toFixed(2)} of ${maxCostUsd.toFixed(2)} US dollars are spent`);
  if (maxCostPerDayUsd !== undefined && isUsedUp(todayUsd, maxCostPerDayUsd)) {
    const spent = `${todayUsd.toFixed(2)} of ${maxCostPerDayUsd.toFixed(2)} US dollars of this day are spent`;
    return stop('max-cost-per-day', spent);
  }
  if (maxTokens !== undefined && tokensOf(usage) >= maxTokens)
    return stop('max-tokens', `${tokensOf(usage)} of ${maxTokens} tokens are used`);
  return undefined;
}

/** Whether features landed that the final judge has not seen on this tip. Once it has given up, it is not asked again. */
function wantsFinal(state: State, reason: StopReason): boolean {
  if (reason === 'final-judge') return false;
  return state.landings.some((landing) => landing.feature !== undefined) && state.final?.tip !== state.tip;
}

/** Features are left and none can be tried: it waits for a person, or it is blocked. */
function nothingReady(state: State, features: readonly Feature[], limits: Limits): Step {
  const waits = new Set<string>();
  const left = features.filter((feature) => !feature.passes);
  for (const feature of left) if (featureState(state, feature.id).parked) waits.add(feature.id);
  for (let grew = true; grew; ) {
    grew = false;
    for (const feature of left) {
      if (waits.has(feature.id) || isHeld(state, feature, limits)) continue;
      if (!feature.dependsOn.some((id) => waits.has(id))) continue;
      waits.add(feature.id);
      grew = true;
    }
  }
  const names = left.map((feature) => feature.id).join(', ');
  return left.every((feature) => waits.has(feature.id)) ? stop('needs-human', names) : stop('blocked', names);
}
