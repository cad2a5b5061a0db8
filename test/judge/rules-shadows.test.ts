import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arranger } from './arranged.ts';
import type { Files } from './world.ts';

const assertion = "import { expect } from 'vitest';\nexport const same = (a, b) => expect(a).toBe(b);\n";
const loose = 'export const same = () => {};\n';
const files = {
  'package.json': JSON.stringify({
    name: 'whole',
    type: 'module',
    imports: { '#near': './support/near.js' },
    workspaces: ['packages/*'],
    devDependencies: { 'expect-more': '^1.0.0' },
    jest: { setupFiles: ['./env/polyfill'] },
  }),
  'requirements.txt': 'checkers==1.0\n',
  'tsconfig.json':
    '{ "compilerOptions": { /* short */ "baseUrl": "support", "paths": { "@test/*": ["./*"] } } }\n',
  'pytest.ini': '[pytest]\npythonpath = more\n',
  'vitest.config.ts': "import { shared } from './vitest.shared';\nexport default { test: shared };\n",
  'vitest.shared.ts': 'export const shared = {};\n',
  'env/polyfill.js': '',
  'support/same.ts': assertion,
  'support/near.js': assertion,
  'support/deep/index.js': assertion,
  'support/exact.js': assertion,
  'packages/same/package.json': '{ "name": "@whole/assertions", "exports": "./lib/main.js" }\n',
  'packages/same/lib/main.js': loose,
  'src/money.js': 'export const money = 1;\n',
  'src/coins/index.js': 'export const coins = 1;\n',
  'test/money.test.js': `
import { same } from '../support/same';
import { near } from '#near';
import { far } from '@test/far';
import { deep } from '../support/deep';
import { exact } from '../support/exact.js';
import { same as third } from '@whole/assertions';
import { more } from 'expect-more';
import { installed } from 'unlisted';
import { money } from '../src/money';
import { coins } from '../src/coins';
`,
  'support/far.ts': assertion,
  'test/not-yet.test.js': "import { later } from 'later';\nimport { roman } from '../src/roman.js';\n",
  'checks.py': 'def same(a, b):\n    if a != b:\n        raise ValueError(a)\n',
  'helpers/same.py': 'import pytest\n',
  'coin.py': 'def coin(n): return n\n',
  'more/extra.py': 'import pytest\n',
  'tests/test_coin.py': `
import checkers
from checks import same
from coin import coin
from helpers.same import other
from extra import extra


def test_coin():
    same(coin(1), 1)
`,
} satisfies Files;

let arranged: Awaited<ReturnType<typeof arranger>>['arranged'];
let close = async () => {};
beforeAll(async () => {
  const opened = await arranger(files, ['test/money.test.js', 'tests/test_coin.py']);
  arranged = opened.arranged;
  close = () => opened.w[Symbol.asyncDispose]();
});
afterAll(() => close());

const asked = async (changes: Files) => (await arranged(changes)).asked;
const manifest = (change: object) => JSON.stringify({ ...JSON.parse(files['package.json']), ...change });

describe('what would be found in the place of what tests load', () => {
  test.each<[string, string, Files]>([
    ['another ending', 'support/same.mjs', {}],
    ['another ending, where the compiled one is named', 'support/exact.ts', {}],
    ['a folder', 'support/same/index.js', {}],
    ['a file for a folder', 'support/deep.js', {}],
    ['a name that package.json gives', 'support/near.ts', {}],
    ['a name that configuration gives', 'support/far.js', {}],
    ['what configuration loads', 'vitest.shared.js', {}],
    ['what configuration has loaded first', 'env/polyfill.ts', {}],
    ['a link', 'support/same', { 'support/same': { link: '../src' } }],
    ['a package in Python', 'checks/__init__.py', {}],
    ['a module beside the test', 'tests/checks.py', {}],
    ['a module in the place of a folder', 'helpers.py', {}],
    ['a package that does something when it is loaded', 'helpers/__init__.py', {}],
    ['a module that is found earlier', 'extra.py', {}],
    ['a module in the place of a source, beside the test', 'tests/coin.py', {}],
    ['an installed package of Python', 'checkers/__init__.py', {}],
  ])('%s: %s', async (_, path, changes) => {
    expect(await asked({ [path]: loose, ...changes })).toEqual([`tests.shadowed ${path}`]);
  });

  test('a package that says another file than before', async () => {
    const other = {
      'packages/same/package.json': '{ "name": "@whole/assertions", "exports": "./soft.js" }\n',
    };
    expect(await asked({ ...other, 'packages/same/soft.js': loose })).toEqual([
      'tests.shadowed packages/same/package.json',
    ]);
    expect(
      await asked({
        ...other,
        'packages/same/package.json': '{ "name": "@whole/assertions", "main": "../../src/money.js" }\n',
      }),
    ).toEqual(['tests.shadowed packages/same/package.json']);
  });

  test('a package of the same name as another one, or as one that is installed', async () => {
    const named = (name: string): Files => ({
      'packages/new/package.json': `{ "name": "${name}" }\n`,
      'packages/new/index.js': loose,
    });
    expect(await asked(named('@whole/assertions'))).toEqual(['tests.shadowed packages/new/package.json']);
    expect(await asked(named('unlisted'))).toEqual(['tests.shadowed packages/new/package.json']);
    expect(await asked(named('expect-more'))).toContain('rules.dependencies packages/new/package.json');
  });

  test('a table of names nearer to the tests', async () => {
    const near = JSON.stringify({ imports: { '#near': './soft.js' } });
    expect(await asked({ 'test/package.json': near, 'test/soft.js': loose })).toEqual([
      'tests.shadowed test/package.json',
    ]);
  });
});

describe('what changes nothing for the tests', () => {
  test.each<[string, Files]>([
    ['a source as a folder', { 'src/money/index.js': '', 'src/money.js': null }],
    ['a source as a folder, the old one left', { 'src/money/index.js': '' }],
    ['a source in another dialect', { 'src/money.ts': '' }],
    ['a folder as a file', { 'src/coins.js': '', 'src/coins/index.js': null }],
    ['a module as a package', { 'coin/__init__.py': '', 'coin.py': null }],
    ['a source that tests waited for', { 'src/roman.js': '' }],
    [
      'a package that tests waited for',
      { 'packages/later/package.json': '{ "name": "later" }', 'packages/later/index.js': '' },
    ],
    ['a source of the same name elsewhere', { 'src/same.js': '', 'src/checks.py': '', 'lib/near.js': '' }],
    ['a helper of another name', { 'support/other.js': assertion, 'support/same.test.js': '' }],
    ['a module called like one inside of a package', { 'whole/checkers.py': '' }],
    [
      'a folder that becomes a package',
      { 'helpers/__init__.py': '"""Helpers."""\n\nfrom .same import other\n' },
    ],
    [
      'tests in folders like those of the sources',
      { 'deep/tests/coin/__init__.py': '', 'tests/__init__.py': '', 'tests/coin/__init__.py': '' },
    ],
    ['a source called like a package that is only looked up by TypeScript', { 'support/expect-more.ts': '' }],
    [
      'a package whose other entry changes',
      { 'package.json': manifest({ exports: './src/money.js', version: '2.0.0' }) },
    ],
    [
      'a new name for a file',
      { 'package.json': manifest({ imports: { '#near': './support/near.js', '#money': './src/money.js' } }) },
    ],
  ])('%s', async (_, changes) => expect(await asked(changes)).toEqual([]));

  test('what a person allowed', async () => {
    const { asked: left } = await arranged({ 'support/same.mjs': loose }, ['support/**']);
    expect(left).toEqual([]);
  });
});
