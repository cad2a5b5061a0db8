import { BugError } from '../errors.ts';
import type { Event, Recorded } from '../ledger/event.ts';
import { step } from '../ledger/fold.ts';
import type { OpenLedger } from '../ledger/log.ts';
import type { State } from '../ledger/state.ts';

/** The ledger together with the state it folds to: the loop writes through this and reads only what was written. */
export interface Book {
  /** What is known now. Changed by `record` and by nothing else. */
  readonly state: State;
  record(event: Event): Promise<Recorded>;
}

/** Opens a book on a ledger whose first event is `run.started`. `told` hears of each event after it is written. */
export function openBook(ledger: OpenLedger, told: (event: Recorded, state: State) => void): Book {
  const state = ledger.handOver();
  if (!state) throw new BugError('a ledger starts with run.started');
  let before: Promise<unknown> = Promise.resolve();
  return {
    state,
    // The inbox speaks while a session does: one after the other, so that order in the file and in the state agree.
    record(event) {
      const written = before.then(async () => {
        const recorded = await ledger.append(event);
        step(state, recorded);
        if (recorded.type === 'session.ended' || recorded.type === 'run.stopped') await ledger.keep(state);
        told(recorded, state);
        return recorded;
      });
      before = written.catch(() => undefined);
      return written;
    },
  };
}
