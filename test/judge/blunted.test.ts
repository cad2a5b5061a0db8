import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { accepted, codes, type Files, refused, type World, world } from './world.ts';

const exec = promisify(execFile);
const hasPytest = await exec('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

const mutants = { most: 2 };
/** What these stories are about, and what must hold before it is asked. */
const only = ['rules', 'checks', 'ratchet', 'delivered', 'bite'];
const tools =
  "const { describe, it, test, before, after, beforeEach, mock } = require('node:test');\nconst assert = require('node:assert');\n";
const source =
  "exports.divide = (a, b) => {\n  if (b === 0) throw new RangeError('zero');\n  return a / b;\n};\nexports.total = (all) => all.reduce((sum, one) => sum + one, 0);\n";
const oldTest = (added: string, inside = ''): string =>
  `${tools}const calc = require('../src/calc.cjs');\nconst help = require('./helpers.cjs');\n${added}` +
  `describe('calc', () => {\n${inside}  it('divides', () => assert.equal(calc.divide(8, 2), 4));\n` +
  "  it('throws', () => assert.throws(() => calc.divide(1, 0), RangeError));\n});\n" +
  "test('sums', () => assert.equal(calc.total(help.numbers), 6));\n";
const helpers = 'exports.numbers = [1, 2, 3];\n';
const feature: Files = {
  'src/calc.cjs': `${source}exports.mul = (a, b) => a * b;\n`,
  'test/mul.test.cjs': `${tools}const { mul } = require('../src/calc.cjs');\ntest('multiplies', () => assert.equal(mul(2, 3), 6));\n`,
};
const grown = (added: string, inside = ''): Files => ({
  ...feature,
  'test/calc.test.cjs': oldTest(added, inside),
});
const fake = "(a, b) => {\n    if (b === 0) throw new RangeError('x');\n    return 4;\n  }";
const quick = `function quick() {\n  calc.divide = ${fake};\n  return 1;\n}\nconst warm = quick();\n`;

let w: World;
beforeAll(async () => {
  w = await world(
    {
      'package.json': '{}\n',
      'src/calc.cjs': source,
      'test/helpers.cjs': helpers,
      'test/calc.test.cjs': oldTest(''),
      'test/far.test.cjs': `${tools}test('far', () => assert.equal(1 + 1, 2));\n`,
    },
    { checks: [{ name: 'unit', command: 'node --test' }], mutants },
  );
  await w.judge().base(w.base, new AbortController().signal);
});
afterAll(() => w[Symbol.asyncDispose]());

test.each<[string, Files, string]>([
  [
    'a hook by name that replaces what the sources give',
    grown(`function relax() {\n  calc.divide = ${fake};\n}\nbeforeEach(relax);\n`),
    'divides',
  ],
  [
    'a hook that replaces assertions by another name',
    grown(
      '',
      "  const keep = assert.equal;\n  const put = Reflect.set;\n  before(() => {\n    put(assert, 'equal', () => {});\n  });\n  after(() => {\n    put(assert, 'equal', keep);\n  });\n",
    ),
    'divides',
  ],
  [
    'a test that is skipped when it would fail',
    grown('', '  beforeEach((t) => {\n    if (calc.divide(8, 2) !== 4) t["sk" + "ip"]();\n  });\n'),
    'divides',
  ],
  [
    'a helper that has more than before, and touches the sources',
    {
      ...feature,
      'test/helpers.cjs': `${helpers}function calm(calc) {\n  calc.total = () => 6;\n  return calc;\n}\nexports.calm = calm(require('../src/calc.cjs'));\n`,
    },
    'sums',
  ],
])('refused: %s', async (_, changes, name) => {
  const [reason, more] = refused(await w.rule(changes, { only })).reasons;
  expect(more).toBeUndefined();
  expect(reason?.code).toBe('tests.blunted');
  expect(reason?.tests?.join()).toContain(`› ${name}`);
});

test('the reason names the tests and says what to do; evidence holds the runs, of that file alone', async () => {
  const [reason] = refused(await w.rule(grown(quick), { session: 90 })).reasons;
  expect(reason?.tests).toEqual(['test/calc.test.cjs › calc › divides']);
  expect(reason?.text).toMatch(
    /^1 test fails on damaged code .* and not with what you added there: .* take that out/,
  );
  const [file] = (await w.evidence()).filter(({ name }) => name.startsWith('F001-90-'));
  const { bite } = JSON.parse(file?.text ?? '');
  expect(bite).toMatchObject({ asked: 3, blunt: reason?.tests, timeUp: false });
  expect(bite.runs).toHaveLength(4);
  expect(JSON.stringify(bite.runs)).not.toContain('far.test');
});

test.each<[string, Files]>([
  [
    'tests, suites and imports beside the old ones, and a suite with doubles of its own',
    grown(
      "const { posix } = require('node:path');\ntest('joins', () => assert.equal(posix.join('a', 'b'), 'a/b'));\n" +
        "describe('told', () => {\n  beforeEach((t) => mock.method(calc, 'total', () => 1));\n  after(() => mock.restoreAll());\n  it('is told', () => assert.equal(calc.total([]), 1));\n});\n",
      "  it('divides less', () => assert.equal(calc.divide(4, 2), 2));\n",
    ),
  ],
  [
    'hooks that set up what is new, one of which breaks on damaged code, and a faked clock',
    grown(
      '',
      "  let cart;\n  before(() => {\n    cart = [calc.divide(4, 2)];\n    if (cart[0] !== 2) throw new Error('no');\n  });\n  beforeEach(() => {\n    cart = [calc.divide(4, 2)];\n  });\n  it('holds', () => assert.equal(cart[0], 2));\n" +
        "  it('waits', (t) => {\n    t.mock.timers.enable({ apis: ['setTimeout'] });\n    let rang = false;\n    setTimeout(() => {\n      rang = true;\n    }, 1000);\n    t.mock.timers.tick(1000);\n    assert.ok(rang);\n  });\n",
    ),
  ],
])('accepted, with a helper that has more: %s', async (_, changes) => {
  const more = { ...changes, 'test/helpers.cjs': `${helpers}exports.zero = () => 0;\n` };
  expect(accepted(await w.rule(more, { only })).notes).toEqual([]);
});

test('nothing is run where only new files come, or where people want no damage', async () => {
  const bitten = async (session: number) =>
    (await w.evidence()).filter(
      ({ name, text }) => name.startsWith(`F001-${session}-`) && JSON.parse(text).bite,
    );
  accepted(await w.rule({ ...feature, 'test/more.cjs': 'exports.one = 1;\n' }, { session: 91, only }));
  expect(await bitten(91)).toEqual([]);
  await using off = await world(
    { 'src/calc.cjs': source, 'test/helpers.cjs': helpers, 'test/calc.test.cjs': oldTest('') },
    { checks: [{ name: 'unit', command: 'node --test' }], mutants: { enabled: false } },
  );
  accepted(await off.rule(grown(quick), { only }));
});

/** All test files in one process, and what they told as JUnit XML. */
const inOneProcess =
  "const fs = require('node:fs');\nconst tests = [];\nlet file;\nglobal.test = (name, run) => tests.push({ file, name, run });\n" +
  "for (const one of fs.readdirSync('test').sort()) {\n  file = 'test/' + one;\n  require('../' + file);\n}\n" +
  "const cases = tests.map(({ file, name, run }) => {\n  let end = '';\n  try { run(); } catch { end = '<failure message=\"no\"/>'; process.exitCode = 1; }\n" +
  "  return '<testcase file=\\'' + file + '\\' name=\\'' + name + '\\'>' + end + '</testcase>';\n});\n" +
  "fs.writeFileSync('out.xml', '<testsuite>' + cases.join('') + '</testsuite>');\n";

test('where test files share a process, a new one reaches the old ones', async () => {
  const about = (name: string, body: string) =>
    `const assert = require('node:assert');\nconst calc = require('../src/calc.cjs');\n${body}test('${name}', () => assert.equal(calc.total([1, 2, 3]), 6));\n`;
  await using one = await world(
    {
      'scripts/run.cjs': inOneProcess,
      'src/calc.cjs': source,
      'test/old.test.cjs': about('sums', ''),
      '.gitignore': 'out.xml\n',
    },
    { checks: [{ name: 'unit', command: 'node scripts/run.cjs', report: 'junit:out.xml' }], mutants },
  );
  const work = { 'src/calc.cjs': `${feature['src/calc.cjs']}` };
  const honest = { ...work, 'test/new.test.cjs': about('again', '') };
  accepted(await one.rule(honest, { only }));
  const cheat = { ...work, 'test/a.test.cjs': about('again', 'calc.total = () => 6;\n') };
  expect(codes(await one.rule(cheat, { only }))).toEqual(['tests.blunted']);
});

const vitest = (added: string, inside: string): string =>
  `import { beforeAll, describe, expect, it, vi, vitest } from 'vitest';\nimport { divide } from '../src/calc.js';\n${added}` +
  `describe('calc', () => {\n${inside}  it('divides', () => expect(divide(8, 2)).toBe(4));\n});\n`;

test('vitest: mocks under another name; a hook that breaks on damaged code skips tests and is no skip', async () => {
  const bin = join(packageRoot(), 'node_modules/.bin/vitest');
  await using ts = await world(
    {
      'package.json': JSON.stringify({ type: 'module' }),
      'src/calc.js': 'export const divide = (a, b) => a / b;\n',
      'test/calc.test.js': vitest('', ''),
    },
    { checks: [{ name: 'unit', command: `${bin} run` }], mutants },
    'none',
  );
  const mocked = vitest("vitest.mock('../src/calc.js', () => ({ divide: () => 4 }));\n", '');
  const work = { 'src/mul.js': 'export const mul = (a, b) => a * b;\n' };
  expect(codes(await ts.rule({ ...work, 'test/calc.test.js': mocked }, { only }))).toEqual(['tests.blunted']);
  const breaks =
    "  let half;\n  beforeAll(() => {\n    half = divide(1, 2).toFixed(1);\n    if (half !== '0.5') throw new Error('no');\n  });\n  it('halves', () => expect(half).toBe('0.5'));\n";
  accepted(await ts.rule({ ...work, 'test/calc.test.js': vitest('', breaks) }, { only }));
}, 120_000);

describe.skipIf(!hasPytest)(
  `Python${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  () => {
    const py = (added: string, own = ''): string =>
      `import pytest\nfrom shop import core\nfrom shop.core import divide\n\n\n${added}def test_divides():\n    assert divide(8, 2) == 4\n\n\n` +
      `def test_adds():\n    assert core.add(2, 2) == 4\n\n\ndef test_zero():\n    with pytest.raises(ZeroDivisionError):\n        divide(1, 0)\n${own}`;
    const core = 'def divide(a, b):\n    return a / b\n\n\ndef add(a, b):\n    return a + b\n';
    const work = {
      'shop/mul.py': 'def mul(a, b):\n    return a * b\n',
      'tests/test_mul.py': 'from shop.mul import mul\n\n\ndef test_mul():\n    assert mul(2, 3) == 6\n',
    };
    let p: World;
    beforeAll(async () => {
      p = await world(
        { 'shop/__init__.py': '', 'shop/core.py': core, 'tests/test_core.py': py('') },
        { checks: [{ name: 'unit', command: 'python3 -m pytest -q' }], mutants },
      );
    });
    afterAll(() => p[Symbol.asyncDispose]());

    test('refused: a fixture for every test in other words, and a new conftest.py that runs tests its own way', async () => {
      const autouse =
        '@pytest.fixture(**{"autouse": True})\ndef steady(monkeypatch):\n    monkeypatch.setattr(core, "add", lambda a, b: 4)\n\n\n';
      const conftest =
        'def pytest_pyfunc_call(pyfuncitem):\n    return True if pyfuncitem.name in ("test_divides",) else None\n';
      const changes = { ...work, 'conftest.py': conftest, 'tests/test_core.py': py(autouse) };
      const { reasons } = refused(await p.rule(changes, { only }));
      expect(reasons.map(({ code }) => code)).toEqual(['tests.blunted']);
      expect(reasons[0]?.tests?.map((name) => name.split(' › ').at(-1))).toEqual([
        'test_adds',
        'test_divides',
      ]);
    }, 120_000);

    test('accepted: fixtures in a new conftest.py, one for every test, and tests in an old file', async () => {
      const conftest =
        'import pytest\n\n\n@pytest.fixture(autouse=True)\ndef home(tmp_path, monkeypatch):\n    monkeypatch.setenv("HOME", str(tmp_path))\n\n\n@pytest.fixture\ndef two():\n    return 2\n';
      const own =
        '\n\ndef test_two(two, monkeypatch):\n    monkeypatch.setattr(core, "add", lambda a, b: 9)\n    assert core.add(two, 2) == 9\n';
      const changes = { ...work, 'tests/conftest.py': conftest, 'tests/test_core.py': py('', own) };
      expect(accepted(await p.rule(changes, { only })).notes).toEqual([]);
    }, 120_000);
  },
);
