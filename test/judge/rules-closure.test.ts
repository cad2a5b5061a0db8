import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arranger } from './arranged.ts';

/** Files that are called like sources; whether they are is told by who loads them. */
const files = {
  'package.json': JSON.stringify({
    type: 'module',
    main: './src/index.js',
    scripts: { test: 'node --import ./hooks/first.js --test', release: 'node scripts/release.js' },
    jest: { setupFiles: ['<rootDir>/env/polyfill.js'], testEnvironment: './env/browser' },
  }),
  'feature-list.json': JSON.stringify({
    version: 1,
    spec: 's',
    features: [
      'node verify/f001.mjs',
      'node src/main.js --version',
      'node scripts/release.js --dry',
      'node smoke.mjs',
    ].map((verify, at) => ({ id: `F00${at + 1}`, title: 't', proof: 'command', verify, passes: false })),
  }),
  'vitest.config.ts':
    "import { shared } from './vitest.shared.ts';\nexport default { test: { ...shared, globalSetup: ['./env/global.ts'], alias: { x: './src/x.js' } } };\n",
  'vitest.shared.ts': 'export const shared = { bail: 1 };\n',
  '.mocharc.yml': 'require:\n  - ./env/mocha.cjs\nspec: check.js\n',
  'pytest.ini': '[pytest]\naddopts = -p tools.plugin\n',
  'hooks/first.js': 'globalThis.first = 1;\n',
  'env/polyfill.js': '',
  'env/browser.js': '',
  'env/global.ts': '',
  'env/mocha.cjs': '',
  'tools/plugin.py': '',
  'src/index.js': "import assert from 'node:assert';\nexport const f = () => assert.ok(1);\n",
  'src/main.js': "import { g } from './deep.js';\ng();\n",
  'src/deep.js': 'export const g = () => 1;\n',
  'src/x.js': '',
  'src/data.js':
    "import { readFileSync } from 'node:fs';\nexport const all = readFileSync(new URL('../data/all.json', import.meta.url));\n",
  'src/helpers/format.js': 'export const format = String;\n',
  'src/test-utils.js': 'export const server = 1;\n',
  'src/fakes.js': "import { vi } from 'vitest';\nexport const fake = vi.fn();\n",
  'support/near.js':
    "import { eps } from './eps.js';\nexport const near = (a, b) => Math.abs(a - b) < eps;\n",
  'support/eps.js': 'export const eps = 1;\n',
  'support/used.js': "import '../src/deep.js';\n",
  'lib/uses.js': "import '../support/used.js';\n",
  'data/all.json': '[]',
  'results/one.json': '[]',
  'README.md': '# a\n',
  'verify/f001.mjs': '',
  'scripts/release.js': '',
  'vendor/assert/assert.go': 'package assert\n',
  'smoke.mjs': "import assert from 'node:assert';\n",
  'pkg/calc.py': 'def add(a, b): return a + b\n',
  'pkg/testing.py': 'def make(): return 1\n',
  'a/calc.test.js': `
import { f } from '../src/index.js';
import { format } from '../src/helpers/format.js';
import { server } from '../src/test-utils.js';
import { fake } from '../src/fakes.js';
import { near } from '../support/near.js';
import '../support/used.js';
import { readFileSync } from 'node:fs';
const one = readFileSync(new URL('../results/one.json', import.meta.url));
const all = readFileSync('data/all.json');
const readme = readFileSync('README.md');
`,
  'tests/test_calc.py': 'from pkg.calc import add\nfrom pkg.testing import make\n',
};

let arranged: Awaited<ReturnType<typeof arranger>>['arranged'];
let close = async () => {};
beforeAll(async () => {
  const opened = await arranger(files);
  arranged = opened.arranged;
  close = () => opened.w[Symbol.asyncDispose]();
});
afterAll(() => close());

const askedFor = async (path: string) => (await arranged({ [path]: 'throw new Error();\n' })).asked;

describe('belongs to the tests', () => {
  test.each([
    ['support/near.js', 'what only tests load, in a folder for it'],
    ['support/eps.js', 'what only that loads'],
    ['src/test-utils.js', 'what is called so, among sources'],
    ['src/fakes.js', 'what takes a library for tests'],
    ['pkg/testing.py', 'the same in Python'],
    ['results/one.json', 'data that a test names and no source does'],
  ])('%s: %s', async (path) => expect(await askedFor(path)).toEqual([`tests.edited ${path}`]));
});

describe('belongs to the rules', () => {
  test.each([
    ['hooks/first.js', 'a flag of the test script loads it'],
    ['env/polyfill.js', 'a key of package.json names it'],
    ['env/browser.js', 'so it does without its ending'],
    ['env/global.ts', 'a key of a configuration file names it'],
    ['env/mocha.cjs', 'a list in YAML names it'],
    ['tools/plugin.py', 'an option in an INI file names it as a module'],
    ['vitest.shared.ts', 'only configuration loads it'],
    ['verify/f001.mjs', 'a verify command starts it, and it is called so'],
    ['smoke.mjs', 'a verify command starts it, and it asserts'],
    ['vendor/assert/assert.go', "it is a copy of somebody else's package"],
  ])('%s: %s', async (path) => expect(await askedFor(path)).toEqual([`rules.edited ${path}`]));
});

describe('is the work itself', () => {
  test.each([
    ['src/index.js', 'a library that only its tests load, with an assertion in it'],
    ['src/main.js', 'a program that a verify command starts'],
    ['src/deep.js', 'a source that a helper loads too'],
    ['src/x.js', 'what configuration names under another key'],
    ['src/helpers/format.js', 'a source in a folder of helpers among sources'],
    ['support/used.js', 'what a source loads too'],
    ['data/all.json', 'data that a source names too'],
    ['README.md', 'prose that a test reads'],
    ['scripts/release.js', 'a script of the project that a verify command starts'],
    ['pkg/calc.py', 'a module that only tests load'],
  ])('%s: %s', async (path) => expect(await askedFor(path)).toEqual([]));
});

test('what belongs to the tests may grow, and then counts for new tests alone', async () => {
  const grown = `${files['support/near.js']}export const six = 6;\n`;
  const { asked, text } = await arranged({ 'support/near.js': grown });
  expect(asked).toEqual([]);
  expect(await text('judged', 'support/near.js')).toBe(files['support/near.js']);
  expect(await text('proving', 'support/near.js')).toBe(grown);
});
