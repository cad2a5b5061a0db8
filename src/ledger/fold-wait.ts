import type { RecordedOf } from './event.ts';
import type { State } from './state.ts';

// What waits do to the state: they begin, they end, and they outlive the process that began them.

export function waitStarted(state: State, event: RecordedOf<'wait.started'>): void {
  state.wait = {
    why: event.why,
    since: event.ts,
    reason: event.reason,
    ...(event.until === undefined ? {} : { until: event.until }),
    ...(event.probes === undefined ? {} : { probes: event.probes }),
  };
}

export function waitEnded(state: State, { why, early, ts }: RecordedOf<'wait.ended'>): void {
  if (state.wait?.why === why) delete state.wait;
  if (early && state.unavailable) state.unavailable = { ...state.unavailable, until: Date.parse(ts) };
}

/**
 * A pause outlives a process that was killed: a person has said it, and nobody has taken it back. Whoever starts a run
 * that had stopped does.
 */
export function stillPaused(state: State): void {
  if (state.stopped || state.wait?.why !== 'paused') delete state.wait;
}

/**
 * A wait outlives the process that began it, for the same brain: until an end that was told, and after a crash until the
 * next probe, too. Whoever starts a run that had stopped has it tried at once where nobody knows better.
 */
export function stillAway(state: State, { ts, brain, model }: RecordedOf<'run.resumed'>): void {
  const { unavailable: away, stopped } = state;
  const isSame = state.brain === brain && state.model === model;
  if (away && isSame && away.until > Date.parse(ts) && (away.told || !stopped)) {
    state.unavailable = { ...away, count: 0 };
  } else delete state.unavailable;
}
