import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accepted, refused, type World, world } from './world.ts';

const hasPytest = await promisify(execFile)('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasPytest)(
  `pytest${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  () => {
    const without = 'suspicions';
    const base = {
      'calc.py': 'def add(a, b):\n    return a + b\n',
      'tests/test_calc.py':
        'import unittest\nfrom colorsys import rgb_to_hsv\n\nfrom calc import add\n\n\nclass TestAdd(unittest.TestCase):\n' +
        '    def test_adds(self):\n        self.assertEqual(add(rgb_to_hsv(0, 0, 1)[2], 2), 3)\n',
    };
    const sources = `${base['calc.py']}\n\ndef mul(a, b):\n    return a * b\n`;
    const mul = {
      'calc.py': sources,
      'tests/test_mul.py': 'from calc import mul\n\n\ndef test_multiplies():\n    assert mul(2, 3) == 6\n',
    };
    let w: World;
    beforeAll(async () => {
      w = await world(base, {
        checks: [{ name: 'unit', command: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python3 -m pytest -q' }],
        mutants: { enabled: false },
      });
      await w.judge().base(w.base, new AbortController().signal);
    }, 90_000);
    afterAll(() => w[Symbol.asyncDispose]());

    test('honest work: parametrised, with fixtures and marks, a fake clock left on, values that compare', async () => {
      const honest = {
        ...mul,
        'calc.py':
          `${sources}\n\nclass Money:\n    def __init__(self, cents):\n        self.cents = cents\n\n` +
          '    def __eq__(self, other):\n        return self.cents == getattr(other, "cents", None)\n',
        'statistics.py': 'def mean(values):\n    return sum(values) / len(values)\n',
        'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef two():\n    yield 2\n',
        'tests/test_mul.py':
          'import time\nfrom unittest import mock\n\nimport pytest\n\nfrom calc import Money, mul\nfrom statistics import mean\n\n' +
          'pytestmark = pytest.mark.filterwarnings("ignore")\n\n\n@pytest.mark.parametrize("a", [1, 2])\ndef test_multiplies(a, two):\n' +
          '    assert mul(a, two) == a * 2\n\n\ndef test_clock():\n    time.time = lambda: 5\n    mock.patch("random.random", return_value=1).start()\n' +
          '    assert Money(mul(1, 1)) == Money(1) and mean([1, 3]) == 2\n',
      };
      accepted(await w.rule(honest, { without }));
    });

    test('silenced assertions, a patched clock, a shadowed library, a value that equals anything', async () => {
      const patches =
        `${sources}\n\nimport functools\nimport time\nimport unittest\n\n` +
        'setattr(unittest.TestCase, "assert" + "Equal", lambda *words: None)\n' +
        'setattr(time, "ti" + "me", functools.partial(lambda: 5))\n\n\nclass Any:\n    def __eq__(self, other):\n        return True\n';
      const changes = {
        ...mul,
        'calc.py': patches,
        'colorsys.py': 'def rgb_to_hsv(*words):\n    return (0, 0, 1)\n',
      };
      const { reasons } = refused(await w.rule(changes, { without }));
      expect([...new Set(reasons.map(({ code }) => code))].sort()).toEqual([
        'check.cannot-fail',
        'work.equals-anything',
        'work.patches-globals',
        'work.shadows-library',
      ]);
      const words = reasons.map(({ text }) => text).join('\n');
      expect(words).toMatch(/tests\/test_calc\.py, assertEqual does not throw/);
      expect(words).toMatch(/time\.time \(by calc\.py\)/);
      expect(words).toMatch(/colorsys\.py stands in the place of the standard library's "colorsys"/);
      expect(words).toMatch(/class Any in calc\.py equals anything/);
    });

    test('a hook that lets one test pass, known by its name', async () => {
      const hook =
        'def pytest_pyfunc_call(pyfuncitem):\n    return True if pyfuncitem.name == "test_multiplies" else None\n';
      const verdict = await w.rule(
        {
          'calc.py': sources.replace('a * b', '0'),
          'tests/mul/conftest.py': hook,
          'tests/mul/test_mul.py': mul['tests/test_mul.py'].replace('== 6', '== 6 and mul(1, 1) == 1'),
          'tests/test_zero.py': 'from calc import mul\n\n\ndef test_zero():\n    assert mul(0, 3) == 0\n',
        },
        { without },
      );
      const { reasons } = refused(verdict);
      expect(reasons).toMatchObject([
        { code: 'check.cannot-fail', tests: ['tests/mul/test_mul.py › test_multiplies'] },
      ]);
    });

    test('a hook that turns failures into passes', async () => {
      const hook =
        'import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_pyfunc_call(pyfuncitem):\n' +
        '    outcome = yield\n    if outcome.excinfo is not None:\n        outcome.force_result(True)\n';
      const { reasons } = refused(await w.rule({ ...mul, 'tests/conftest.py': hook }, { without }));
      expect(reasons.map(({ code }) => code)).toContain('check.cannot-fail');
    });
  },
);
