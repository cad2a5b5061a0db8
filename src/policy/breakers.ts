import type { Limits } from '../ledger/event.ts';
import { type FeatureState, featureState, type State } from '../ledger/state.ts';

/**
 * What ends the work on a feature that goes nowhere, as one table. Waiting never counts: it leaves no trace in what these
 * look at.
 */

/** Sessions on one feature in all, however they ended: partial claims must not go on for ever. */
const sessionsInAll = 4;
/** Where a ledger is older than the limit. */
const usual = { sameRefusals: 6, sameWork: 4, sameCrashes: 2 } as const;

/** A reason to leave a feature alone. */
export interface Breaker {
  readonly name: string;
  /** Whether it ends a session that is under way, too. */
  readonly atOnce?: true;
  /** The reason in one sentence; undefined while it holds. */
  readonly trips: (known: FeatureState, limits: Limits, state: State) => string | undefined;
}

const breakers: readonly Breaker[] = [
  {
    name: 'declined',
    trips: ({ declined }) => (declined >= 2 ? 'the model refused to work on it twice' : undefined),
  },
  {
    name: 'failed-sessions',
    trips: ({ failures }, limits) =>
      failures >= limits.sessionsPerFeature
        ? `${failures} ${failures === 1 ? 'session' : 'sessions'} failed`
        : undefined,
  },
  {
    name: 'sessions',
    trips: ({ sessions, reopened }, limits) =>
      sessions >= limits.sessionsPerFeature * sessionsInAll * (reopened + 1)
        ? `${sessions} sessions did not finish it`
        : undefined,
  },
  {
    name: 'same-refusal',
    atOnce: true,
    trips: ({ sameRefusal: times }, { sameRefusals = usual.sameRefusals }) =>
      times && times.times >= sameRefusals
        ? `it was refused ${times.times} times in a row for the same reasons`
        : undefined,
  },
  {
    name: 'same-work',
    atOnce: true,
    trips: ({ refusedWork }, { sameWork = usual.sameWork }) => {
      const times = Math.max(0, ...refusedWork.values());
      return times >= sameWork ? `the very same work was refused ${times} times` : undefined;
    },
  },
  {
    name: 'same-crash',
    trips: ({ sameCrash: row }, { sameCrashes = usual.sameCrashes }) =>
      row && row.times >= sameCrashes
        ? `its sessions crashed ${row.times} times in a row with the same words: ${row.words}`
        : undefined,
  },
  {
    name: 'ping-pong',
    trips: ({ id, lostAfter, landed }, _, { features }) => {
      const other = landed ? undefined : lostAfter.find((one) => features.get(one)?.lostAfter.includes(id));
      return other === undefined
        ? undefined
        : `${id} and ${other} undo each other: the final judge found each of them lost after the other had landed`;
    },
  },
];

/** The breaker that ends the work on a feature now, and why. `atOnce`: of those alone that end a session, too. */
export function trippedBy(
  state: State,
  id: string,
  limits: Limits,
  { atOnce = false } = {},
): { readonly breaker: string; readonly why: string } | undefined {
  const known = featureState(state, id);
  for (const { name, trips, ...breaker } of breakers) {
    const why = atOnce && !breaker.atOnce ? undefined : trips(known, limits, state);
    if (why !== undefined) return { breaker: name, why };
  }
  return undefined;
}

/** Why the whole run is to stop, though features are left: the brain dies the same way whatever it works on. */
export function brainIsBroken(state: State, limits: Limits): string | undefined {
  const { sameCrash: row } = state;
  if (!row || row.times < 2 * (limits.sameCrashes ?? usual.sameCrashes)) return undefined;
  return `the brain crashed ${row.times} times in a row with the same words: ${row.words}`;
}
