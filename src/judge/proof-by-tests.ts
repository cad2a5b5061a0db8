import type { Proof, Reason } from '../ledger/event.ts';
import { type BaseCheck, type BaseSeen, newlyFailing, pairs } from './base-seen.ts';
import { reason } from './codes.ts';
import type { Focus } from './focus.ts';
import { checkAsProof, type FreshTest, freshTests } from './fresh-tests.ts';
import type { Case, Sight } from './layer.ts';
import { byId, type CheckSeen, exitedGreen, isGreen, type SuiteSeen } from './seen.ts';

/** What a search for proof comes to. */
export type Search =
  | { readonly ask: Sight }
  | { readonly proof: Proof }
  | { readonly reasons: readonly Reason[] };

const mostTurned = 50;

/**
 * Tests that turned green. First those of the base that were red: nothing is stronger, and nothing more has to be run.
 * Then new ones, which count only if they passed once more and were seen to fail on the base's sources every time.
 */
export function proofByTests({ seen: { base, trees, judged, proving, focus, red } }: Case): Search {
  if (base === undefined) return { ask: 'base' };
  if (base.checks.length === 0) return { reasons: [reason('proof.missing')] };
  if (trees === undefined) return { ask: 'trees' };
  if (judged === undefined) return { ask: 'judged' };
  const turned = pairs(base, judged).flatMap(({ was, is }) => turnedOnBase(was, is, trees.ownRules));
  if (turned.length > 0) return { proof: tests(turned, base.tree, trees.judged) };
  if (proving === undefined) return { ask: 'proving' };
  const fresh = freshTests(base, proving);
  if (fresh.length === 0 || !trees.bringsTests) return { reasons: [reason('proof.missing')] };
  if (focus === undefined) return { ask: 'focus' };
  if (red === undefined) return { ask: 'red' };
  const seen = fresh.map((test) => ({ name: test.name, on: onBoth(base, focus, red, test) }));
  const as = (wanted: Outcome) => seen.filter(({ on }) => on === wanted).map(({ name }) => name);
  // A runner that stops at the first red test hides the others: what was seen to fail is named, and no more.
  const failed = as('red').length > 0 ? as('red') : as('unseen');
  if (failed.length > 0) return { proof: tests(failed, trees.red, trees.proving) };
  const unsteady = as('unsteady');
  if (unsteady.length > 0) return { reasons: [reason('proof.unsteady', { tests: unsteady })] };
  const green = as('green');
  return {
    reasons: [green.length > 0 ? reason('proof.already-green', { tests: green }) : reason('proof.missing')],
  };
}

/** Tests of the base that were red there and pass by its rules; a check without identities that turned green. */
function turnedOnBase(was: BaseCheck, is: CheckSeen, ownRules: boolean): readonly string[] {
  if (was.tests === null) {
    // A check that turned green because the candidate brought its own runner shows nothing.
    return is.tests === null && !was.green && isGreen(is) && !ownRules ? [checkAsProof(was.name)] : [];
  }
  const red = (id: string) => was.tests?.get(id)?.status === 'fail';
  // Of a file that did not load on the base no test was known; those that pass now were red with it.
  const withFile = (id: string, file: string) => red(file) && was.tests?.get(id) === undefined;
  return (is.tests ?? [])
    .filter(({ id, file, status }) => status === 'pass' && (red(id) || withFile(id, file)))
    .map(({ id }) => id);
}

/** `unseen`: it did not come to run, in a run that was red for a new reason, such as a file that did not load. */
type OnRed = 'red' | 'unseen' | 'green' | 'neither';
/** `unsteady`: the same tree, and another outcome. */
type Outcome = OnRed | 'unsteady';

/** How a new test did in all looks at it together. */
function onBoth(base: BaseSeen, focus: Focus, red: readonly SuiteSeen[], test: FreshTest): Outcome {
  const was = base.checks.find(({ name }) => name === test.check);
  const each = red.flatMap(({ checks }) =>
    checks.filter(({ name }) => name === test.check).map((is) => onRed(was, is, test)),
  );
  if (each.length === 0 || each.includes('neither')) return 'neither';
  const again = focus.green.flatMap(({ checks }) => checks.filter(({ name }) => name === test.check));
  const differs = again.some((is) => byId(is.tests).get(test.name)?.status !== 'pass');
  if (differs || (each.includes('green') && each.some((one) => one !== 'green'))) return 'unsteady';
  if (each.includes('green')) return 'green';
  return each.includes('red') ? 'red' : 'unseen';
}

/** How a new test did on the base's sources, in one run. */
function onRed(was: BaseCheck | undefined, is: CheckSeen, { name, file }: FreshTest): OnRed {
  if (was === undefined) return 'neither';
  if (name === checkAsProof(was.name) && is.tests === null) return isGreen(is) ? 'green' : 'red';
  const now = byId(is.tests);
  const status = now.get(name)?.status;
  // A file that did not load failed with all its tests: most often what they import is not there.
  const withFile = now.get(file)?.status === 'fail' && newlyFailing(was, is).includes(file);
  if (status === 'fail' || (status === undefined && withFile)) return 'red';
  if (status !== undefined) return status === 'pass' ? 'green' : 'neither';
  const silent = is.tests === null && !exitedGreen(is);
  return silent || is.timedOut || newlyFailing(was, is).length > 0 ? 'unseen' : 'neither';
}

function tests(turned: readonly string[], redAt: string, greenAt: string): Proof {
  return { kind: 'tests', turned: [...turned].sort().slice(0, mostTurned), redAt, greenAt };
}
