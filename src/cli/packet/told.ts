import type { Recorded, RecordedOf } from '../../ledger/event.ts';

/** What the events say of sessions beyond what the state keeps of them. */
export interface Told {
  /** The last verdict and the last claim of a session, and when it ended. */
  ruling(session: number | undefined): RecordedOf<'judge.ruled'> | undefined;
  claim(session: number | undefined): RecordedOf<'claim.made'> | undefined;
  endedAt(session: number): string | undefined;
}

/** Reads them once. Pure. */
export function toldIn(events: readonly Recorded[]): Told {
  const rulings = new Map<number | undefined, RecordedOf<'judge.ruled'>>();
  const claims = new Map<number | undefined, RecordedOf<'claim.made'>>();
  const ends = new Map<number, string>();
  for (const event of events) {
    if (event.type === 'judge.ruled' && event.scope === 'candidate') rulings.set(event.session, event);
    if (event.type === 'claim.made') claims.set(event.session, event);
    if (event.type === 'session.ended') ends.set(event.session, event.ts);
  }
  const of = <K, V>(map: ReadonlyMap<K | undefined, V>, key: K | undefined) =>
    key === undefined ? undefined : map.get(key);
  return {
    ruling: (session) => of(rulings, session),
    claim: (session) => of(claims, session),
    endedAt: (session) => ends.get(session),
  };
}
