import { describe, expect, test } from 'vitest';
import type { Adapter, ReportFile } from '../../../src/judge/runners/adapter.ts';
import { identify } from '../../../src/judge/runners/identity.ts';
import { junitFile } from '../../../src/judge/runners/junit-file.ts';
import { tap } from '../../../src/judge/runners/tap.ts';

const run = { folder: '/given', out: '/out', top: '/top', text: '' };

/** `status identity` of each test, or what is wrong. */
function read(adapter: Adapter, ...files: (string | Partial<ReportFile>)[]): readonly string[] | string {
  const reports = files.map((one) => ({
    name: 'own-report-x',
    text: '',
    ...(typeof one === 'string' ? { text: one } : one),
  }));
  const report = adapter.read(reports, run);
  if (report === undefined) return 'nothing';
  return 'broken' in report
    ? report.broken
    : identify(report.tests, ['/top']).map(({ id, status }) => `${status} ${id}`);
}

// The forms below are written after what each writer documents; the runners themselves were not run here.
describe('JUnit XML, recorded forms', () => {
  test.each<[string, string, string[]]>([
    [
      'rspec, by rspec_junit_formatter',
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="rspec" tests="3" skipped="1" failures="1" errors="0" time="0.01" timestamp="2026-11-20T08:00:00+00:00" hostname="ci">
<properties><property name="seed" value="1"/></properties>
<testcase classname="spec.calc_spec" name="Calc adds" file="./spec/calc_spec.rb" time="0.0001"></testcase>
<testcase classname="spec.calc_spec" name="Calc &lt;subtracts&gt; &amp; &quot;more&quot;" file="./spec/calc_spec.rb" time="0.003"><failure message="expected: 1&#10;got: 2" type="RSpec::Expectations::ExpectationNotMetError">Failure/Error</failure></testcase>
<testcase classname="spec.calc_spec" name="Calc later" file="./spec/calc_spec.rb" time="0.0"><skipped/></testcase>
</testsuite>`,
      [
        'pass spec/calc_spec.rb › spec.calc_spec › Calc adds',
        'fail spec/calc_spec.rb › spec.calc_spec › Calc <subtracts> & "more"',
        'skip spec/calc_spec.rb › spec.calc_spec › Calc later',
      ],
    ],
    [
      'PHPUnit, suites in suites, with data sets',
      `<testsuites><testsuite name="/top/phpunit.xml" tests="3" assertions="3" errors="0" failures="1" skipped="0" time="0.01">
<testsuite name="Unit" tests="3"><testsuite name="CalcTest" file="/top/tests/CalcTest.php" tests="3">
<testcase name="testZero" file="/top/tests/CalcTest.php" line="9" class="CalcTest" classname="CalcTest" assertions="1" time="0.001"/>
<testsuite name="CalcTest::testAdd" tests="2"><testcase name="testAdd with data set #0 (1, 2)" file="/top/tests/CalcTest.php" class="CalcTest" classname="CalcTest"/>
<testcase name="testAdd with data set #1 (2, 3)" file="/top/tests/CalcTest.php" class="CalcTest" classname="CalcTest"><failure type="PHPUnit\\Framework\\ExpectationFailedException">no</failure></testcase></testsuite>
</testsuite></testsuite></testsuite></testsuites>`,
      [
        'pass tests/CalcTest.php › CalcTest › testZero',
        'pass tests/CalcTest.php › CalcTest › testAdd with data set #0 (1, 2)',
        'fail tests/CalcTest.php › CalcTest › testAdd with data set #1 (2, 3)',
      ],
    ],
    [
      'Maven surefire, with reruns: the last run counts',
      `<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="com.acme.CalcTest" time="1,234.5" tests="4" errors="0" skipped="1" failures="1">
<properties><property name="java.version" value="21"/></properties>
<testcase name="adds" classname="com.acme.CalcTest" time="0.02"><system-out><![CDATA[<failure>printed</failure>]]></system-out></testcase>
<testcase name="moody" classname="com.acme.CalcTest" time="0.1"><flakyFailure message="once" type="java.lang.AssertionError"><stackTrace>x</stackTrace></flakyFailure></testcase>
<testcase name="red" classname="com.acme.CalcTest" time="0.1"><failure message="no" type="java.lang.AssertionError">x</failure><rerunFailure message="no" type="java.lang.AssertionError"><stackTrace>x</stackTrace></rerunFailure></testcase>
<testcase name="later" classname="com.acme.CalcTest" time="0"><skipped message="not yet"/></testcase>
</testsuite>`,
      [
        'pass com.acme.CalcTest › adds',
        'pass com.acme.CalcTest › moody',
        'fail com.acme.CalcTest › red',
        'skip com.acme.CalcTest › later',
      ],
    ],
    [
      'dotnet, by JunitXml.TestLogger',
      `<testsuites><testsuite name="Calc.Tests.dll" tests="2" skipped="0" failures="0" errors="1" time="0.1" timestamp="2026-11-20T08:00:00" hostname="ci" id="0" package="Calc.Tests">
<properties/><testcase classname="Calc.Tests.CalcTests" name="Adds(a: 1, b: 2)" time="0.0014"/><testcase classname="Calc.Tests.CalcTests" name="Breaks" time="0.0005"><error type="error" message="System.Exception"/></testcase>
<system-out>Test Framework Informational Messages:</system-out><system-err/></testsuite></testsuites>`,
      ['pass Calc.Tests.CalcTests › Adds(a: 1, b: 2)', 'fail Calc.Tests.CalcTests › Breaks'],
    ],
    [
      'jest-junit',
      `<testsuites name="jest tests" tests="2" failures="0" errors="1" time="0.6"><testsuite name="calc" errors="1" failures="0" skipped="0" tests="2">
<testcase classname="calc adds" name="calc adds" time="0.002"></testcase>
<testcase classname="Test execution failure: could be caused by test hooks like 'afterAll'." name="calc Test execution failure" time="0"><error>Error: x</error></testcase></testsuite></testsuites>`,
      [
        'pass calc adds › calc adds',
        "fail Test execution failure: could be caused by test hooks like 'afterAll'. › calc Test execution failure",
      ],
    ],
    [
      'gotestsum',
      `<testsuites tests="2" failures="1"><testsuite tests="2" failures="1" time="0.005000" name="example.com/calc" timestamp="2026-11-20T08:00:00Z"><properties><property name="go.version" value="go1.25"></property></properties>
<testcase classname="example.com/calc" name="TestAdd/small" time="0.000000"></testcase><testcase classname="example.com/calc" name="TestRed" time="0.000000"><failure message="Failed" type="">=== RUN TestRed</failure></testcase></testsuite></testsuites>`,
      ['pass example.com/calc › TestAdd/small', 'fail example.com/calc › TestRed'],
    ],
    [
      'googletest: what was not run is no pass',
      `<testsuites tests="2" disabled="1"><testsuite name="Calc"><testcase name="Adds" status="run" result="completed" classname="Calc"/><testcase name="DISABLED_Later" status="notrun" result="suppressed" classname="Calc"/></testsuite></testsuites>`,
      ['pass Calc › Adds', 'skip Calc › DISABLED_Later'],
    ],
    [
      'a suite that broke by itself',
      `<testsuite name="Setup"><error message="no database"/><testcase classname="A" name="x"/></testsuite>`,
      ['pass A › x', 'fail Setup'],
    ],
    ['empty suites', '<testsuites><testsuite name="none" tests="0"/><testsuite/></testsuites>', []],
  ])('%s', (_name, xml, expected) => {
    expect(read(junitFile, xml)).toEqual(expected);
  });

  test.each([
    ['<testsuites><testsuite>', /line 1/],
    ['', /start tag|no <testsuites>|XML/i],
    ['<html></html>', /no <testsuites> in it/],
    ['<testsuites><testsuite><testcase name="a"', /line/],
  ])('%j is broken', (xml, words) => {
    expect(read(junitFile, xml)).toMatch(words);
  });

  test('in a folder, XML of another kind is passed by, half a report is not', () => {
    const good = { part: 'TEST-a.xml', text: '<testsuite><testcase classname="A" name="x"/></testsuite>' };
    const other = { part: 'testng-results.xml', text: '<?xml version="1.0"?><!-- x --><testng-results/>' };
    expect(read(junitFile, good, other)).toEqual(['pass A › x']);
    expect(read(junitFile, other)).toBe('nothing');
    expect(read(junitFile, good, { part: 'TEST-b.xml', text: '<testsuite><testcase' })).toMatch(/line/);
  });
});

describe('TAP', () => {
  test('subtests are parts of the identity, and their parents count when they break by themselves', () => {
    const text = `TAP version 14
# Subtest: test/a.js
    # Subtest: adds
        ok 1 - one
        not ok 2 - two
          ---
          at: x
          ...
        1..2
    not ok 1 - adds # time=3ms
    ok 2 - later # SKIP no
    not ok 3 - some # TODO why
    # Subtest: hooked
        ok 1 - fine
        1..1
    not ok 4 - hooked
    1..4
not ok 1 - test/a.js # time=100ms
1..1
`;
    expect(read(tap, text)).toEqual([
      'pass test/a.js › adds › one',
      'fail test/a.js › adds › two',
      'skip test/a.js › later',
      'todo test/a.js › some',
      'pass test/a.js › hooked › fine',
      'fail test/a.js › hooked',
    ]);
  });

  // As bats and others print it, between the words of npm.
  test('flat points between other words; one without a name has a number', () => {
    const text =
      '\n> x@1.0.0 test\n> bats t\n\n1..3\nok 1 adds\nnot ok 2 fails\n# (in test file t/a.bats, line 3)\nok 3\n';
    expect(read(tap, text)).toEqual(['pass adds', 'fail fails', 'pass (no name)']);
  });

  test('several documents, one after the other', () => {
    const one = 'TAP version 13\n1..1\nok 1 - a\n';
    expect(read(tap, `noise\n${one}${one}`)).toEqual(['pass a', 'pass a (2)']);
  });

  test.each([
    ['a plan that was not kept', '1..3\nok 1 - a\nok 2 - b\n', /not complete: incorrect number of tests/],
    ['no plan at all', 'ok 1 - a\n', /not complete: no plan/],
    ['a bail out', '1..2\nok 1 - a\nBail out! no database\n', /bailed out: no database/],
    ['a bail out in a subtest', '# Subtest: a\n    Bail out! deep\nnot ok 1 - a\n1..1\n', /bailed out/],
  ])('%s makes it broken', (_what, text, words) => {
    expect(read(tap, text)).toMatch(words);
  });

  test('nothing that looks like TAP is no report; a plan of nothing is one', () => {
    expect(read(tap, 'command not found\n')).toBe('nothing');
    expect(read(tap, '1..0 # SKIP no tests\n')).toEqual([]);
  });

  test('files of a folder, such as `prove --archive` leaves, are the outermost part', () => {
    const text = '1..1\nok 1 - adds\n';
    expect(read(tap, { part: 't/calc.t', text }, { part: 't/more.tap', text })).toEqual([
      'pass t/calc.t › adds',
      'pass t/more › adds',
    ]);
  });
});
