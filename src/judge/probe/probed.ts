import type { CheckSeen, SuiteSeen, TestSeen } from '../seen.ts';
import type { Plan, Planted } from './plan.ts';
import type { Watched } from './watch.ts';

/**
 * How the plants of a file came out.
 * `fails`: as it should be. `passes`: one of them was reported as passing. `missing`: none was reported, though other
 * tests of the file were. `unseen`: nothing of the file was. `apart`: none was run (skipped, todo).
 */
export type Outcome = 'fails' | 'passes' | 'missing' | 'unseen' | 'apart';

export interface ProbedFile extends Pick<Planted, 'file' | 'origin' | 'runner' | 'mayExit'> {
  readonly outcome: Outcome;
  /** Its own tests that throw at their end and were reported as passing all the same. */
  readonly green: readonly string[];
  readonly watched: readonly Watched[];
}

export interface ProbedCheck {
  readonly name: string;
  /** Why it says nothing as a whole: it did not end in its time, or gave no report that can be read. */
  readonly trouble?: 'timeout' | 'no-report';
  readonly isolated: boolean;
  readonly files: readonly ProbedFile[];
}

/** A run with plants. */
export interface Probed {
  readonly tree: string;
  readonly checks: readonly ProbedCheck[];
}

/** Reads how a plan came out. `tree`: the one that was planted. */
export function readProbe(tree: string, plan: Plan, suite: SuiteSeen): Probed {
  return { tree, checks: suite.checks.map((check) => readCheck(check, plan)) };
}

function readCheck(check: CheckSeen, plan: Plan): ProbedCheck {
  const trouble = check.timedOut ? 'timeout' : check.tests === null ? 'no-report' : undefined;
  const own = plan.planted.filter(({ checks }) => checks.includes(check.name));
  const others = withoutPlants(check.tests ?? [], plan);
  const files = own.map((planted) => ({
    file: planted.file,
    origin: planted.origin,
    runner: planted.runner,
    mayExit: planted.mayExit,
    outcome: outcomeOf(planted, check.tests ?? [], others),
    green: others.filter((test) => test.status === 'pass' && mustFail([planted], test)).map(({ id }) => id),
    watched: (check.watched ?? []).filter(({ id }) => id === planted.id),
  }));
  return { name: check.name, isolated: check.isolated, files, ...(trouble === undefined ? {} : { trouble }) };
}

function outcomeOf({ id, file }: Planted, tests: readonly TestSeen[], others: readonly TestSeen[]): Outcome {
  const plants = tests.filter((test) => test.id.toLowerCase().includes(id));
  if (plants.some(({ status }) => status === 'pass')) return 'passes';
  if (plants.some(({ status }) => status === 'fail')) return 'fails';
  if (plants.length > 0) return 'apart';
  return others.some((test) => test.file === file && test.id !== file) ? 'missing' : 'unseen';
}

/** Whether a test throws at its own end in this run. */
export function mustFail(planted: readonly Pick<Planted, 'file' | 'red'>[], { id, file }: TestSeen): boolean {
  const last = id.slice(id.lastIndexOf(' › ') + 1).replace(/^› /, '');
  const title = last.replace(/ \(\d+\)$/, '').trim();
  const plain = file.endsWith('.py') ? title.replace(/\[.*$/s, '') : title;
  return planted.some((one) => one.file === file && one.red.includes(plain));
}

/** The tests of a run that were not planted. */
export function withoutPlants(tests: readonly TestSeen[], { word }: Pick<Plan, 'word'>): readonly TestSeen[] {
  return tests.filter(({ id }) => !id.toLowerCase().includes(word));
}
