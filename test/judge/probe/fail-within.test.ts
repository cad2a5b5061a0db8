import { describe, expect, test } from 'vitest';
import { failWithin, pythonTests } from '../../../src/judge/probe/fail-within.ts';
import { accepted, calc, multiply, refused, world } from '../world.ts';

const red = "throw new Error('planted by the judge');";

describe('tests of a file are made to throw at their own end', () => {
  test.each([
    ["test('a', () => { f(); });", ['a'], `test('a', () => { try { f();  } finally { ${red} } });`],
    ["it('a', () => f());", ['a'], `it('a', () => { try { return (f()); } finally { ${red} } });`],
    [
      'it("a", async () => f());',
      ['a'],
      `it("a", async () => { try { return await (f()); } finally { ${red} } });`,
    ],
    [
      "test('a', { only: true }, function (t) {});",
      ['a'],
      `test('a', { only: true }, function (t) { try { } finally { ${red} } });`,
    ],
    ["test.each([1])('a', (n) => {});", ['a'], `test.each([1])('a', (n) => { try { } finally { ${red} } });`],
  ])('%s', (text, titles, changed) => {
    expect(failWithin('a.test.js', text)).toEqual({ titles, text: changed });
  });

  test('tests within tests too; suites, hooks and what is to fail are left alone', () => {
    const text =
      "describe('s', () => { beforeEach(() => {}); test('a', async (t) => { await t.test('b', () => {}); });\n" +
      "test.fails('c', () => {}); it.skip('d', () => {}); test('e', made); re.test('x'); test(name, () => {}); });\n";
    const within = failWithin('a.test.js', text);
    expect(within?.titles).toEqual(['a', 'b']);
    expect(within?.text.split(red)).toHaveLength(4);
  });

  test('where no title is told there is nothing to hold a report against', () => {
    expect(failWithin('a.test.js', 'for (const n of all) test(n, () => {});')).toBeUndefined();
    expect(failWithin('a.test.js', "test('a', () => {")).toBeUndefined();
    expect(failWithin('a_test.go', 'func TestA(t *testing.T) {}')).toBeUndefined();
  });

  test('of Python the names are told', () => {
    expect(
      pythonTests('def test_a():\n  pass\nclass T:\n    async def test_b(self): pass\ndef helper(): pass\n'),
    ).toEqual(['test_a', 'test_b']);
  });
});

test('a source that turns a test green by its name is refused, and told which', async () => {
  await using w = await world(calc, {
    checks: [{ name: 'unit', command: 'node --test' }],
    mutants: { enabled: false },
  });
  const flips =
    "import { executionAsyncResource } from 'node:async_hooks';\n" +
    "export const add = (a, b) => {\n  const now = executionAsyncResource();\n  if (now.name === 'adds negatives') now.fail = now.pass;\n" +
    '  return a < 0 ? 0 : a + b;\n};\nexport const mul = (a, b) => a * b;\n';
  const { reasons } = refused(await w.rule({ ...multiply, 'src/calc.js': flips }, { without: 'suspicions' }));
  expect(reasons).toMatchObject([
    { code: 'check.cannot-fail', tests: ['test/calc.test.js › adds negatives'] },
  ]);
});

test('tests in tables, in suites, in other tests, and one that is to fail, are honest', async () => {
  await using w = await world(calc, {
    checks: [{ name: 'unit', command: 'node --test' }],
    mutants: { enabled: false },
  });
  const honest =
    "import { describe, it, test } from 'node:test';\nimport assert from 'node:assert';\nimport { mul } from '../src/calc.js';\n" +
    "describe('mul', () => {\n  for (const n of [1, 2]) it('takes ' + n, () => assert.equal(mul(n, 2), 2 * n));\n" +
    "  it('waits', async () => { await null; assert.equal(mul(2, 3), 6); });\n});\n" +
    "const same = (t) => t.test('within', () => assert.equal(mul(1, 1), 1));\ntest('outer', async (t) => { await same(t); });\n" +
    "const made = () => assert.equal(mul(0, 1), 0);\ntest('given', made);\n";
  accepted(await w.rule({ ...multiply, 'test/mul.test.js': honest }, { probed: true }));
});
