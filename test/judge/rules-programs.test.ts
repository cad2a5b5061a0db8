import { describe, expect, test } from 'vitest';
import { relationOf } from '../../src/judge/meaning/relation.ts';

const relation = (path: string, old: string, now: string) =>
  relationOf({ path, content: Buffer.from(old) }, { path, content: Buffer.from(now) });
type Rows = readonly (readonly [says: string, now: string])[];

const js = `import test from 'node:test';
import assert from 'node:assert';
import { add } from '../src/calc.js';
test('adds', () => assert.equal(add(1, 2), 3));
describe('x', () => { it('a', () => { expect(1).toBe(1); }); });
test.each([[1, 2]])('%s', (x) => { y(x); });
class Near { close() {} }
`;

describe('a script that says the same', () => {
  const rows: Rows = [
    ['with comments', `// hi\n${js}/* there */\n`],
    [
      'formatted anew',
      js
        .replaceAll("'", '"')
        .replaceAll(';\n', '\n')
        .replace('(x)', 'x')
        .replace('[1, 2]', '[\n  1,\n  2,\n]'),
    ],
    ['with its imports in another order', js.replace(/^(.*\n)(.*\n)/, '$2$1')],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('test/a.test.ts', js, now)).toEqual({ is: 'same' }));
});

describe('a script that only gained something', () => {
  const rows: Rows = [
    [
      'a test, with a grown import',
      `${js.replace('{ add }', '{ add, mul }')}test('m', () => assert.equal(mul(2, 3), 6));\n`,
    ],
    ['a test in a suite', js.replace("it('a'", "it('b', () => {}); it('a'")],
    ['a constant and a test in a suite', js.replace("it('a'", "const c = 1; it('b', () => { c; }); it('a'")],
    [
      'a suite with its own set-up',
      `${js}describe('n', () => { beforeEach(() => { process.env.A = '1'; }); it('q', () => {}); });`,
    ],
    ['a test for later', `${js}test.skip('later', () => {}); beforeEach(() => {});`],
    ['a hook for what is new', `${js}let dir; beforeEach(() => { dir = 1; });`],
    ['a row of a table', js.replace('[1, 2]', '[1, 2], [3, 4]')],
    ['a member of a class', js.replace('close() {}', 'close() {} far() {}')],
    ['a spy in a new test', `${js}test('z', () => { vi.spyOn(console, 'log'); process.env.X = '1'; });`],
    ['tests in a loop', `${js}for (const [a, b] of [[1, 2]]) test(\`z \${a}\`, () => { b; });`],
    ['tests in a callback', `${js}[[1, 2]].forEach(([a, b]) => { test(\`z \${a}\`, () => { b; }); });`],
    [
      'a subtest and a mock of its own',
      `${js}test('z', async (t) => { t.mock.method(fs, 'x'); await t.test('s', () => {}); });`,
    ],
    ['a skipped test', `${js}test.skip('later', () => {});`],
    ['an export', `${js}export const six = 6;`],
    [
      'a local name in a new test that an old test has too',
      `${js}test('z', () => { const add = 1; return add; });`,
    ],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('test/a.test.ts', js, now)).toEqual({ is: 'grown' }));
});

describe('a script in which old tests may mean something else', () => {
  const rows: Rows = [
    ['another value', js.replace('3))', '4))')],
    ['a test less', js.replace(/test\('adds.*\n/, '')],
    ['a renamed test', js.replace("'adds'", "'adds up'")],
    ['a way out of a test', js.replace('expect(1)', 'return; expect(1)')],
    ['a skipped test', js.replace("test('adds'", "test.skip('adds'")],
    ['a skipped suite', js.replace("describe('x'", "describe.skip('x'")],
    ['one test alone', `${js}test.only('z', () => {});`],
    ['one test alone, by option', `${js}test('z', { only: true }, () => {});`],
    ['an end of the process', `${js}process.exit(0);`],
    ['an end of the process in a new test', `${js}test('z', () => { process.exit(0); });`],
    ['a weaker assertion', `${js}assert.equal = () => {};`],
    ['a weaker assertion in a hook', `${js}beforeEach(() => { assert.equal = () => {}; });`],
    ['a weaker assertion in a new test', `${js}test('z', () => { assert.equal = () => {}; });`],
    ['a weaker assertion by definition', `${js}test('z', () => { Object.assign(assert, { equal() {} }); });`],
    ['a weaker prototype', `${js}test('z', () => { String.prototype.trim = () => ''; });`],
    ['a weaker matcher', `${js}expect.extend({ toBe: () => ({ pass: true }) });`],
    ['an import replaced', js.replace("import assert from 'node:assert'", 'const assert = { equal() {} }')],
    ['an import from elsewhere', js.replace("'node:assert'", "'./soft.js'")],
    ['a function in the place of a global', `${js}function y() {}`],
    ['a name that stands for a global', `${js}const expect = () => ({ toBe() {} });`],
    ['a name that stands for a global in a suite', js.replace("it('a'", "const expect = () => 1; it('a'")],
    ['an imported name that stands for a global', `import { expect } from './soft.js';\n${js}`],
    ['a module for its effects', `${js}import './side.js';`],
    ['a mock of a module', `${js}vi.mock('../src/calc.js');`],
    ['a mock of a module in a new test', `${js}test('z', () => { vi.mock('../src/calc.js'); });`],
    ['a hook that may leave tests out', `${js}beforeEach(({ skip }) => { skip(!process.env.CI); });`],
    ['the same by another name', `${js}const calm = (t) => t['skip'](); beforeEach(calm);`],
    ['the same in mocha', `${js}before(function () { this.skip(); });`],
    ['a clock for all', `${js}beforeEach(() => { vi.useFakeTimers(); });`],
    ['an argument for what is old', `${js}beforeEach(() => { add.cache = new Map(); });`],
    ['a row less', js.replace('[[1, 2]]', '[]')],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('test/a.test.ts', js, now).is).toBe('edited'));

  test('the words name the line and what stood there', () => {
    expect(relation('a.test.js', js, js.replace('3))', '4))'))).toEqual({
      is: 'edited',
      why: `line 4 (line 4 now): "test('adds', () => assert.equal(add(1, 2), 3));" is not there any more as it was`,
    });
    expect(relation('a.test.js', js, `${js}process.exit(0);\n`)).toEqual({
      is: 'edited',
      why: 'line 8: "process.exit(0);" is new and may change what the rest does',
    });
  });
});

test('helpers of CommonJS grow by names', () => {
  const old = "const { add } = require('../src/calc');\nmodule.exports = { a, b };\n";
  const is = (now: string) => relation('h.js', old, now).is;
  expect(is(old.replace('add }', 'add, mul }').replace('b }', 'b, c }'))).toBe('grown');
  expect(is(`${old}exports.c = () => {};\n`)).toBe('grown');
  expect(is(`${old}exports.a = () => {};\n`)).toBe('edited');
  expect(is(old.replace('b }', 'b, a: 1 }'))).toBe('edited');
  expect(is(old.replace('b }', 'b, ...soft }'))).toBe('edited');
  expect(is(old.replace("'../src/calc'", "'./soft'"))).toBe('edited');
});

test('a script that cannot be read as a whole may only go on at its end', () => {
  const old = 'test("a", () => { <<< });\n';
  expect(relation('a.test.js', old, `${old}test("b", () => {});\n`).is).toBe('grown');
  expect(relation('a.test.js', old, `process.exit();\n${old}`).is).toBe('edited');
});

const py = `"""Tests."""
import unittest
from pkg.calc import add
import pytest

CASES = [(1, 2)]

@pytest.mark.parametrize("a,b", [(1, 2)])
def test_pairs(a, b):
    assert a < b

class T(unittest.TestCase):
    def setUp(self):
        self.x = 1

    def test_add(self):
        self.assertEqual(add(1, 2), 3)

def test_cases(tmp_path, client):
    for c in CASES:
        assert c
`;

describe('a Python file that says the same', () => {
  const rows: Rows = [
    ['with comments', `# hi\n${py}# there\n`],
    ['formatted anew', py.replaceAll('"a,b"', "'a,b'").replace('[(1, 2)])\n', '[\n    (1, 2),\n])\n')],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('tests/test_a.py', py, now)).toEqual({ is: 'same' }));
});

describe('a Python file that only gained something', () => {
  const rows: Rows = [
    [
      'a test, with a grown import',
      `${py.replace('import add', 'import (add, mul)')}\ndef test_mul():\n    assert mul(2, 3) == 6\n`,
    ],
    [
      'a test in a TestCase',
      py.replace('    def test_add', '    def test_b(self):\n        self.assertTrue(1)\n\n    def test_add'),
    ],
    ['a row of a table', py.replace('[(1, 2)])\ndef', '[(1, 2), (2, 3)])\ndef')],
    ['a row of a list', py.replace('CASES = [(1, 2)]', 'CASES = [(1, 2), (3, 4)]')],
    [
      'a fixture',
      `${py}\n@pytest.fixture\ndef other():\n    return 1\n\ndef test_o(other):\n    assert other\n`,
    ],
    [
      'a class',
      `${py}\nclass N(unittest.TestCase):\n    def setUp(self):\n        self.x = 2\n    def test_q(self):\n        self.assertEqual(1, 1)\n`,
    ],
    ['what runs it by hand', `${py}\nif __name__ == "__main__":\n    unittest.main()\n`],
    [
      'a helper',
      `${py.replace('import pytest\n', 'import pytest\nimport os\n')}\ndef helper(x):\n    result = x\n    return result\n`,
    ],
    [
      'a test with monkeypatch',
      `${py}\ndef test_env(monkeypatch):\n    monkeypatch.setenv("A", "1")\n    with pytest.raises(ValueError):\n        add(1, "x")\n`,
    ],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('tests/test_a.py', py, now)).toEqual({ is: 'grown' }));
});

describe('a Python file in which old tests may mean something else', () => {
  const rows: Rows = [
    ['another value', py.replace('3)', '4)')],
    ['a test of the same name', `${py}\ndef test_cases():\n    pass\n`],
    ['an import replaced', `${py}\nadd = lambda a, b: 3\n`],
    ['all tests skipped', `${py}\npytestmark = pytest.mark.skip\n`],
    ['one test skipped', py.replace('    def test_add', '    @unittest.skip("x")\n    def test_add')],
    ['a fixture that tests ask for', `${py}\n@pytest.fixture\ndef client():\n    return 1\n`],
    ['one that takes the name of it', `${py}\n@pytest.fixture(name="client")\ndef other():\n    return 1\n`],
    ['a fixture for all', `${py}\n@pytest.fixture(autouse=True)\ndef other():\n    return 1\n`],
    ['a weaker assertion', `${py}\nunittest.TestCase.assertEqual = lambda *a: None\n`],
    [
      'a weaker assertion in a new test',
      `${py}\ndef test_z():\n    unittest.TestCase.assertEqual = lambda *a: None\n`,
    ],
    [
      'a weaker assertion in the class',
      py.replace('    def test_add', '    def assertEqual(self, *a):\n        pass\n\n    def test_add'),
    ],
    ['an end of the process', `${py}\nimport sys\nsys.exit(0)\n`],
    ['everything from elsewhere', `${py}\nfrom soft import *\n`],
    ['a hook of pytest', `${py}\ndef pytest_collection_modifyitems(items):\n    items.clear()\n`],
    ['a step in a test', py.replace('    assert a < b', '    a = b - 1\n    assert a < b')],
  ];
  test.each(rows)('%s', (_, now) => expect(relation('tests/test_a.py', py, now).is).toBe('edited'));
});
