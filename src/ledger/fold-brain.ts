import type { RecordedOf } from './event.ts';
import { feature, session } from './fold-session.ts';
import { bare, oneMore } from './same-again.ts';
import type { State } from './state.ts';

// What the end of a brain does to the state: it works again, or it failed.

/** One that works again says nothing of another: a coder that ends well must not hide that the evaluator is away. */
export function brainFinished(
  state: State,
  { role, feature: id }: Pick<RecordedOf<'brain.finished'>, 'role' | 'feature'>,
): void {
  if (state.unavailable?.role === role) delete state.unavailable;
  if (role !== undefined) return;
  delete state.sameCrash;
  if (id !== undefined) delete feature(state, id).sameCrash;
}

export function brainFailed(state: State, event: RecordedOf<'brain.failed'>): void {
  const { role, reason } = event;
  if (event.fallsBack) return;
  if (event.kind === 'unavailable') {
    const before = state.unavailable?.role === role ? state.unavailable?.count : undefined;
    const count = (before ?? 0) + 1;
    const { backoffMs = 60_000, longestBackoffMs = 1_800_000 } = state.limits ?? {};
    const pause = Math.min(backoffMs * 2 ** (count - 1), Math.max(backoffMs, longestBackoffMs));
    const until = event.until ?? Date.parse(event.ts) + pause;
    const told = event.until !== undefined;
    state.unavailable = {
      count,
      since: Date.parse(event.ts),
      until,
      told,
      reason,
      ...(role === undefined ? {} : { role }),
    };
    return;
  }
  if (event.kind === 'crashed') crashed(state, event);
  else if (event.kind !== 'interrupted') brainFinished(state, event);
  // Where the fallback cannot work, the brain it falls back from still can.
  const isFallback = role === undefined && session(state, event.session)?.fallback;
  if (event.kind === 'fatal' && !isFallback) state.fatal = event.reason;
  if (event.limit !== undefined && event.limit !== 'run-time')
    state.spentOut = { cap: event.limit, why: event.reason };
  if (event.kind === 'declined' && role === undefined && event.feature !== undefined)
    feature(state, event.feature).declined += 1;
}

export function crashed(state: State, { role, feature: id, reason }: RecordedOf<'brain.failed'>): void {
  if (state.unavailable?.role === role) delete state.unavailable;
  if (role !== undefined) return;
  state.sameCrash = oneMore(state.sameCrash, bare(reason));
  if (id === undefined) return;
  const known = feature(state, id);
  known.sameCrash = oneMore(known.sameCrash, bare(reason));
}
