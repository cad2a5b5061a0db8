import type { Recorded } from '../ledger/event.ts';
import { type Paid, paidIn, paidInRun, paidSince } from '../ledger/spent-since.ts';
import { dayStart, localZone } from '../policy/zoned-time.ts';

/** What has been paid today by every run of this repository. */
export interface DayMeter {
  /** US dollars since the local day began. */
  usd(): number;
  /** Hears of every event of the run that is carried. */
  hear(event: Recorded): void;
}

/**
 * A meter over all runs below `runsDir`. Ledgers are read once, when it is first asked (most runs have no such cap): what
 * `run` pays from then on it hears, and nobody else writes while the lock is ours.
 */
export function dayMeter(runsDir: string, run: string, now: () => number): DayMeter {
  const heard: Paid[] = [];
  let read: readonly Paid[] | undefined;
  let readUpTo = 0;
  const readAll = (since: number): readonly Paid[] => {
    const own = paidInRun(runsDir, run, since).filter(({ seq }) => seq < (heard[0]?.seq ?? Infinity));
    readUpTo = own.reduce((most, { seq }) => Math.max(most, seq), 0);
    return [...paidSince(runsDir, since, run), ...own];
  };
  return {
    usd() {
      const since = dayStart(now(), localZone());
      read ??= readAll(since);
      return [...read, ...heard].reduce((sum, { at, usd }) => (at >= since ? sum + usd : sum), 0);
    },
    hear(event) {
      const paid = paidIn(event);
      // One that was being written while the ledger was read has been counted.
      if (paid && paid.seq > readUpTo) heard.push(paid);
    },
  };
}
