import { describe, expect, test } from 'vitest';
import type { Adapter, Asked } from '../../../src/judge/runners/adapter.ts';
import { adaptersFor } from '../../../src/judge/runners/adapters.ts';
import { identify } from '../../../src/judge/runners/identity.ts';
import { jest, vitest } from '../../../src/judge/runners/jest-json.ts';
import { junitFile } from '../../../src/judge/runners/junit-file.ts';
import { mocha } from '../../../src/judge/runners/mocha.ts';
import { nodeTest } from '../../../src/judge/runners/node-test.ts';
import { pytest } from '../../../src/judge/runners/pytest.ts';

const run: Asked = { folder: '/tmp/agentloop/out/judge-1', top: '/tmp/agentloop/tree', text: 'npm test' };
const top = run.top;

/** What the adapter makes of one report: `status identity` a line; or what is wrong with it. */
function read(adapter: Adapter, text: string, more: Partial<Asked> = {}): readonly string[] | string {
  const report = adapter.read([{ name: 'report', text }], { ...run, ...more });
  if ('broken' in report) return report.broken;
  return identify(report.tests, [top]).map(({ id, status }) => `${status} ${id}`);
}
const lines = (...all: object[]) => all.map((one) => JSON.stringify(one)).join('\n');

describe('node:test', () => {
  const head = { kind: 'head', at: 1, cwd: top, argv: ['--test'] };
  const end = { kind: 'end' };
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
      end,
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
      end,
    );
    expect(read(nodeTest, text)).toEqual([
      'pass test/a.test.js › same',
      'pass test/a.test.js › same (2)',
      'skip test/a.test.js › s',
      'todo test/a.test.js › t',
    ]);
  });

  test('a file that did not load is a failing test named by the file, on Node 20 and on newer ones', () => {
    const absolute = lines(head, event('fail', file), end);
    const relative = lines(head, event('fail', 'test/a.test.js'), end);
    expect(read(nodeTest, absolute)).toEqual(['fail test/a.test.js']);
    expect(read(nodeTest, relative)).toEqual(['fail test/a.test.js']);
  });

  test('a report without its end, and one that is no report, are broken', () => {
    expect(read(nodeTest, lines(head, event('pass', 'x')))).toBe('report has no end: the runner was cut off');
    expect(read(nodeTest, '')).toMatch(/no end/);
    expect(read(nodeTest, lines({ kind: 'head' }, end))).toMatch(/^report: /);
    expect(read(nodeTest, lines(head, { kind: 'pass', name: 3 }, end))).toMatch(/^report: /);
  });

  test('what ran outside of the checkout is not ours', () => {
    const elsewhere = { ...head, cwd: '/tmp/fixture-1' };
    expect(
      read(
        nodeTest,
        lines(elsewhere, { kind: 'pass', name: 'x', nesting: 0, file: '/tmp/fixture-1/x.js' }, end),
      ),
    ).toEqual([]);
    expect(read(nodeTest, lines(head, event('pass', 'x', 0, { file: '/tmp/fixture-1/x.js' }), end))).toEqual(
      [],
    );
  });

  test('files that share a process are told', () => {
    const shared = lines({ ...head, argv: ['--test', '--test-isolation=none'] }, end);
    expect(nodeTest.read([{ name: 'r', text: shared }], run)).toMatchObject({ isolated: false });
    expect(nodeTest.read([{ name: 'r', text: lines(head, end) }], run)).toMatchObject({ isolated: true });
  });

  test('a reporter of the project’s own keeps its place', () => {
    const words = (text: string) =>
      nodeTest.ask({ ...run, text }).nodeOptions?.map((word) => word.replace(/=file.*/, '=ours'));
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

// Recorded with jest 30.5.2, vitest 4.1.12 and mocha 12.0.3, fields we do not read left out.
describe('jest and vitest', () => {
  const result = (name: string, status: string, tests: readonly [string, string][]) => ({
    name: `${top}/${name}`,
    status,
    assertionResults: tests.map(([title, state]) => ({ ancestorTitles: ['S'], title, status: state })),
  });
  const report = JSON.stringify({
    startTime: 1,
    testResults: [
      result('t/j.test.js', 'failed', [
        ['a', 'passed'],
        ['b', 'failed'],
        ['c', 'pending'],
        ['d', 'todo'],
        ['e', 'skipped'],
        ['f', 'something new'],
      ]),
      result('t/broken.test.js', 'failed', []),
    ],
  });

  test.each([jest, vitest])(
    '$name: a file that did not load is a failing test, an unknown status no pass',
    (adapter) => {
      expect(read(adapter, report)).toEqual([
        'pass t/j.test.js › S › a',
        'fail t/j.test.js › S › b',
        'skip t/j.test.js › S › c',
        'todo t/j.test.js › S › d',
        'skip t/j.test.js › S › e',
        'fail t/j.test.js › S › f',
        'fail t/broken.test.js',
      ]);
      expect(read(adapter, '{"testResults":1}')).toMatch(/^report: /);
    },
  );

  test('vitest without isolation lets test files reach into each other', () => {
    const isolated = (text: string) => vitest.read([{ name: 'r', text: report }], { ...run, text });
    expect(isolated('vitest run')).toMatchObject({ isolated: true });
    expect(isolated('vitest run --no-isolate')).toMatchObject({ isolated: false });
  });
});

test('mocha: all test files share a process, so a new one is kept away from the others', () => {
  const report = JSON.stringify({
    at: 1,
    cwd: top,
    tests: [
      { file: `${top}/t/m.cjs`, path: ['S', 'a'], status: 'pass' },
      { file: `${top}/t/m.cjs`, path: ['S', 'h', '"before all" hook for "never"'], status: 'fail' },
      { path: ['nowhere'], status: 'skip' },
    ],
  });
  expect(read(mocha, report)).toEqual([
    'pass t/m.cjs › S › a',
    'fail t/m.cjs › S › h › "before all" hook for "never"',
    'skip nowhere',
  ]);
  expect(mocha.read([{ name: 'r', text: report }], run)).toMatchObject({ isolated: false });
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
  expect(read(pytest, xml)).toEqual([
    'fail tests/test_b.py',
    'pass tests/test_a.py › test_p[1]',
    'fail tests/test_a.py › TestC › test_m',
    'skip tests/test_a.py › test_s',
    'todo tests/test_a.py › test_x',
  ]);
});

describe('JUnit XML of any runner', () => {
  test('without file names, class and name are the identity; suites may be nested', () => {
    const xml = `<testsuite name="outer"><testcase classname="com.acme.CalcTest" name="adds"/>
      <testsuite name="inner" file="spec/calc_spec.rb"><testcase name="adds"><error/></testcase></testsuite></testsuite>`;
    expect(read(junitFile, xml)).toEqual(['pass com.acme.CalcTest › adds', 'fail spec/calc_spec.rb › adds']);
  });

  test.each([
    ['<testsuites><testsuite>', /line 1/],
    ['', /start tag|no <testsuites>|XML/i],
    ['<html></html>', /no <testsuites> in it/],
  ])('%j is broken', (xml, words) => {
    expect(read(junitFile, xml)).toMatch(words);
  });

  test('a report of nothing is a report', () => {
    expect(read(junitFile, '<testsuites/>')).toEqual([]);
  });
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
  expect(adaptersFor('junit:out/report.xml')).toEqual([junitFile]);
  expect(adaptersFor('auto').map(({ name }) => name)).toEqual([
    'node-test',
    'vitest',
    'jest',
    'mocha',
    'pytest',
  ]);
});
