import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arranger } from './arranged.ts';
import { accepted, calc, codes, F001, type Files, multiply, trivialTest, type World } from './world.ts';

const long = (name: string) =>
  `import { check } from './check.js';\n${['a', 'b', 'c', 'd'].map((one) => `export const ${name}${one} = (x) => check(x, '${one}');\n`).join('')}`;
const files: Files = {
  ...calc,
  'src/check.js': 'export const check = (x) => x;\n',
  'src/long.js': long('l'),
  'src/more.js': "import { la } from './long.js';\nexport const m = la(1);\n",
  'test/long.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { la } from '../src/long.js';\nimport { near } from './near.js';\ntest('la', () => assert.equal(la(1), 1));\ntest('near', () => near(1, 1));\n",
  'test/near.js':
    "import assert from 'node:assert';\nexport const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9);\n",
  'pkg/__init__.py': '',
  'pkg/old.py': 'def add(a, b):\n    return a + b\n\ndef sub(a, b):\n    return a - b\n',
  'tests/test_old.py':
    'from unittest import mock\nfrom pkg.old import add\nfrom pkg import old\n\ndef test_add():\n    assert add(1, 2) == 3\n\n@mock.patch("pkg.old.sub")\ndef test_sub(sub):\n    assert old.sub(2, 1)\n',
};

let opened: Awaited<ReturnType<typeof arranger>>;
let w: World;
beforeAll(async () => {
  opened = await arranger(files);
  w = opened.w;
});
afterAll(() => w[Symbol.asyncDispose]());
const text = (path: string) => `${files[path]}`;
const arranged = (changes: Files) => opened.arranged(changes);

describe('a source that was renamed', () => {
  const renamed: Files = {
    'src/long.js': null,
    'src/parts/lengthy.js': long('l').replace('./check', '../check').replace("'d'", "'D'"),
    'src/more.js': "import { la } from './parts/lengthy.js';\nexport const m = la(1);\n",
  };
  const follows = {
    ...renamed,
    'test/long.test.js': text('test/long.test.js').replace('src/long.js', 'src/parts/lengthy.js'),
  };

  test('may be followed by the imports of tests, which then count as they are', async () => {
    const { asked, text: of, trees } = await arranged(follows);
    expect(asked).toEqual([]);
    expect(await of('judged', 'test/long.test.js')).toContain('parts/lengthy');
    expect(trees.restored).toEqual([]);
    expect(trees.editedTests).toEqual([]);
  });

  test('stands under its new name also where the tests must fail without the work', async () => {
    const { text: of } = await arranged(follows);
    expect(await of('red', 'src/parts/lengthy.js')).toContain('export const la');
    expect(await of('red', 'src/long.js')).toBe(text('src/long.js'));
  });

  test('is no way to another source', async () => {
    const other = { ...follows, 'src/soft.js': 'export const la = () => 1;\n' };
    const cheat = {
      ...other,
      'test/long.test.js': text('test/long.test.js').replace('src/long.js', 'src/soft.js'),
    };
    expect((await arranged(cheat)).asked).toEqual(['tests.edited test/long.test.js']);
  });

  test('is no way to change a test beside its imports', async () => {
    const cheat = {
      ...follows,
      'test/long.test.js': `${follows['test/long.test.js']}`.replace('la(1), 1', 'la(1), 2'),
    };
    expect((await arranged(cheat)).asked).toEqual(['tests.edited test/long.test.js']);
  });

  test('in Python, is followed by imports and patches', async () => {
    const moved: Files = {
      'pkg/old.py': null,
      'pkg/new.py': text('pkg/old.py'),
      'tests/test_old.py': text('tests/test_old.py')
        .replace('from pkg.old', 'from pkg.new')
        .replace('import old', 'import new as old')
        .replace('"pkg.old.sub"', '"pkg.new.sub"'),
    };
    expect((await arranged(moved)).asked).toEqual([]);
    const cheat = { ...moved, 'tests/test_old.py': `${moved['tests/test_old.py']}`.replace('== 3', '!= 3') };
    expect((await arranged(cheat)).asked).toEqual(['tests.edited tests/test_old.py']);
  });
});

describe('a test file that was moved', () => {
  const deeper = text('test/long.test.js').replace('../src', '../../src').replace('./near', '../near');
  const moved: Files = { 'test/long.test.js': null, 'test/unit/long.test.js': deeper };

  test('keeps its tests under its new name', async () => {
    const { asked, trees } = await arranged(moved);
    expect(asked).toEqual([]);
    expect([...trees.moved]).toEqual([['test/long.test.js', 'test/unit/long.test.js']]);
    expect(trees.judged).toBe(trees.delivered);
  });

  test('may go together with what it loads', async () => {
    const all: Files = {
      ...moved,
      'test/near.js': null,
      'test/unit/near.js': text('test/near.js'),
      'test/unit/long.test.js': deeper.replace('../near', './near'),
    };
    expect((await arranged(all)).asked).toEqual([]);
  });

  test('is gone when it says something else', async () => {
    const cheat = { ...moved, 'test/unit/long.test.js': deeper.replace('la(1), 1', 'la(1), 2') };
    expect((await arranged(cheat)).asked).toEqual(['tests.removed test/long.test.js']);
  });
});

test('a source renamed with its tests following, a test file moved and a new test beside: all of it is accepted', async () => {
  const honest: Files = {
    'src/calc.js': null,
    'src/sums.js': multiply['src/calc.js'] ?? '',
    'test/calc.test.js': text('test/calc.test.js').replace('src/calc.js', 'src/sums.js'),
    'test/mul.test.js': `${multiply['test/mul.test.js']}`.replace('src/calc.js', 'src/sums.js'),
    'test/long.test.js': null,
    'test/unit/long.test.js': text('test/long.test.js')
      .replace('../src', '../../src')
      .replace('./near', '../near'),
  };
  const verdict = accepted(await w.rule(honest));
  expect(verdict.proof.turned).toEqual(['test/mul.test.js › multiplies']);
  expect(verdict.restored).toEqual([]);
  const lost = { ...honest, 'src/long.js': text('src/long.js').replace('check(x', 'check(x + 1') };
  expect(codes(await w.rule(lost))).toEqual(['tests.failing']);
});

test('tests that were moved after they proved a feature are not lost for the final judge', async () => {
  const signal = new AbortController().signal;
  const { proof } = accepted(await w.rule(multiply));
  const moved: Files = {
    ...multiply,
    'test/mul.test.js': null,
    'test/unit/product.test.js': `${multiply['test/mul.test.js']}`.replace('../src', '../../src'),
    'test/long.test.js': null,
    'test/unit/long.test.js': text('test/long.test.js')
      .replace('../src', '../../src')
      .replace('./near', '../near'),
  };
  const tip = await w.commit(await w.tree(moved));
  expect(await w.judge().final(tip, w.base, [{ feature: F001, proof }], signal)).toEqual({
    ruling: 'held',
    lost: [],
  });
  const gone = await w.commit(
    await w.tree({ ...moved, 'test/unit/product.test.js': trivialTest('multiplies') }),
  );
  expect(await w.judge().final(gone, w.base, [{ feature: F001, proof }], signal)).toMatchObject({
    ruling: 'lost',
  });
});
