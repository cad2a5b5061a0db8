import { describe, expect, test } from 'vitest';
import { failingTwice, outcomeOf } from '../../../src/judge/sealed/held.ts';
import type { FileOnBase, OnBase } from '../../../src/judge/sealed/on-base.ts';
import { type Authored, unloaded, untitled } from '../../../src/judge/sealed/titles.ts';
import type { CheckSeen, Status, SuiteSeen } from '../../../src/judge/seen.ts';

const file = 'test/s.test.js';

/** A run in which these tests of the sealed file were reported; null: the check tells no tests. */
function run(tests: Readonly<Record<string, Status>> | null, exit = 0): SuiteSeen {
  const check: CheckSeen = {
    name: 'unit',
    exit,
    timedOut: false,
    ms: 1,
    report: tests === null ? 'none' : 'read',
    tests:
      tests &&
      Object.entries(tests).map(([name, status]) => ({
        id: name === '' ? file : `${file} › ${name}`,
        status,
        file,
      })),
    isolated: true,
    output: '',
  };
  return { tree: '', checks: [check] };
}
/** How the file was on the base, with these tests. */
function wasOnBase(is: FileOnBase['is'], tests: Readonly<Record<string, Status>> = {}): OnBase {
  const known = new Map(Object.entries(tests).map(([name, status]) => [`${file} › ${name}`, status]));
  return { checks: ['unit'], files: [{ file, is, tests: known }] };
}
const authored = (tests: readonly string[]) => new Map<string, Authored>([[file, { titles: tests, tests }]]);
const outcome = (
  suite: SuiteSeen,
  was: OnBase,
  tests: readonly string[],
  dropped: readonly string[] = [],
) => {
  const { holds, failing } = outcomeOf(suite, was, authored(tests), dropped);
  return [holds, failing.map(({ title }) => title)];
};

describe('sealed tests of a file', () => {
  const red = wasOnBase('red', { a: 'fail', b: 'pass', c: 'skip' });

  test('hold when each of them is there and passes; what the author skips is no test', () => {
    expect(outcome(run({ a: 'pass', b: 'pass', c: 'skip' }), red, ['a', 'b'])).toEqual([3, []]);
  });

  test('fail when one is red, gone, or skipped only now', () => {
    expect(outcome(run({ a: 'fail', b: 'pass' }), red, ['a', 'b'])).toEqual([1, ['a']]);
    expect(outcome(run({ b: 'pass' }), red, ['a', 'b'])).toEqual([1, ['a']]);
    expect(outcome(run({ a: 'skip', b: 'pass' }), red, ['a', 'b'])).toEqual([1, ['a']]);
  });

  test('fail when the file does not load, or loads and is cut short', () => {
    const was = wasOnBase('unloaded');
    expect(outcome(run({ '': 'fail' }), was, ['a', 'b'])).toEqual([0, [unloaded]]);
    expect(outcome(run({}), was, ['a', 'b'])).toEqual([0, [unloaded]]);
    expect(outcome(run({ a: 'pass' }), was, ['a', 'b'])).toEqual([1, ['b']]);
    expect(outcome(run({ a: 'pass', b: 'pass' }), was, ['a', 'b'])).toEqual([2, []]);
  });

  test('fail each by its title when a file that loaded does not, or never ends', () => {
    expect(outcome(run({ '': 'fail' }), red, ['a', 'b'])).toEqual([0, [untitled, 'a', 'b']]);
    const [check] = run({}).checks;
    const hung = { tree: '', checks: check ? [{ ...check, timedOut: true }] : [] };
    expect(outcome(hung, wasOnBase('unloaded'), ['a'])).toEqual([0, [untitled]]);
  });

  test('are told only under a title that stands in the file', () => {
    const made = 'assert.equal(mul(17, 191), 3247)';
    expect(outcome(run({ a: 'pass', b: 'pass', [made]: 'fail' }), red, ['a', 'b'])).toEqual([2, [untitled]]);
  });

  test('that a person took out refuse nobody, by their own title or with their suite', () => {
    const suite = run({ 'list › a': 'fail', b: 'fail' });
    const was = wasOnBase('red', { 'list › a': 'fail', b: 'fail' });
    const titles = ['list', 'a', 'b'];
    expect(outcome(suite, was, titles, ['a'])).toEqual([0, ['b']]);
    expect(outcome(suite, was, titles, ['list › a', 'b'])).toEqual([0, []]);
  });

  test('without any identity stand and fall with the exit code', () => {
    expect(outcome(run(null), wasOnBase('unloaded'), [])).toEqual([1, []]);
    expect(outcome(run(null, 1), wasOnBase('unloaded'), [])).toEqual([0, [untitled]]);
  });

  test('that no check runs say nothing', () => {
    expect(outcome(run({}), wasOnBase('unseen'), ['a'])).toEqual([0, []]);
    expect(outcome(run({ '': 'pass' }), wasOnBase('empty'), [])).toEqual([0, []]);
  });
});

test('only what is red twice is red', () => {
  const one = {
    holds: 1,
    failing: [
      { file, title: 'a' },
      { file, title: 'b' },
    ],
  };
  const other = { holds: 2, failing: [{ file, title: 'b' }] };
  expect(failingTwice(one, other)).toEqual({ holds: 2, failing: [{ file, title: 'b' }] });
});
