import type { RecordedOf } from '../ledger/event.ts';
import type { Landing, State } from '../ledger/state.ts';

/** The verdict by which a landing was accepted; undefined for one that no session made. */
export function verdictOn(state: State, { session }: Landing): RecordedOf<'judge.ruled'> | undefined {
  const { ruling } = state.sessions.find((one) => one.number === session) ?? {};
  return ruling?.ruling === 'accepted' ? ruling : undefined;
}
