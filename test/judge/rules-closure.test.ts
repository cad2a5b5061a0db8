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

describe('found by other names than paths', () => {
  const test_ = (module: string, name: string) =>
    `import { test } from 'node:test';\nimport { same } from '${module}';\nimport { ${name} } from '../src/${name}.js';\ntest('${name}', () => same(${name}(1), 1));\n`;
  const throwing = 'export const same = (a, b) => { if (a !== b) throw new Error(String(a)); };\n';
  const named = (name: string, more: object = {}) => `${JSON.stringify({ name, ...more })}\n`;
  const base = {
    'package.json': JSON.stringify({
      name: 'top',
      type: 'module',
      main: 'index.js',
      imports: { '#checks': './own/checks.js' },
      dependencies: { linked: 'file:./packages/other-name' },
      jest: { moduleNameMapper: { '^~/(.*)$': '<rootDir>/own/$1' } },
    }),
    'vitest.config.ts':
      "import { resolve } from 'node:path';\nexport default { resolve: { alias: [{ find: '@v', replacement: resolve(__dirname, 'own/v') }] } };\n",
    'index.js': "export { a } from './src/a.js';\n",
    'packages/by-hand/package.json': named('by-hand', { exports: { '.': { import: './dist/main.js' } } }),
    'packages/by-hand/src/main.ts': "export { same } from './deep/same.js';\n",
    'packages/by-hand/src/deep/same.ts': throwing,
    'packages/matchers/package.json': named('@top/matchers'),
    'packages/matchers/index.js': 'export const one = 1;\n',
    'packages/other-name/package.json': named('something'),
    'packages/other-name/sub.js': throwing,
    'packages/money/package.json': named('money'),
    'packages/money/index.js':
      "import assert from 'node:assert';\nexport const money = (n) => { assert.ok(n); return n; };\n",
    'own/checks.js': throwing,
    'own/mapped.js': throwing,
    'own/v/one.js': throwing,
    'src/a.js': 'export const a = (n) => n;\n',
    'src/store.js': 'export const store = (key, n) => n;\n',
    'test/a.test.js': test_('by-hand', 'a'),
    'test/b.test.js': test_('#checks', 'a'),
    'test/c.test.js': test_('linked/sub.js', 'a'),
    'test/d.test.js': test_('~/mapped', 'a'),
    'test/e.test.js': test_('@v/one', 'a'),
    'test/f.test.js': `${test_('by-hand', 'a')}import { one } from '@top/matchers';\n`,
    'test/money.test.js': `
import assert from 'node:assert';
import { test } from 'node:test';
import { money } from 'money';
import { a } from '../src/a.js';
import { store } from '../src/store.js';
test('money', () => {
  store('key', a(1));
  assert.equal(money(a(1)), 1);
});
`,
    'queue/push.js': 'export const push = (queue, n) => { queue.push(n); };\n',
    'queue/pull.js': 'export const pull = (queue, n) => { queue.pop(n); };\n',
    'test/queue.test.js': `
import { test } from 'node:test';
import { a } from '../src/a.js';
import { near } from '../own/mapped.js';
import { push } from '../queue/push.js';
import { pull } from '../queue/pull.js';
const has = (queue, n) => { if (!queue.includes(n)) throw new Error(); };
test('push', () => {
  const queue = [];
  push(queue, a(1));
  near(queue[0], 1);
});
test('pull', () => {
  const queue = [1];
  has(queue, 1);
  pull(queue, a(1));
});
test('both', (t) => {
  pull([], a(1));
  t.assert.equal(a(1), 1);
});
`,
    'libs/checking/pyproject.toml': '[project]\nname = "checking"\n',
    'libs/checking/checking/__init__.py': 'def same(a, b):\n    if a != b:\n        raise ValueError(a)\n',
    'plugins/given.py': 'import pytest\n',
    'support/__init__.py': 'NAME = 1\n',
    'support/near.py': 'def near(a, b): return a == b\n',
    'tests/conftest.py': 'from support.near import near\n\npytest_plugins = ["plugins.given"]\n',
    'pkg/calc.py': 'def add(a, b): return a + b\n',
    'tests/test_calc.py':
      'from checking import same\nfrom pkg.calc import add\n\n\ndef test_add():\n    sum = add(1, 2)\n    same(sum, 3)\n',
  };
  let found: Awaited<ReturnType<typeof arranger>>;
  beforeAll(async () => {
    found = await arranger(base);
  });
  afterAll(() => found.w[Symbol.asyncDispose]());
  const asked = async (path: string) => (await found.arranged({ [path]: 'throw new Error();\n' })).asked;

  test.each([
    ['packages/by-hand/src/main.ts', 'a package by its name, built or not, by which tests check'],
    ['packages/by-hand/src/deep/same.ts', 'what only that gives on'],
    ['packages/matchers/index.js', 'a package that is called so'],
    ['packages/other-name/sub.js', 'a part of a folder that is a dependency'],
    ['own/checks.js', '"imports" of package.json'],
    ['own/mapped.js', 'a table of the runner'],
    ['own/v/one.js', 'a name in a configuration that is a program'],
    ['libs/checking/checking/__init__.py', 'a package of Python'],
    ['plugins/given.py', 'a plugin that conftest.py names'],
    ['support/__init__.py', 'what is loaded with a module in it'],
  ])('%s belongs to the tests: %s', async (path) =>
    expect(await asked(path)).toEqual([`tests.edited ${path}`]),
  );

  test.each([
    ['packages/money/index.js', 'a package that tests test'],
    ['src/a.js', 'what is given to the others'],
    ['queue/push.js', 'what is called for its effect, before a check'],
    ['queue/pull.js', 'what is called for its effect, beside functions of the test itself'],
    ['src/store.js', 'what is called for its effect, beside assertions'],
    ['pkg/calc.py', 'a module that tests test'],
  ])('%s is the work itself: %s', async (path) => expect(await asked(path)).toEqual([]));
});
