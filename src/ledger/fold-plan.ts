import type { RecordedOf } from './event.ts';
import { feature } from './fold-session.ts';
import type { State } from './state.ts';

// What plans do to the state.

export function planned(state: State, event: RecordedOf<'plan.made' | 'plan.missed'>): void {
  const known = feature(state, event.feature);
  known.plans += 1;
  known.usedUp = false;
  // What the plan before came to is known.
  if (event.type === 'plan.made') known.plan = event.text;
  else delete known.plan;
}
