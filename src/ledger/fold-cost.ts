import type { RecordedOf } from './event.ts';
import { feature, session } from './fold-session.ts';
import type { Consulted, State } from './state.ts';

// What spending does to the state.

/** What somebody asked beside a session has spent. */
export function consulted(
  state: State,
  { session: number = 0, role }: RecordedOf<'cost.updated'>,
): Consulted | undefined {
  if (role === undefined) return undefined;
  const known = state.consulted.findLast((one) => one.session === number && one.role === role);
  if (known) return known;
  const first = { session: number, role, usd: 0, costs: 0 };
  state.consulted.push(first);
  return first;
}

/** Money and tokens. */
export function spent(state: State, event: RecordedOf<'cost.updated'>): void {
  const { usage } = state.spent;
  usage.inputTokens += event.usage.inputTokens;
  usage.outputTokens += event.usage.outputTokens;
  usage.cacheReadTokens += event.usage.cacheReadTokens;
  usage.cacheWriteTokens += event.usage.cacheWriteTokens;
  const one = event.role === undefined ? session(state, event.session) : consulted(state, event);
  if (one) one.costs += 1;
  if (event.usd === null) state.spent.unknown = true;
  else {
    state.spent.usd += event.usd;
    if (one) one.usd += event.usd;
    if (event.feature !== undefined) feature(state, event.feature).usd += event.usd;
  }
}
