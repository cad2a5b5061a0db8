import { expect, test } from 'vitest';
import { byLuck, secondLook } from '../../../src/judge/probe/second-look.ts';
import type { Status, SuiteSeen } from '../../../src/judge/seen.ts';

const suite = (tests: Readonly<Record<string, Status>>): SuiteSeen => ({
  tree: 't',
  checks: [
    {
      name: 'unit',
      exit: 1,
      timedOut: false,
      ms: 1,
      report: 'read',
      tests: Object.entries(tests).map(([id, status]) => ({ id, status, file: 'a' })),
      isolated: true,
      output: '',
    },
  ],
});
const planted = (tests: Readonly<Record<string, Status>>) => ({
  suite: suite({ ...tests, 'a › w1 a': 'fail' }),
  word: 'w1',
  planted: [],
});
const proof = { kind: 'tests' as const, turned: ['a › new'], redAt: 'b', greenAt: 't' };

test('a second run of the same tree shows which tests do not hold; the planted ones are none of them', () => {
  const plain = suite({ 'a › new': 'pass', 'a › old': 'pass', 'a › red': 'fail', 'a › fine': 'pass' });
  const run = planted({ 'a › new': 'fail', 'a › old': 'fail', 'a › red': 'fail', 'a › fine': 'pass' });
  expect(secondLook(plain, run, proof)).toEqual({ unsteady: ['a › new'], shaky: ['a › old'] });
  expect(secondLook(plain, run, undefined).shaky).toEqual(['a › new', 'a › old']);
});

test('luck is what fails without plants too, or not each time with them', () => {
  const names = ['a › x', 'a › y', 'a › looks at its neighbours'];
  const again = suite({ 'a › x': 'fail', 'a › y': 'pass', 'a › looks at its neighbours': 'pass' });
  const run = planted({ 'a › x': 'pass', 'a › y': 'pass', 'a › looks at its neighbours': 'fail' });
  expect(byLuck(names, again, run)).toEqual(['a › x', 'a › y']);
});
