import type { Forge } from '../../forge/forge.ts';
import type { ReviewRound } from '../../ledger/requests.ts';
import type { State } from '../../ledger/state.ts';
import { answerMark } from '../../loop/requests/review-feature.ts';
import { count } from '../words.ts';
import { answerTo } from './answers.ts';

/** Label of a request that only a person can help. */
const label = 'needs-human';

/**
 * Answers each thread of a round in its place, and what was said as a whole in a comment. Threads stay unresolved: that is
 * for whoever opened them. Threads that have our answer since are left, so that it may be said again after a kill.
 */
export async function answerRound(
  forge: Forge,
  number: number,
  { feature, threads }: ReviewRound,
  state: State,
): Promise<void> {
  const open = await forge.threads(number);
  for (const { name, id } of threads) {
    const body = answerTo(state, feature, name);
    const thread = open.find((one) => one.id === id);
    if (thread === undefined || thread.comments.at(-1)?.body === body) continue;
    await forge.reply(number, thread, body);
  }
  const whole = threads.filter(({ id }) => id === '');
  if (whole.length === 0) return;
  const marker = `${answerMark}<!-- ${feature} -->`;
  const lines = whole.map(({ name }) => answerTo(state, feature, name).replace(`${answerMark}\n`, ''));
  await forge.stick(number, marker, `${marker}\n${lines.join('\n\n')}\n`);
}

/** Says on a request that it waits for a person. */
export async function needsHuman(forge: Forge, number: number, rounds: number, left: number): Promise<void> {
  const marker = `${answerMark}<!-- ${label} -->`;
  await forge.addLabels(number, [label]);
  await forge.stick(
    number,
    marker,
    `${marker}\nThis request has had ${count(rounds, 'round')} of review. ${count(left, 'thread')} still ${left === 1 ? 'waits' : 'wait'}, and a person should take over.\n`,
  );
}
