import type { Recorded } from '../../ledger/event.ts';
import type { KnownRequest } from '../../ledger/requests.ts';
import type { State } from '../../ledger/state.ts';
import { firstRulings } from '../packet/course.ts';
import { refusedClaimsOf, regressionsOf } from '../packet/refused-claims.ts';

/** What one run has brought, in figures. Times are ms, money is US dollars. */
export interface RunMetrics {
  readonly run: string;
  /** ISO instant of its first event. */
  readonly started: string;
  readonly sessions: number;
  /** Features that landed and still stand. */
  readonly accepted: number;
  readonly usd: number;
  /** Something more was spent whose price is not known. */
  readonly unknownCost: boolean;
  /** Features of which a claim was judged, and those whose first claim was accepted. */
  readonly judged: number;
  readonly firstPass: number;
  readonly refusedClaims: number;
  readonly regressions: number;
  /** For each feature that landed: from the start of its first session to its landing. */
  readonly cycleMs: readonly number[];
  /** Addresses of the requests that were opened for it. */
  readonly requests: readonly string[];
}

/** The same over all runs that were looked at. Null: there is nothing to divide by. */
export interface Metrics extends Omit<RunMetrics, 'run' | 'started' | 'cycleMs' | 'requests'> {
  readonly version: 1;
  readonly since: string | null;
  readonly runs: readonly RunMetrics[];
  readonly usdPerAccepted: number | null;
  readonly firstPassRate: number | null;
  readonly cycleMedianMs: number | null;
  readonly cycleP90Ms: number | null;
  /** Accepted features that the history shows, and those of them that were done over or taken back within 14 days. */
  readonly rework: Rework;
}

export interface Rework {
  readonly looked: number;
  readonly reworked: number;
  readonly rate: number | null;
  /** Which, as `<run> <feature>`. */
  readonly features: readonly string[];
}

/** The figures of one run from its events, and what was delivered of it. */
export function metricsOfRun(
  state: State,
  events: readonly Recorded[],
  known: readonly KnownRequest[] = [],
): RunMetrics {
  const first = firstRulings(events);
  const standing = [...state.features.values()].flatMap(({ id, landed }) => (landed ? [{ id, landed }] : []));
  const began = (id: string) => state.sessions.find((one) => one.feature === id)?.started;
  return {
    run: state.run,
    started: state.started,
    sessions: state.sessions.length,
    accepted: standing.length,
    usd: state.spent.usd,
    unknownCost: state.spent.unknown,
    judged: first.size,
    firstPass: [...first.values()].filter((ruling) => ruling === 'accepted').length,
    refusedClaims: refusedClaimsOf(events).length,
    regressions: regressionsOf(events, state).length,
    cycleMs: standing.flatMap(({ id, landed }) => {
      const start = began(id);
      return start === undefined ? [] : [Math.max(0, Date.parse(landed.ts) - Date.parse(start))];
    }),
    requests: known.flatMap(({ url }) => url ?? []),
  };
}

/** All of them together. */
export function metricsOf(runs: readonly RunMetrics[], rework: Rework, since: string | null): Metrics {
  const sum = (of: (one: RunMetrics) => number) => runs.reduce((all, one) => all + of(one), 0);
  const [accepted, usd, judged, firstPass] = [
    sum((one) => one.accepted),
    sum((one) => one.usd),
    sum((one) => one.judged),
    sum((one) => one.firstPass),
  ];
  const cycles = runs.flatMap(({ cycleMs }) => cycleMs).toSorted((a, b) => a - b);
  return {
    version: 1,
    since,
    runs,
    sessions: sum((one) => one.sessions),
    accepted,
    usd,
    unknownCost: runs.some(({ unknownCost }) => unknownCost),
    judged,
    firstPass,
    refusedClaims: sum((one) => one.refusedClaims),
    regressions: sum((one) => one.regressions),
    usdPerAccepted: accepted === 0 ? null : usd / accepted,
    firstPassRate: judged === 0 ? null : firstPass / judged,
    cycleMedianMs: quantile(cycles, 0.5),
    cycleP90Ms: quantile(cycles, 0.9),
    rework,
  };
}

/** The smallest of these, sorted, that as many are not above. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
