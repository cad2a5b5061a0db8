import { unloaded, untitled } from '../judge/sealed/titles.ts';
import type { FeatureState } from '../ledger/state.ts';

/**
 * The way out of a sealed test that asks for more than the specification does: after so many refusals for the same one,
 * a person is asked. Gives the question; undefined while there is none.
 */
export function sealedQuestion(
  { id, sealed }: Pick<FeatureState, 'id' | 'sealed'>,
  most: number,
): string | undefined {
  const [worst] = [...sealed].sort(([, a], [, b]) => b - a);
  if (worst === undefined || worst[1] < most) return undefined;
  const [title, times] = worst;
  const named = title === untitled || title === unloaded ? '' : ` '${title.replaceAll("'", "'\\''")}'`;
  return [
    `The sealed test "${title}" has refused ${id} ${times} ${times === 1 ? 'time' : 'times'}:`,
    'the work does not do what the specification says, or the test asks for more than it says.',
    `See it: agentloop sealed show ${id}.`,
    `Take it out: agentloop sealed drop ${id}${named}.`,
  ].join(' ');
}
