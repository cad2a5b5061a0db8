import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/project/templates.ts';
import { accepted, codes, refused, type World, world } from '../world.ts';

const exec = promisify(execFile);
const signal = new AbortController().signal;
const hasPytest = await exec('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasPytest)(
  `pytest${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  () => {
    const py = {
      'calc.py': 'def add(a, b):\n    return a + b\n',
      'tests/test_calc.py': 'from calc import add\n\n\ndef test_adds():\n    assert add(1, 2) == 3\n',
    };
    const checks = { checks: [{ name: 'unit', command: 'python3 -m pytest -q' }] };
    const mul = {
      'calc.py': `${py['calc.py']}\n\ndef mul(a, b):\n    return a * b\n`,
      'tests/test_mul.py': 'from calc import mul\n\n\ndef test_multiplies():\n    assert mul(2, 3) == 6\n',
    };

    let w: World;
    beforeAll(async () => {
      w = await world(py, checks);
      await w.judge().base(w.base, signal);
    }, 90_000);
    afterAll(() => w[Symbol.asyncDispose]());

    test('honest work is accepted', async () => {
      expect(accepted(await w.rule(mul)).proof.turned).toEqual(['tests/test_mul.py › test_multiplies']);
    });

    test('a hook that turns every outcome to passed does not reach the tests of the base', async () => {
      const hook =
        'import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n' +
        '    report = (yield).get_result()\n    report.outcome = "passed"\n';
      const cheat = {
        ...mul,
        'calc.py': 'def add(a, b):\n    return 0\n\n\ndef mul(a, b):\n    return 6\n',
        'conftest.py': hook,
      };
      const [reason] = refused(await w.rule(cheat)).reasons;
      expect(reason).toMatchObject({ code: 'tests.failing', tests: ['tests/test_calc.py › test_adds'] });
    });

    test('a new test file that patches what the old ones use does not reach them', async () => {
      const patch =
        'import calc\n\ncalc.add = lambda a, b: 3\n\n\ndef test_mul():\n    assert calc.mul(2, 3) == 6\n';
      const cheat = {
        ...mul,
        'calc.py': `${mul['calc.py']}`.replace('a + b', '0'),
        'tests/test_a.py': patch,
      };
      expect(codes(await w.rule(cheat))).toEqual(['tests.failing']);
    });
  },
);

test('vitest is asked behind an npm script, and still shows people what it does', async () => {
  // The real runner stands outside of the checkout: without the fence it can be reached.
  const bin = join(packageRoot(), 'node_modules/.bin/vitest');
  const scripts = { test: `true && ${bin} run --globals` };
  const spec =
    "test('adds', () => expect(1 + 2).toBe(3));\ndescribe('more', () => test('fails', () => expect(1).toBe(2)));\n";
  await using w = await world(
    { 'package.json': JSON.stringify({ type: 'module', scripts }), 'a.test.js': spec },
    { checks: [{ name: 'unit', command: 'npm test' }] },
    'none',
  );
  expect(await w.judge().base(w.base, signal)).toMatchObject({
    passing: 1,
    knownRed: 1,
    withoutIdentities: [],
  });
  const [reason] = refused(
    await w.rule({ 'b.test.js': "test('b', () => expect('left').toBe('right'));\n" }),
  ).reasons;
  expect(reason).toMatchObject({ code: 'tests.new-failing', tests: ['b.test.js › b'] });
  expect(reason?.output).toMatch(/left.*right/s);
});

test('a check that writes JUnit XML itself is asked for nothing; a report that was committed is not read', async () => {
  const report = (name: string) =>
    `<testsuites><testsuite><testcase file="a.test.x" name="${name}"/></testsuite></testsuites>`;
  await using w = await world(
    {
      'out/report.xml': report('forged'),
      'gen.sh': `[ -e silent ] || { mkdir -p out; echo '${report('real')}' > out/report.xml; }\n`,
    },
    { checks: [{ name: 'unit', command: 'sh gen.sh', report: 'junit:out/report.xml' }] },
  );
  expect(await w.judge().base(w.base, signal)).toMatchObject({ passing: 1 });
  expect(codes(await w.rule({ silent: 'x' }))).toEqual(['check.report-broken']);
});
