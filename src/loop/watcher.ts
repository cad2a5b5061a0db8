import type { Recorded } from '../ledger/event.ts';
import type { State } from '../ledger/state.ts';
import type { Feature } from '../project/feature.ts';

/** Who is told while a run goes on. No call may throw or be waited for: watching never slows the work. */
export interface Watcher {
  /**
   * Called after each event stands in the ledger.
   * @param state the fold of the ledger up to and with this event; read it during the call, it goes on changing.
   * @param features the feature list of the tip; empty while there is none (`init`).
   */
  event(event: Recorded, state: State, features: readonly Feature[]): void;
  /** What the brain or a command is doing right now, one line; kept nowhere. */
  activity(text: string): void;
  /** A sentence a person should read that no event tells. */
  say(text: string): void;
}
