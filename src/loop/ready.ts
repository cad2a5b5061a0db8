import type { Limits } from '../ledger/event.ts';
import { featureState, type State } from '../ledger/state.ts';
import { trippedBy } from '../policy/breakers.ts';
import type { Feature } from '../project/feature.ts';

/** What is not told by the ledger of the run. */
export interface Beside {
  /** Paid today by all runs of the repository, in US dollars; default 0. */
  readonly todayUsd?: number;
  /** Whether there is a brain to fall back to. */
  readonly fallback?: boolean;
  /** The one feature that is worked on, in one session: a round of review. */
  readonly only?: string;
}

/** What can be tried now: what is not held; where all of it is, what the fallback has not tried. */
export function readyNow(
  state: State,
  features: readonly Feature[],
  limits: Limits,
  beside: Beside,
): { readonly ready: readonly Feature[]; readonly fallback?: true } {
  const free = features.filter(
    (feature) =>
      !feature.passes &&
      (beside.only === undefined || beside.only === feature.id) &&
      feature.dependsOn.every((id) => features.find((other) => other.id === id)?.passes === true),
  );
  const ready = free.filter((feature) => !isHeld(state, feature, limits));
  if (ready.length > 0 || !beside.fallback) return { ready };
  return { ready: free.filter(({ id }) => mayFallBack(state, id)), fallback: true };
}

/** Ends of a session that say nothing of its work: it is begun again. */
const cutShort = new Set(['unavailable', 'interrupted', 'crashed', 'judge-broken']);

/** By what the feature of a round of review is held that brought nothing. */
export const roundBreaker = 'review-round';

/** Whether the session of a round of review has been: it landed, or ended by itself in another way. */
export function roundIsOver(state: State, features: readonly Feature[], only: string): boolean {
  if (features.find(({ id }) => id === only)?.passes) return true;
  const last = state.sessions.findLast(({ feature }) => feature === only);
  return last?.ended !== undefined && !cutShort.has(last.ended.outcome);
}

/** Sessions of the fallback that may be cut short by a crash before a feature is left alone: it may be what brings it about. */
const fallbackCrashes = 3;

/** Blocked in this run, and not because of another feature: then another brain may see what this one did not. */
function mayFallBack(state: State, id: string): boolean {
  const { blocked, parked, fallback, settled = 0 } = featureState(state, id);
  const isFinal = ['ping-pong', roundBreaker].includes(blocked?.breaker ?? '');
  if (blocked === undefined || isFinal || parked || fallback !== undefined) return false;
  const crashed = state.sessions.filter(
    (one) =>
      one.fallback && one.feature === id && one.ended?.outcome === 'crashed' && one.ended.seq > settled,
  );
  return crashed.length < fallbackCrashes;
}

/** Whether a feature is not to be tried: blocked, waiting for a person, or tried often enough. */
export function isHeld(state: State, feature: Feature, limits: Limits): boolean {
  const known = featureState(state, feature.id);
  if (known.parked || known.blocked) return true;
  if (feature.blocked !== undefined && known.reopened === 0) return true;
  return whyBlock(state, feature.id, limits) !== undefined;
}

/** Why a feature is to be blocked now, in one sentence; undefined while it may be tried. */
export function whyBlock(state: State, id: string, limits: Limits): string | undefined {
  return trippedBy(state, id, limits)?.why;
}
