import type { Part } from '../../loop/requests/split.ts';
import { words } from '../packet/forge-words.ts';
import type { Packet } from '../packet/packet.ts';
import { prBody } from '../packet/pr-body.ts';
import { count } from '../words.ts';

/** The title of a request, made when it is opened: from then on it belongs to people. */
export function titleOf(packet: Packet, part: Part): string {
  const own = packet.accepted.filter(({ feature }) => part.features.includes(feature));
  const [first] = own;
  if (first === undefined) return words(`agentloop: run ${packet.run}`, 100);
  if (own.length === 1) return words(`${first.feature}: ${first.title}`, 100);
  return words(`${count(own.length, 'feature')}: ${own.map(({ title }) => title).join(', ')}`, 100);
}

/** Our part of its body. `at`: which of them it is, where there are several. */
export function bodyOf(packet: Packet, part: Part, at: number, heads: readonly string[]): string {
  const head = heads[at] ?? '';
  if (heads.length === 1) return prBody(packet, { head });
  const below = at === 0 ? '' : ` It stands on \`${heads[at - 1]}\`: look at that one first.`;
  return `Part ${at + 1} of ${heads.length}.${below}\n\n${prBody(packet, { only: part.features, head })}`;
}

/** The line of the check of a commit. */
export function checkOf(packet: Packet): {
  readonly state: 'pending' | 'success' | 'failure';
  readonly text: string;
} {
  const { accepted, alive, reason, notDone } = packet;
  const left = notDone.length === 0 ? '' : `, ${notDone.length} left`;
  if (alive) return { state: 'pending', text: 'still working' };
  if (reason === 'final-judge') return { state: 'failure', text: 'the final judge found something lost' };
  return { state: 'success', text: `${count(accepted.length, 'feature')} judged and accepted${left}` };
}
