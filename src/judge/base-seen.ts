import type { Definition } from './definition.ts';
import {
  byId,
  type CheckSeen,
  exitedBySignal,
  exitedGreen,
  failing,
  isGreen,
  type Status,
  type SuiteSeen,
} from './seen.ts';

/** What holds on the base, from every run of it that was seen. */
export interface BaseSeen {
  readonly tree: string;
  readonly definition: Definition;
  readonly runs: number;
  readonly checks: readonly BaseCheck[];
}

export interface BaseCheck {
  readonly name: string;
  /** Test by identity: its status where all runs agree, else `flaky`. Null: the check tells no identities. */
  readonly tests: ReadonlyMap<string, { readonly status: Status | 'flaky'; readonly file: string }> | null;
  /** Green in every run. */
  readonly green: boolean;
  /** Ended with exit code 0 in every run. */
  readonly exitGreen: boolean;
  /** Ended by a signal in any run. */
  readonly killed: boolean;
  readonly isolated: boolean;
  /** Paths of tracked files that any run wrote. */
  readonly touched: ReadonlySet<string>;
}

/** Puts several runs of one tree together. `flaky` names tests known as such from before, by check. */
export function combine(
  definition: Definition,
  runs: readonly SuiteSeen[],
  flaky: Readonly<Record<string, readonly string[]>> = {},
): BaseSeen {
  const first = runs[0];
  const checks = (first?.checks ?? []).map(({ name }) => {
    const seen = runs.flatMap((run) => run.checks.filter((check) => check.name === name));
    return combineCheck(name, seen, new Set(flaky[name] ?? []));
  });
  return { tree: first?.tree ?? '', definition, runs: runs.length, checks };
}

function combineCheck(name: string, seen: readonly CheckSeen[], known: ReadonlySet<string>): BaseCheck {
  const told = seen.filter((check) => check.tests !== null);
  const maps = told.map((check) => byId(check.tests));
  const ids = new Set(maps.flatMap((map) => [...map.keys()]));
  const tests = [...ids].map((id) => {
    const each = maps.map((map) => map.get(id));
    const agreed =
      !known.has(id) && each.every((test) => test !== undefined && test.status === each[0]?.status);
    const one = each.find((test) => test !== undefined);
    const status = agreed && one !== undefined ? one.status : ('flaky' as const);
    return [id, { status, file: one?.file ?? '' }] as const;
  });
  return {
    name,
    tests: told.length === 0 ? null : new Map(tests),
    green: seen.every(isGreen),
    exitGreen: seen.every(exitedGreen),
    killed: seen.some(exitedBySignal),
    isolated: told.every((check) => check.isolated),
    touched: new Set(seen.flatMap((check) => check.touched ?? [])),
  };
}

/** The identities of one check that have this status on the base. */
export function withStatus({ tests }: BaseCheck, status: Status | 'flaky'): readonly string[] {
  return [...(tests ?? [])].filter(([, test]) => test.status === status).map(([id]) => id);
}

/** All of them, over all checks. */
export function allWithStatus(base: BaseSeen, status: Status | 'flaky'): readonly string[] {
  return [...new Set(base.checks.flatMap((check) => withStatus(check, status)))].sort();
}

/** Tests that fail on the base, and checks without identities that are red there. */
export function knownRed(base: BaseSeen): number {
  const checks = base.checks.filter((check) => check.tests === null && !check.green).length;
  return allWithStatus(base, 'fail').length + checks;
}

/** There is nothing yet that rules could protect: no check is green and none knows a test, passing or not. */
export function nothingYet(base: BaseSeen): boolean {
  return base.checks.every((check) => !check.exitGreen && (check.tests?.size ?? 0) === 0);
}

/** A check of the candidate beside the same one of the base; those of the base decide which there are. */
export function pairs(
  base: BaseSeen,
  suite: SuiteSeen,
): readonly { readonly was: BaseCheck; readonly is: CheckSeen }[] {
  return base.checks.flatMap((was) => {
    const is = suite.checks.find((check) => check.name === was.name);
    return is === undefined ? [] : [{ was, is }];
  });
}

/**
 * The failing tests of a run that neither fail on the base nor are flaky there. A file that did not load on the base is
 * red as a whole: so are the tests it turns out to hold.
 */
export function newlyFailing(was: BaseCheck, is: CheckSeen): readonly string[] {
  const known = (id: string) => ['fail', 'flaky'].includes(was.tests?.get(id)?.status ?? '');
  return failing(is)
    .filter(({ id, file }) => !known(id) && !known(file))
    .map(({ id }) => id);
}
