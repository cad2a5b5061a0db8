import type { Recorded, RecordedOf } from './event.ts';
import { brainFailed, brainFinished } from './fold-brain.ts';
import { spent } from './fold-cost.ts';
import { landed } from './fold-landing.ts';
import { planned } from './fold-plan.ts';
import {
  blocked,
  checkpoint,
  claimed,
  feature,
  phase,
  reopened,
  ruled,
  sealedChanged,
  sessionEnded,
  sessionResumed,
  sessionStarted,
} from './fold-session.ts';
import { stillAway, stillPaused, waitEnded, waitStarted } from './fold-wait.ts';
import type { State } from './state.ts';

/**
 * The state of a run from its events, read from the top. Pure and total: any prefix of a ledger folds,
 * and folding a longer prefix never needs anything but the events.
 */
export function fold(events: readonly Recorded[]): State | undefined {
  const first = events[0];
  if (first?.type !== 'run.started') return undefined;
  const state = begin(first);
  for (const event of events) step(state, event);
  return state;
}

/** The state before the first event. */
export function begin(first: RecordedOf<'run.started'>): State {
  return {
    run: first.run,
    kind: first.kind,
    seq: 0,
    at: first.ts,
    started: first.ts,
    invocation: first.ts,
    invocations: 1,
    earlierMs: 0,
    version: first.version,
    by: first.by,
    pid: first.pid,
    fence: first.fence,
    brain: first.brain,
    ...(first.model === undefined ? {} : { model: first.model }),
    ...(first.branch === undefined ? {} : { branch: first.branch }),
    base: first.base,
    baseRef: first.baseRef,
    tip: first.base,
    features: new Map(),
    sessions: [],
    landings: [],
    spent: {
      usd: 0,
      unknown: false,
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    },
    consulted: [],
    idleSessions: 0,
    words: [],
  };
}

/** Takes one more event into the state, which is changed in place. */
export function step(state: State, event: Recorded): void {
  if (event.type === 'run.resumed')
    state.earlierMs += Math.max(0, Date.parse(state.at) - Date.parse(state.invocation));
  state.seq = event.seq;
  state.at = event.ts;
  if ('feature' in event && event.feature !== undefined && event.type.startsWith('feature.'))
    feature(state, event.feature).settled = event.seq;
  switch (event.type) {
    case 'run.started':
      return;
    case 'run.resumed':
      return resumed(state, event);
    case 'limits.set':
      state.limits = event.limits;
      delete state.spentOut;
      return;
    case 'session.started':
      return sessionStarted(state, event);
    case 'session.resumed':
      return sessionResumed(state, event);
    case 'brain.finished':
      return brainFinished(state, event);
    case 'brain.failed':
      return brainFailed(state, event);
    case 'claim.made':
      return claimed(state, event);
    case 'judge.started':
      return phase(state, event.session, 'judging');
    case 'judge.ruled':
      return ruled(state, event);
    case 'judge.broken':
      state.broken = { code: event.code, reason: event.reason, help: event.help };
      return;
    case 'work.landed':
      return landed(state, event);
    case 'work.published':
      if (event.held === undefined) {
        state.published = event.commit;
        delete state.held;
      } else state.held = event.held;
      return;
    case 'session.ended':
      return sessionEnded(state, event);
    case 'feature.blocked':
      return blocked(state, event);
    case 'feature.parked':
      feature(state, event.feature).parked = { session: event.session, question: event.question };
      return;
    case 'feature.reopened':
      return reopened(state, event);
    case 'wait.started':
      return waitStarted(state, event);
    case 'wait.ended':
      return waitEnded(state, event);
    case 'note.added':
      (event.feature === undefined ? state.words : feature(state, event.feature).words).push(event.words);
      return;
    case 'stop.asked':
      state.stopAsked = { now: event.now, by: event.by };
      return;
    case 'cost.updated':
      return spent(state, event);
    case 'checkpoint.saved':
      return checkpoint(state, event);
    case 'copy.pushed':
      state.copy = { remote: event.remote, ...(event.held === undefined ? {} : { held: event.held }) };
      return;
    case 'sealed.stored':
    case 'sealed.missed':
    case 'sealed.dropped':
      return sealedChanged(state, event);
    case 'plan.made':
    case 'plan.missed':
      return planned(state, event);
    case 'run.stopped':
      state.stopped = {
        reason: event.reason,
        code: event.code,
        at: event.ts,
        ...(event.detail === undefined ? {} : { detail: event.detail }),
        ...(event.until === undefined ? {} : { until: event.until }),
      };
      return;
  }
}

/** A later invocation. */
export function resumed(state: State, event: RecordedOf<'run.resumed'>): void {
  stillAway(state, event);
  stillPaused(state);
  state.invocation = event.ts;
  state.invocations += 1;
  state.pid = event.pid;
  state.by = event.by;
  state.version = event.version;
  state.fence = event.fence;
  state.brain = event.brain;
  if (event.model === undefined) delete state.model;
  else state.model = event.model;
  state.idleSessions = 0;
  delete state.sameCrash;
  delete state.stopped;
  delete state.stopAsked;
  delete state.broken;
  delete state.fatal;
}
