import type { RecordedOf } from './event.ts';
import { afresh, feature, session } from './fold-session.ts';
import type { State } from './state.ts';
import { landedWork, landingOf, noted } from './told-later.ts';

// What a commit on the run branch does to the state.

export function landed(state: State, event: RecordedOf<'work.landed'>): void {
  state.landings.push(landingOf(event));
  for (const one of state.sessions.slice(0, -1)) if (one.ended) noted(one);
  // A commit of harness files alone leaves what the final judge has said as true as before.
  if (event.feature === undefined && state.final?.tip === event.parent)
    state.final = { ...state.final, tip: event.commit };
  state.tip = event.commit;
  const one = session(state, event.session);
  if (one) one.landed = event.commit;
  if (event.feature === undefined) return;
  const known = feature(state, event.feature);
  known.landed = landedWork(event, state.fence);
  known.reasons = [];
  known.crashes = 0;
  afresh(known);
  delete known.unfinished;
  delete known.blocked;
  delete known.parked;
}
