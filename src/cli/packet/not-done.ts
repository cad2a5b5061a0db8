import type { State } from '../../ledger/state.ts';
import type { Result } from '../result.ts';
import { lastWords } from '../result-of.ts';
import type { NotDone } from './packet.ts';
import { withoutAdvice } from './refused-claims.ts';

/** What does not pass: first what waits for an answer, then what is blocked, then what nobody got to. */
export function notDoneOf(state: State, result: Result): readonly NotDone[] {
  const one = (
    feature: string,
    title: string,
    is: NotDone['is'],
    why: string,
    command: string | null,
    said: string | null = null,
  ) => {
    const known = state.features.get(feature);
    return {
      feature,
      title,
      is,
      why,
      reasons: (known?.blocked?.reasons ?? known?.reasons ?? []).map(withoutAdvice),
      said,
      command,
      sessions: known?.sessions ?? 0,
      refusals: known?.refusals ?? 0,
      usd: known?.usd ?? 0,
      seq: known?.settled ?? null,
    };
  };
  return [
    ...result.waiting.map((each) => one(each.feature, each.title, 'waiting', each.question, each.command)),
    ...result.blocked.map((each) => {
      // The result has both in one sentence.
      const said = lastWords(state, each.feature);
      const why = said === undefined ? each.why : (each.why.split('; its last words: ')[0] ?? each.why);
      return one(each.feature, each.title, 'blocked', why, each.command, said ?? null);
    }),
    ...result.open.map((each) => one(each.feature, each.title, 'open', each.words, null)),
  ];
}
