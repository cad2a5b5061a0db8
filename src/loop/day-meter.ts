import type { Recorded } from '../ledger/event.ts';
import { paidIn, paidInRun, paidSince } from '../ledger/spent-since.ts';
import { dayStart, localZone } from '../policy/zoned-time.ts';

/** What has been paid today by every run of this repository. */
export interface DayMeter {
  /** US dollars since the local day began. */
  usd(): number;
  /** Hears of every event of the run that is carried. */
  hear(event: Recorded): void;
}

/**
 * A meter over all runs below `runsDir`. What `run` has paid is read now, the others once, when it is first asked: nobody
 * else writes while the lock is ours.
 */
export function dayMeter(runsDir: string, run: string, now: () => number): DayMeter {
  const ours = [...paidInRun(runsDir, run, dayStart(now(), localZone()))];
  let others: ReturnType<typeof paidSince> | undefined;
  return {
    usd() {
      const since = dayStart(now(), localZone());
      others ??= paidSince(runsDir, since, run);
      return [...others, ...ours].reduce((sum, { at, usd }) => (at >= since ? sum + usd : sum), 0);
    },
    hear(event) {
      const paid = paidIn(event);
      if (paid) ours.push(paid);
    },
  };
}
