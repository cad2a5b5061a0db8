import type { Reason } from '../ledger/event.ts';
import { reason } from './codes.ts';
import { byRulesOf } from './compare.ts';
import type { Case, Sight } from './layer.ts';
import type { Search } from './proof-by-tests.ts';
import { exitedGreen, type VerifySeen } from './seen.ts';

const mostCommand = 1_000;

/**
 * The verify command on the candidate: green by the base's rules, and green as delivered. Where existing tests were
 * edited, the base's version of them decides; an edit that only adds lines may be what the command looks at, so then
 * the candidate's version may decide too. Gives the tree on which it was green.
 */
export function verifyHolds({
  seen,
}: Case): { ask: Sight } | { reasons: readonly Reason[] } | { greenAt: string } {
  const { trees } = seen;
  if (trees === undefined) return { ask: 'trees' };
  const places: ('judged' | 'proving')[] = trees.editedTests.length === 0 ? ['proving'] : ['judged'];
  if (trees.editedTests.length > 0 && trees.additive && trees.proving !== trees.judged)
    places.push('proving');
  let last: VerifySeen | undefined;
  for (const place of places) {
    const seenThere = seen[`verify-${place}`];
    if (seenThere === undefined) return { ask: `verify-${place}` };
    last = seenThere;
    if (!exitedGreen(seenThere)) continue;
    if (seenThere.instead !== undefined) return { reasons: [isCut(seenThere, seenThere.instead)] };
    const asIs = seen['verify-delivered'];
    if (asIs === undefined) return { ask: 'verify-delivered' };
    if (exitedGreen(asIs) && asIs.instead !== undefined) return { reasons: [isCut(asIs, asIs.instead)] };
    return exitedGreen(asIs)
      ? { greenAt: trees[place] }
      : { reasons: [isRed(asIs, ' in the tree as you left it')] };
  }
  return { reasons: last === undefined ? [] : [isRed(last, byRulesOf(trees))] };
}

/** Whether the command is red on the base's sources with the candidate's tests. */
export function verifyTurned(scene: Case, command: string, greenAt: string): Search {
  const { trees } = scene.seen;
  if (trees === undefined) return { ask: 'trees' };
  const red = scene.seen['verify-red'];
  if (red === undefined) return { ask: 'verify-red' };
  if (exitedGreen(red)) return { reasons: [reason('proof.verify-green-before')] };
  return { proof: { kind: 'command', turned: [command.slice(0, mostCommand)], redAt: trees.red, greenAt } };
}

function isCut({ output }: VerifySeen, instead: string): Reason {
  return reason('proof.verify-cut-short', {
    says: `The verify command of the feature ends with 0, and not by itself: ${instead}`,
    output,
  });
}

function isRed(seen: VerifySeen, where: string): Reason {
  const how = seen.timedOut
    ? 'did not end in its time'
    : `fails (exit code ${seen.exit ?? 'none: a signal ended it'})`;
  return reason('proof.verify-red', {
    says: `The verify command of the feature ${how}${where}.`,
    output: seen.output,
  });
}
