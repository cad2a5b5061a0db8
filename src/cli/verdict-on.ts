import type { State } from '../ledger/state.ts';
import type { LandedWork, Ruling } from '../ledger/told-later.ts';

/** The verdict by which a landing was accepted; undefined where there is nothing more to tell of it. */
export function verdictOn(state: State, { session }: LandedWork): Ruling | undefined {
  const { ruling } = state.sessions.find((one) => one.number === session) ?? {};
  return ruling?.ruling === 'accepted' ? ruling : undefined;
}
