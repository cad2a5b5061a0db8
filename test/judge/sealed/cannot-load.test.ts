import { expect, test } from 'vitest';
import { cannotLoad } from '../../../src/judge/sealed/cannot-load.ts';
import { neededBy } from '../../../src/judge/sealed/imports.ts';

test('imports of the repository are found, statically, dynamically, by require and in Python', () => {
  const script =
    "import { mul as m, div } from '../src/calc.js';\nimport fs from 'node:fs';\nconst a = await import('./b.js');\nconst c = require('../c');\n";
  expect(neededBy('test/x.test.js', script)).toEqual([
    { module: 'src/calc.js', names: ['mul', 'div'] },
    { module: 'test/b.js', names: [] },
    { module: 'c', names: [] },
  ]);
  expect(neededBy('t/test_x.py', 'from calc.core import mul, div as d\nimport calc.more\n')).toEqual([
    { module: 'calc/core', names: ['mul', 'div'] },
    { module: 'calc/more', names: [] },
  ]);
});

const file = {
  path: 'test/x.test.js',
  text: "import { mul, hidden } from '../src/calc.js';\nimport { z } from './own.js';\n",
};

test('what is missing is named where the specification names it, and nowhere else', async () => {
  const none = async () => undefined;
  expect(await cannotLoad(file, 'mul(a, b) multiplies; it stands in src/calc.js.', none)).toBe(
    'src/calc.js, mul, which the specification names, cannot be imported',
  );
  const without = async (path: string) => (path === 'src/calc.js' ? 'export const add = 1;' : undefined);
  expect(await cannotLoad(file, 'mul(a, b) multiplies; it stands in src/calc.js.', without)).toMatch(
    /^mul, which/,
  );
  expect(await cannotLoad(file, 'It multiplies.', none)).toBe(
    'what it imports is not there under the name that the specification gives',
  );
});
