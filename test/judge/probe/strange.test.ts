import { describe, expect, test } from 'vitest';
import type { Sides } from '../../../src/judge/probe/patched.ts';
import type { Probed, ProbedCheck, ProbedFile } from '../../../src/judge/probe/probed.ts';
import { strangeIn } from '../../../src/judge/probe/strange.ts';
import type { Watched } from '../../../src/judge/probe/watch.ts';

// Sources stand in src/, tests elsewhere; of those, the ones called new were not there before.
const sides: Sides = {
  kind: (file) => (file.startsWith('src/') || file === '' ? 'source' : 'test'),
  unchanged: (file) => !file.startsWith('new'),
};
const file = (
  name: string,
  outcome: ProbedFile['outcome'] = 'fails',
  more: Partial<ProbedFile> = {},
): ProbedFile => ({
  file: name,
  origin: name,
  runner: 'jest',
  mayExit: false,
  outcome,
  green: [],
  watched: [],
  ...more,
});
const noted = (more: Partial<Watched>): readonly Watched[] => [
  { id: 'x', process: '1', at: 0, load: [], run: [], silent: [], shadows: [], equals: [], ...more },
];
const run = (files: readonly ProbedFile[], more: Partial<ProbedCheck> = {}): Probed => ({
  tree: 't',
  checks: [{ name: 'unit', isolated: true, files, ...more }],
});
const kinds = (probed: Probed, base: Probed | undefined, command = 'npm test') =>
  strangeIn(probed, base, sides, new Map([['unit', command]])).map((one) =>
    'file' in one ? `${one.kind} ${one.file}` : one.kind,
  );

describe('plants that do not fail', () => {
  test('a plant that passes counts, in old files and new ones, unless it does on the base', () => {
    const probed = run([file('a', 'passes'), file('b', 'passes'), file('new', 'passes')]);
    expect(kinds(probed, run([file('a'), file('b', 'passes')]))).toEqual(['passes a', 'passes new']);
  });

  test('one that is missing counts where plants come up on the base', () => {
    const probed = run([file('a', 'missing'), file('b', 'missing'), file('c')]);
    expect(kinds(probed, run([file('a'), file('b', 'missing'), file('c')]))).toEqual(['missing a']);
  });

  test('in a new file only where others of its runner come up, and its own text does not end the process', () => {
    const news = [file('new', 'missing'), file('new-too', 'missing', { mayExit: true })];
    expect(kinds(run([file('a'), ...news]), run([file('a')]))).toEqual(['missing new']);
    expect(kinds(run(news), run([]))).toEqual([]);
    const other = file('a', 'fails', { runner: 'mocha' });
    expect(kinds(run([other, ...news]), run([other]))).toEqual([]);
  });

  test('none is missed in a run that stops at the first red test', () => {
    const probed = run([file('a', 'missing'), file('b')]);
    expect(kinds(probed, run([file('a'), file('b', 'unseen')]))).toEqual([]);
    expect(kinds(run([file('a', 'missing'), file('b', 'unseen')]), run([file('a'), file('b')]))).toEqual([]);
    expect(kinds(probed, run([file('a'), file('b')]), 'jest --bail')).toEqual([]);
  });

  test('skipped ones and files that did not come up say nothing', () => {
    expect(kinds(run([file('a', 'apart'), file('b', 'unseen')]), run([file('a'), file('b')]))).toEqual([]);
  });

  test('a check that gives no report any more counts, unless it does not on the base either', () => {
    const silent = run([], { trouble: 'no-report' });
    expect(kinds(silent, run([file('a')]))).toEqual(['no-report']);
    expect(kinds(silent, run([], { trouble: 'timeout' }))).toEqual([]);
  });

  test('before the base was looked at, whatever wants an explanation is told', () => {
    expect(kinds(run([file('new', 'missing')]), undefined)).toEqual(['missing new']);
    expect(kinds(run([file('a')]), undefined)).toEqual([]);
  });
});

describe('what was replaced', () => {
  const clock = { name: 'Date.now', by: 'src/a.js' };
  const names = (probed: Probed, base: Probed = run([])) =>
    strangeIn(probed, base, sides, new Map()).flatMap((one) =>
      one.kind === 'patched' ? one.replaced.map(({ name }) => `${one.file} ${name}`) : [],
    );

  test('by a source or by nobody knows whom: counts at the end of a file that was there before', () => {
    const bound = { name: 'process.exit', by: '' };
    const at = (name: string) => file(name, 'fails', { watched: noted({ run: [clock, bound] }) });
    expect(names(run([at('a'), at('new')]))).toEqual(['a Date.now', 'a process.exit']);
    expect(names(run([at('a'), at('b')]), run([at('a'), file('b')]))).toEqual(['b Date.now']);
  });

  test('by a test, or what libraries and loggers use to replace: does not', () => {
    const honest = [
      { name: 'Date.now', by: 'test/a.test.js' },
      { name: 'console.log', by: 'src/log.js' },
      { name: 'process.emit', by: 'src/a.js' },
    ];
    expect(names(run([file('a', 'fails', { watched: noted({ load: honest, run: honest }) })]))).toEqual([]);
  });

  test('assertions and the runner: nobody, anywhere', () => {
    const all = [
      'assert.equal',
      'test.test',
      '_pytest.runner.call_and_report',
      'unittest.case.TestCase.assertEqual',
    ];
    const run1 = all.map((name) => ({ name, by: 'new.test.js' }));
    expect(names(run([file('new', 'fails', { watched: noted({ run: run1 }) })]))).toEqual(
      all.map((name) => `new ${name}`),
    );
  });

  test('in a shared process, what a new test left behind is not held against the old ones after it', () => {
    const first = file('new', 'fails', { watched: noted({ run: [clock] }) });
    const second = file('old', 'fails', { watched: noted({ at: 1, run: [clock] }) });
    expect(names(run([first, second], { isolated: false }))).toEqual([]);
    expect(names(run([first, second], { isolated: true }))).toEqual(['old Date.now']);
    const before = file('old', 'fails', { watched: noted({ at: 1, load: [clock], run: [clock] }) });
    expect(names(run([first, before], { isolated: false }))).toEqual(['old Date.now']);
  });
});

describe('Python', () => {
  const of = (more: Partial<Watched>, name = 'a') => run([file(name, 'fails', { watched: noted(more) })]);
  const shadow = (users: readonly string[]) => ({ shadows: [{ name: 'random', by: 'random.py', users }] });

  test('a shadow counts where pytest or a test that was there before uses it', () => {
    expect(kinds(of(shadow([''])), run([]))).toEqual(['shadows']);
    expect(kinds(of(shadow(['test_old.py'])), run([]))).toEqual(['shadows']);
    expect(kinds(of(shadow(['src/a.py', 'new_test.py'])), run([]))).toEqual([]);
    expect(kinds(of(shadow([''])), of(shadow([''])))).toEqual([]);
  });

  test('a class that equals anything counts in sources', () => {
    const any = (by: string) => ({ equals: [{ name: 'Any', by }] });
    expect(kinds(of(any('src/a.py')), run([]))).toEqual(['equals']);
    expect(kinds(of(any('test_a.py')), run([]))).toEqual([]);
    expect(kinds(of(any('src/a.py')), of(any('src/a.py')))).toEqual([]);
  });
});
