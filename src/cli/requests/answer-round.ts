import { UserError } from '../../errors.ts';
import type { Forge, Thread } from '../../forge/forge.ts';
import type { ReviewRound } from '../../ledger/requests.ts';
import { answerMark } from '../../loop/requests/review-feature.ts';
import { code } from '../packet/forge-words.ts';
import type { ReadPacket } from '../packet/read-packet.ts';
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
  { view: { state }, told }: Pick<ReadPacket, 'view' | 'told'>,
): Promise<void> {
  const open = await forge.threads(number);
  const elsewhere: string[] = [];
  for (const { name, id } of threads) {
    const body = answerTo(state, told, feature, name);
    const thread = open.find((one) => one.id === id);
    if (id === '') elsewhere.push(body);
    if (thread === undefined || thread.comments.at(-1)?.body === body) continue;
    // A thread can be gone by now, or its place in the code.
    await forge.reply(number, thread, body).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      elsewhere.push(`${placeOf(thread)}${body.replace(`${answerMark}\n`, '')}`);
    });
  }
  if (elsewhere.length === 0) return;
  const marker = `${answerMark}<!-- ${feature} -->`;
  const lines = elsewhere.map((body) => body.replace(`${answerMark}\n`, ''));
  await forge.stick(number, marker, `${marker}\n${lines.join('\n\n')}\n`);
}

function placeOf({ path, line }: Thread): string {
  return path === null ? '' : `${code(line === null ? path : `${path}:${line}`)}: `;
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
