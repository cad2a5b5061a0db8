import { describe, expect, test } from 'vitest';
import type { Adapter, Asked } from '../../../src/judge/runners/adapter.ts';
import { adaptersFor } from '../../../src/judge/runners/adapters.ts';
import { cargoTest, goTest } from '../../../src/judge/runners/compiled.ts';
import { identify } from '../../../src/judge/runners/identity.ts';
import { nodeTest } from '../../../src/judge/runners/node-test.ts';
import { ava, jest, mocha, vitest } from '../../../src/judge/runners/on-node.ts';
import { pytest } from '../../../src/judge/runners/pytest.ts';

const run: Asked = {
  folder: '/tmp/agentloop/given/judge-1',
  out: '/tmp/agentloop/out/judge-1',
  top: '/tmp/agentloop/tree',
  text: 'npm test',
};
const top = run.top;

/** What the adapter makes of one report: `status identity` a line; or what is wrong with it. */
function read(adapter: Adapter, text: string, more: Partial<Asked> = {}): readonly string[] | string {
  const report = adapter.read([{ name: `${adapter.name}-1.told`, text }], { ...run, ...more });
  if (report === undefined) return 'nothing';
  if ('broken' in report) return report.broken;
  return identify(report.tests, [top]).map(({ id, status }) => `${status} ${id}`);
}
const lines = (...all: object[]) => all.map((one) => JSON.stringify(one)).join('\n');
const head = { kind: 'head', cwd: top, argv: ['--test'] };
const end = [{ kind: 'done' }, { kind: 'end', exit: 1 }];

describe('node:test', () => {
  const file = `${top}/test/a.test.js`;
  const event = (kind: string, name: string, nesting = 0, more = {}) => ({
    kind,
    name,
    nesting,
    file,
    ...more,
  });

  test('suites are part of the identity, and count only when they break by themselves', () => {
    const text = lines(
      head,
      event('start', 'math'),
      event('start', 'adds', 1),
      event('pass', 'adds', 1),
      event('start', 'subtracts', 1),
      event('fail', 'subtracts', 1, { why: 'testCodeFailure' }),
      event('fail', 'math', 0, { suite: true, why: 'subtestsFailed' }),
      event('start', 'hooked'),
      event('fail', 'hooked', 0, { suite: true, why: 'hookFailed' }),
      ...end,
    );
    expect(read(nodeTest, text)).toEqual([
      'pass test/a.test.js › math › adds',
      'fail test/a.test.js › math › subtracts',
      'fail test/a.test.js › hooked',
    ]);
  });

  test('a second test of the same name is numbered, skip and todo are no pass', () => {
    const text = lines(
      head,
      event('pass', 'same'),
      event('pass', 'same'),
      event('pass', 's', 0, { skip: true }),
      event('fail', 't', 0, { todo: true }),
      ...end,
    );
    expect(read(nodeTest, text)).toEqual([
      'pass test/a.test.js › same',
      'pass test/a.test.js › same (2)',
      'skip test/a.test.js › s',
      'todo test/a.test.js › t',
    ]);
  });

  test('a file that did not load is a failing test named by the file, on Node 20 and on newer ones', () => {
    const absolute = lines(head, event('fail', file), ...end);
    const relative = lines(head, event('fail', 'test/a.test.js'), ...end);
    expect(read(nodeTest, absolute)).toEqual(['fail test/a.test.js']);
    expect(read(nodeTest, relative)).toEqual(['fail test/a.test.js']);
  });

  test('what ran outside of the checkout is not ours', () => {
    const elsewhere = { ...head, cwd: '/tmp/fixture-1' };
    const x = { kind: 'pass', name: 'x', nesting: 0, file: '/tmp/fixture-1/x.js' };
    expect(read(nodeTest, lines(elsewhere, x, ...end))).toBe('nothing');
    expect(read(nodeTest, lines(head, x, ...end))).toEqual([]);
  });

  test('files that share a process are told', () => {
    const isolated = (...argv: string[]) =>
      nodeTest.read([{ name: 'node-test-1.told', text: lines({ ...head, argv }, ...end) }], run);
    expect(isolated('--test', '--test-isolation=none')).toMatchObject({ isolated: false });
    expect(isolated('--test')).toMatchObject({ isolated: true });
  });

  test('a reporter of the project’s own keeps its place', () => {
    const words = (text: string) =>
      nodeTest
        .ask({ ...run, text })
        .nodeOptions?.slice(2)
        .map((word) => word.replace(/=file.*/, '=ours'));
    expect(words('node --test')).toEqual([
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=ours',
      '--test-reporter-destination=stdout',
    ]);
    expect(words('node --test --test-reporter tap')).toEqual([
      '--test-reporter=ours',
      '--test-reporter-destination=stdout',
      '--test-reporter-destination=stdout',
    ]);
    expect(words('node --test --test-reporter=tap --test-reporter-destination=x.tap')).toEqual([
      '--test-reporter=ours',
      '--test-reporter-destination=stdout',
    ]);
  });
});

describe.each([nodeTest, vitest, jest, mocha, ava, pytest, goTest, cargoTest])(
  'what $name tells',
  (adapter) => {
    const green =
      adapter === nodeTest
        ? { kind: 'pass', name: 'x', nesting: 0, file: `${top}/a` }
        : { kind: 'test', file: `${top}/a`, path: ['x'], status: 'pass' };
    const red = { ...green, kind: adapter === nodeTest ? 'fail' : 'test', status: 'fail' };
    const done = { kind: 'done' };
    const exit = (code: number | null) => ({ kind: 'end', exit: code });

    test('is believed when it is whole', () => {
      expect(read(adapter, lines(head, green, done, exit(0)))).toEqual(['pass a › x']);
      expect(read(adapter, lines(head, red, done, exit(null)))).toEqual(['fail a › x']);
    });

    test.each([
      ['without its last word', [green, done], /no end: the runner was cut off/],
      ['of a runner that was killed before its first test', [], /no end/],
      ['of a runner that ended with 0 before it was done', [green, exit(0)], /before it was done/],
      ['of failing tests and an exit code of 0', [red, done, exit(0)], /ended with 0 although tests failed/],
      ['with a word after the last', [green, done, exit(0), green], /no end/],
      ['with a line that is none', [{ kind: 'what' }, done, exit(0)], /told-1|1\.told: /],
    ])('is broken %s', (_what, rest, words) => {
      expect(read(adapter, lines(head, ...rest))).toMatch(words);
    });

    test('is nothing when it gave up by itself, or ran no tests at all', () => {
      expect(read(adapter, lines(head, green, exit(7)))).toBe('nothing');
      expect(read(adapter, lines(head, exit(0)))).toBe('nothing');
    });
  },
);

test('a test that ends twice makes a report that nobody believes', () => {
  const one = { kind: 'test', id: 'a.py::x', file: 'a.py', path: ['x'], status: 'fail' };
  const again = lines(head, one, { ...one, status: 'pass' }, ...end);
  expect(read(pytest, again)).toMatch(/a\.py › x ended twice/);
  expect(read(goTest, lines(head, { ...one, id: undefined, status: 'twice' }, ...end))).toMatch(
    /ended twice/,
  );
});

test('whether test files run apart: what the runner says counts, else what is known of it', () => {
  const isolated = (adapter: Adapter, done: object = {}) =>
    adapter.read(
      [
        {
          name: `${adapter.name}-1.told`,
          text: lines(head, { ...done, kind: 'done' }, { kind: 'end', exit: 0 }),
        },
      ],
      run,
    );
  expect(isolated(vitest, { isolated: true })).toMatchObject({ isolated: true });
  expect(isolated(vitest)).toMatchObject({ isolated: false });
  expect(isolated(mocha)).toMatchObject({ isolated: false });
  expect(isolated(pytest)).toMatchObject({ isolated: false });
  expect(isolated(jest)).toMatchObject({ isolated: true });
});

test('beside a plugin that speaks, the file of pytest is anybody’s', () => {
  const forged = { name: 'pytest.xml', text: '<testsuites/>' };
  expect(pytest.read([forged], run)).toMatchObject({ tests: [] });
  expect(pytest.read([forged, { name: 'pytest-1.told', text: lines(head) }], run)).toMatchObject({
    broken: expect.stringMatching(/no end/),
  });
});

// Recorded with pytest 9.0.3.
test('pytest: identities without the module twice, collection errors by file, xfail as todo', () => {
  const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" tests="6">
    <testcase classname="" name="tests.test_b" file="tests/test_b.py" time="0"><error message="collection failure">ImportError</error></testcase>
    <testcase classname="tests.test_a" name="test_p[1]" file="tests/test_a.py" line="2" time="0" />
    <testcase classname="tests.test_a.TestC" name="test_m" file="tests/test_a.py" time="0"><failure message="x">1 &lt; 2</failure></testcase>
    <testcase classname="tests.test_a" name="test_s" file="tests/test_a.py"><skipped type="pytest.skip" message="n">x</skipped></testcase>
    <testcase classname="tests.test_a" name="test_x" file="tests/test_a.py"><skipped type="pytest.xfail" message="" /></testcase>
  </testsuite></testsuites>`;
  const report = pytest.read([{ name: 'pytest.xml', text: xml }], run);
  const found = report !== undefined && 'tests' in report ? identify(report.tests, [top]) : [];
  expect(found.map(({ id, status }) => `${status} ${id}`)).toEqual([
    'fail tests/test_b.py',
    'pass tests/test_a.py › test_p[1]',
    'fail tests/test_a.py › TestC › test_m',
    'skip tests/test_a.py › test_s',
    'todo tests/test_a.py › test_x',
  ]);
});

test('identities: at most 500 characters, different ones stay different, one line each', () => {
  const long = (tail: string) =>
    identify([{ file: 'a.js', path: [`${'x'.repeat(600)}${tail}`], status: 'pass' }], [])[0]?.id ?? '';
  expect(long('1')).toHaveLength(500);
  expect(long('1')).not.toBe(long('2'));
  expect(
    identify([{ file: 'file:///top/a%20b.js', path: ['two\n  lines'], status: 'pass' }], ['/top']),
  ).toEqual([{ id: 'a b.js › two lines', status: 'pass', file: 'a b.js' }]);
});

test('a check that names its runner asks only that one; auto asks all of them', () => {
  expect(adaptersFor('pytest')).toEqual([pytest]);
  expect(adaptersFor('none')).toEqual([]);
  expect(adaptersFor('junit:out/report.xml').map(({ name }) => name)).toEqual(['junit']);
  expect(adaptersFor('tap:out').map(({ name }) => name)).toEqual(['tap']);
  expect(adaptersFor('auto').map(({ name }) => name)).toEqual([
    'node-test',
    'vitest',
    'jest',
    'mocha',
    'ava',
    'pytest',
    'go-test',
    'cargo-test',
  ]);
});
