import type { Proof, Reason } from '../ledger/event.ts';
import { type BaseCheck, newlyFailing, pairs } from './base-seen.ts';
import { reason } from './codes.ts';
import type { Case, Sight } from './layer.ts';
import { byId, type CheckSeen, exitedGreen, isGreen, type SuiteSeen } from './seen.ts';

/** What a search for proof comes to. */
export type Search =
  | { readonly ask: Sight }
  | { readonly proof: Proof }
  | { readonly reasons: readonly Reason[] };

const mostTurned = 50;

/** How a check without test identities stands in a proof. */
export function checkAsProof(name: string): string {
  return `check ${name}`;
}

/**
 * Tests that turned green. First those of the base that were red: nothing is stronger, and nothing more has to be run.
 * Then new ones, which count only if they were seen to fail on the base's sources.
 */
export function proofByTests({ seen: { base, trees, judged, proving, red } }: Case): Search {
  if (base === undefined) return { ask: 'base' };
  if (base.checks.length === 0) return { reasons: [reason('proof.missing')] };
  if (trees === undefined) return { ask: 'trees' };
  if (judged === undefined) return { ask: 'judged' };
  const turned = pairs(base, judged).flatMap(({ was, is }) => turnedOnBase(was, is, trees.ownRules));
  if (turned.length > 0) return { proof: tests(turned, base.tree, trees.judged) };
  if (proving === undefined) return { ask: 'proving' };
  const fresh = pairs(base, proving).map(({ was, is }) => ({ was, names: freshIn(was, is) }));
  if (fresh.every(({ names }) => names.length === 0)) return { reasons: [reason('proof.missing')] };
  if (!trees.bringsTests) return { reasons: [reason('proof.missing')] };
  if (red === undefined) return { ask: 'red' };
  const seen = fresh.flatMap(({ was, names }) => names.map((name) => ({ name, on: onRed(was, red, name) })));
  const as = (wanted: OnRed) => seen.filter(({ on }) => on === wanted).map(({ name }) => name);
  // A runner that stops at the first red test hides the others: what was seen to fail is named, and no more.
  const failed = as('red').length > 0 ? as('red') : as('unseen');
  if (failed.length > 0) return { proof: tests(failed, trees.red, trees.proving) };
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

/** Passing tests that the base does not have, or has only as skipped or todo; a green check without identities. */
function freshIn(was: BaseCheck, is: CheckSeen): readonly string[] {
  if (is.tests === null)
    return was.tests === null && was.green && isGreen(is) ? [checkAsProof(was.name)] : [];
  return is.tests
    .filter(({ id, status }) => {
      const before = was.tests?.get(id)?.status;
      return status === 'pass' && (before === undefined || before === 'skip' || before === 'todo');
    })
    .map(({ id }) => id);
}

/** `unseen`: it did not come to run, in a run that was red for a new reason, such as a file that did not load. */
type OnRed = 'red' | 'unseen' | 'green' | 'neither';

/** How a new test did on the base's sources. */
function onRed(was: BaseCheck, red: SuiteSeen, name: string): OnRed {
  const is = red.checks.find((check) => check.name === was.name);
  if (is === undefined) return 'neither';
  if (name === checkAsProof(was.name) && is.tests === null) return isGreen(is) ? 'green' : 'red';
  const status = byId(is.tests).get(name)?.status;
  if (status === 'fail') return 'red';
  if (status !== undefined) return status === 'pass' ? 'green' : 'neither';
  const silent = is.tests === null && !exitedGreen(is);
  return silent || is.timedOut || newlyFailing(was, is).length > 0 ? 'unseen' : 'neither';
}

function tests(turned: readonly string[], redAt: string, greenAt: string): Proof {
  return { kind: 'tests', turned: [...turned].sort().slice(0, mostTurned), redAt, greenAt };
}
