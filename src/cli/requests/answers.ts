import type { State } from '../../ledger/state.ts';
import { answerMark, saidOf } from '../../loop/requests/review-feature.ts';
import { code, quoted, words } from '../packet/forge-words.ts';
import { withoutAdvice } from '../packet/refused-claims.ts';
import type { Told } from '../packet/told.ts';

const longest = 600;

/** The answer in a thread after its round: the commit, or why there is none; with what the session said of it. */
export function answerTo(state: State, told: Told, feature: string, thread: string): string {
  const known = state.features.get(feature);
  const last = state.sessions.findLast((one) => one.feature === feature);
  const said = saidOf(thread, told.claim(last?.number)?.handoff.did);
  const quote = said === undefined ? undefined : quoted(said, longest);
  const { landed } = known ?? {};
  if (landed) {
    const notDone = said !== undefined && /^not done/i.test(said);
    if (notDone) return `${answerMark}\nNot done, says the session: ${quote}`;
    const also = quote === undefined ? 'The session said nothing of this thread.' : `It says: ${quote}`;
    return `${answerMark}\nThis round landed as ${landed.commit.slice(0, 10)}. ${also}`;
  }
  const also = quote === undefined ? '' : ` The session said: ${quote}`;
  return `${answerMark}\nNothing landed in this round: ${whyNot(state, feature)}.${also}`;
}

function whyNot(state: State, feature: string): string {
  const known = state.features.get(feature);
  const last = state.sessions.findLast((one) => one.feature === feature);
  if (known?.parked) return `the session asks ${quoted(known.parked.question, longest)}`;
  const [reason] = known?.reasons ?? [];
  if (reason) {
    const { text } = withoutAdvice(reason);
    return `the judge refused it (${code(reason.code)}): ${words(text, longest).replace(/\.$/, '')}`;
  }
  if (known?.blocked) return `it is blocked: ${words(known.blocked.why, longest)}`;
  return last?.ended ? `the session ended as ${code(last.ended.outcome)}` : 'no session could be started';
}
