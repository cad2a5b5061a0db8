import { cut } from '../harmless.ts';
import { asCode } from '../in-markdown.ts';
import { code, quoted, words } from '../packet/forge-words.ts';
import type { Packet } from '../packet/packet.ts';
import { prBody } from '../packet/pr-body.ts';
import { stickyComment } from '../packet/sticky-comment.ts';
import { count, dollars } from '../words.ts';

/** A runner takes 1 MB of all steps of a job together; people read less. In bytes. */
const most = 200_000;

/** The summary of a step: in five lines what there is to do now, then how the night went and what landed. */
export function stepSummary(packet: Packet): string {
  const text = [
    '## agentloop',
    '',
    ...now(packet).map((line) => `* ${line}`),
    '',
    stickyComment(packet),
    '<details><summary>What landed</summary>',
    '',
    prBody(packet),
    '</details>',
    '',
  ].join('\n');
  return Buffer.byteLength(text) <= most ? text : `${cut(text, Math.floor(most / 4))}\n`;
}

/** At most five lines: what came of it, and what waits for a person, the most pressing first. */
export function now(packet: Packet): readonly string[] {
  const { outcome, state, cost, notDone, refusedClaims, regressions, next, branch } = packet;
  const waiting = notDone.filter(({ is }) => is === 'waiting');
  const blocked = notDone.filter(({ is }) => is === 'blocked');
  const spent = cost.unknown ? `at least ${dollars(cost.usd)}` : dollars(cost.usd);
  const todo = [
    ...waiting.map(
      ({ feature, why, command }) =>
        `**Answer** ${code(feature)}: ${quoted(why, 200)} ${command === null ? '' : asCode(command)}`,
    ),
    ...blocked.map(({ feature, why }) => `**Decide** what becomes of ${code(feature)}: ${words(why, 200)}`),
  ];
  const told =
    todo.length > 2
      ? [...todo.slice(0, 1), `and ${todo.length - 1} more that wait for you, see below`]
      : todo;
  return [
    `${words(outcome, 300)} ${words(state, 100)}, ${spent}.`,
    ...told,
    `${count(refusedClaims.length, 'refused claim')}, ${count(regressions.length, 'regression')} caught${branch === null ? '' : `; look at ${code(branch)}`}.`,
    `Then: ${asCode(next)}`,
  ].slice(0, 5);
}
