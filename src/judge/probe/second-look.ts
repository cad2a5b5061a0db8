import type { Proof } from '../../ledger/event.ts';
import type { Status, SuiteSeen } from '../seen.ts';
import type { Plan } from './plan.ts';
import { mustFail, withoutPlants } from './probed.ts';

/** Tests that passed when the tree was judged, and failed in a run of the same tree with plants in it. */
export interface SecondLook {
  /** Those that are the proof. */
  readonly unsteady: readonly string[];
  readonly shaky: readonly string[];
}

/** A run with plants; they are called by its word. */
export interface ProbeRun {
  readonly suite: SuiteSeen;
  readonly word: string;
  readonly planted: Plan['planted'];
}

export function secondLook(plain: SuiteSeen, run: ProbeRun, proof: Proof | undefined): SecondLook {
  const turned = new Set(proof?.kind === 'tests' ? proof.turned : []);
  const passed = new Set(testsWith(plain, 'pass'));
  const failed = failingIn(run).filter((id) => passed.has(id) || turned.has(id));
  return {
    unsteady: failed.filter((id) => turned.has(id)),
    shaky: failed.filter((id) => !turned.has(id)),
  };
}

/**
 * A test that looks at test files, or counts them, fails for the plants each time and never without them. Every other
 * one is a matter of luck. `again`: the same tree without plants once more; `planted`: with other ones.
 */
export function byLuck(unsteady: readonly string[], again: SuiteSeen, planted: ProbeRun): readonly string[] {
  const failed = new Set(testsWith(again, 'fail'));
  const disturbed = new Set(failingIn(planted));
  return unsteady.filter((id) => failed.has(id) || !disturbed.has(id));
}

function failingIn({ suite, word, planted }: ProbeRun): readonly string[] {
  const tests = suite.checks.flatMap((check) => withoutPlants(check.tests ?? [], { word }));
  const failed = tests.filter((test) => test.status === 'fail' && !mustFail(planted, test));
  return [...new Set(failed.map(({ id }) => id))];
}

function testsWith(suite: SuiteSeen, wanted: Status): readonly string[] {
  return suite.checks.flatMap((check) =>
    (check.tests ?? []).filter(({ status }) => status === wanted).map(({ id }) => id),
  );
}
