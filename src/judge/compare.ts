import type { Reason } from '../ledger/event.ts';
import { shown } from '../workspace/trees.ts';
import type { Arrangement } from './arrange.ts';
import { type BaseCheck, type BaseSeen, newlyFailing, pairs, withStatus } from './base-seen.ts';
import { reason } from './codes.ts';
import { fileName } from './protected.ts';
import { byId, type CheckSeen, exitedBySignal, exitedGreen, failing, type SuiteSeen } from './seen.ts';

/** A run of a candidate held against the base: what both the tree with the base's rules and the tree as delivered must pass. */

/** Says which files counted as the base has them, for reasons that may lie in just that; empty when none did. */
export function byRulesOf(trees: Pick<Arrangement, 'restored'> | undefined): string {
  const names = (trees?.restored ?? []).map(shown);
  if (names.length === 0) return '';
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return ` with the base's version of ${names.slice(0, 5).join(', ')}${more}`;
}

/** Reasons that lie in checks as a whole: time, report, exit code. */
export function comparedByCheck(base: BaseSeen, suite: SuiteSeen, where: string): readonly Reason[] {
  return pairs(base, suite).flatMap(({ was, is }) => {
    const says = (what: string) => `The check "${is.name}" ${what}${where}.`;
    if (is.timedOut)
      return [reason('check.timeout', { says: says('did not end in its time'), output: is.output })];
    if (is.report === 'broken') {
      return [
        reason('check.report-broken', {
          says: `${says('gave a report that cannot be believed')} ${is.trouble}`,
          output: is.output,
        }),
      ];
    }
    if (is.report === 'read' && wasKilled(is) && !was.killed) {
      const ended = says(`was ended by a signal (${endOf(is)}) and yet there is a report of its tests`);
      return [reason('check.report-broken', { says: ended, output: is.output })];
    }
    const red = reason('check.failed', { says: says(`fails (${endOf(is)})`), output: is.output });
    if (was.tests === null) return exitedGreen(is) ? [] : [red];
    if (is.tests === null && was.tests.size > 0) {
      const silent = says(
        `reported ${was.tests.size} tests on the base and ended with exit code 0 without any report`,
      );
      return exitedGreen(is) ? [reason('check.report-broken', { says: silent, output: is.output })] : [red];
    }
    // A red exit code is explained by the tests that fail; those are compared one by one.
    if (exitedGreen(is) || failing(is).length > 0) return [];
    const redBefore = !was.exitGreen && withStatus(was, 'fail').length === 0;
    return redBefore ? [] : [red];
  });
}

/**
 * Reasons that lie in tests the base knows: each that passed there is present and passes. Of files that a person let the
 * candidate edit, tests may be gone; those that are there must pass.
 */
export function comparedByTest(
  base: BaseSeen,
  suite: SuiteSeen,
  where: string,
  trees?: Pick<Arrangement, 'allowed'>,
): readonly Reason[] {
  const allowed = new Set((trees?.allowed ?? []).map(fileName));
  const vanished: Lost[] = [];
  const failed: Lost[] = [];
  const skipped: Lost[] = [];
  for (const { was, is } of pairs(base, suite)) {
    if (is.tests === null) continue;
    const now = byId(is.tests);
    for (const id of withStatus(was, 'pass')) {
      const status = now.get(id)?.status ?? (fileHolds(was, is, id) ? 'pass' : 'gone');
      if (status === 'gone' && !allowed.has(was.tests?.get(id)?.file ?? '')) vanished.push({ id, is });
      if (status === 'fail') failed.push({ id, is });
      if (status === 'skip' || status === 'todo') skipped.push({ id, is });
    }
  }
  return [
    ...named('tests.failing', failed, `passed on the base and ${verb(failed, 'fails', 'fail')} now${where}`),
    ...named(
      'tests.vanished',
      vanished,
      `passed on the base and ${verb(vanished, 'is', 'are')} gone now${where}`,
    ),
    ...named(
      'tests.skipped',
      skipped,
      `passed on the base and ${verb(skipped, 'is', 'are')} skipped or todo now${where}`,
    ),
  ];
}

/** Reasons that lie in tests the base does not know: what the candidate adds must not be red. */
export function comparedByNewTest(base: BaseSeen, suite: SuiteSeen): readonly Reason[] {
  const red = pairs(base, suite).flatMap(({ was, is }) =>
    is.tests === null
      ? []
      : newlyFailing(was, is)
          .filter((id) => was.tests?.get(id)?.status !== 'pass')
          .map((id) => ({ id, is })),
  );
  return named(
    'tests.new-failing',
    red,
    `${verb(red, 'was', 'were')} not on the base and ${verb(red, 'fails', 'fail')}`,
  );
}

export interface Lost {
  readonly id: string;
  readonly is: CheckSeen;
}

/** One reason for all tests of a kind, with the output of the check that ran the first of them. */
export function named(
  code: Parameters<typeof reason>[0],
  lost: readonly Lost[],
  what: string,
): readonly Reason[] {
  const [first] = lost;
  if (first === undefined) return [];
  const count = lost.length === 1 ? '1 test' : `${lost.length} tests`;
  const list = lost
    .slice(0, 5)
    .map(({ id }) => `"${id}"`)
    .join(', ');
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : '';
  return [
    reason(code, {
      says: `${count} ${what}: ${list}${more}.`,
      tests: lost.map(({ id }) => id),
      output: first.is.output,
    }),
  ];
}

/**
 * A file without tests of its own is reported as one test, named by the file. When it gets tests that all pass, that
 * is more than it was.
 */
function fileHolds(was: BaseCheck, is: CheckSeen, id: string): boolean {
  if (was.tests?.get(id)?.file !== id) return false;
  const own = (is.tests ?? []).filter((test) => test.file === id);
  return own.length > 0 && own.every((test) => test.status === 'pass');
}

/**
 * A signal ended the runner, directly or under a shell. Runners write their report when they are done: then somebody
 * else wrote it. (mocha ends with the number of tests that failed.)
 */
function wasKilled(seen: CheckSeen): boolean {
  return exitedBySignal(seen) && failing(seen).length !== seen.exit;
}

function endOf({ exit }: CheckSeen): string {
  return exit === null ? 'ended by a signal' : `exit code ${exit}`;
}

function verb(lost: readonly unknown[], one: string, many: string): string {
  return lost.length === 1 ? one : many;
}
