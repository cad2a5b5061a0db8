import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { accepted, calc, codes, type Files, multiply, refused, type World, world } from './world.ts';

const exec = promisify(execFile);
const hasPytest = await exec('python3', ['-m', 'pytest', '--version']).then(
  () => true,
  () => false,
);

const checks = [{ name: 'unit', command: 'node --test' }];
let w: World;
beforeAll(async () => {
  w = await world({ ...calc, ...old }, { checks, mutants: { most: 5 } });
});
afterAll(() => w[Symbol.asyncDispose]());

/** Modules of the base that some stories change. */
const old: Files = {
  'src/cart.js':
    'export class Cart {\n  #prices = [];\n  add(price) {\n    console.log(price);\n    this.#prices.push(price);\n  }\n}\n',
  'src/legacy.cjs': "exports.shout = (text) => text.toUpperCase() + '!';\n",
};
const head = "import test from 'node:test';\nimport assert from 'node:assert';\n";
const adds = `${calc['src/calc.js']}`;
const about = (what: string, body: string): string => `${head}${what}\n${body}\n`;

describe('refused', () => {
  test.each<[string, Files]>([
    [
      'a stub, a test that says that true is true, one of a double it made itself, beside data that nobody reads',
      {
        'src/stub.js': 'export function stub() {}\n',
        'test/stub.test.js': about(
          "import * as all from '../src/stub.js';",
          "test('is there', () => assert.equal(typeof all.stub, 'function'));",
        ),
        'src/calc.js': `${multiply['src/calc.js']}`,
        'test/mul.test.js': about(
          "import { mul } from '../src/calc.js';",
          "test('multiplies', () => { mul(2, 3); assert.equal(true, true); });",
        ),
        'src/mail.js': 'export async function send(to, fetch) {\n  return (await fetch(to)).ok;\n}\n',
        'test/mail.test.js': about(
          "import { mock } from 'node:test';\nimport * as mail from '../src/mail.js';",
          "test('sends', async () => { assert.ok(mail.send); const send = mock.fn(async () => true); assert.equal(await send('a'), true); assert.equal(send.mock.callCount(), 1); });",
        ),
        'notes.json': '{"a": 1}\n',
      },
    ],
    [
      'an empty class that only has to be there',
      {
        'src/stack.js': 'export class Stack {}\n',
        'test/stack.test.js': about(
          "import { Stack } from '../src/stack.js';",
          "test('is a stack', () => assert.ok(new Stack()));",
        ),
      },
    ],
    [
      'another name for what was there, and a test that looks only whether it is there',
      {
        'src/index.js': "export { add as sum } from './calc.js';\n",
        'test/index.test.js': about(
          "import * as all from '../src/index.js';",
          "test('sums', () => assert.ok('sum' in all));",
        ),
      },
    ],
  ])('%s', async (_, changes) => {
    const verdict = refused(await w.rule(changes));
    expect(verdict.reasons).toMatchObject([{ code: 'proof.toothless' }]);
  });
});

describe('accepted', () => {
  test.each<[string, Files]>([
    [
      'a function, a program that the test starts, a method, CommonJS, and another name for something composed',
      {
        ...multiply,
        'bin/mul.js':
          "#!/usr/bin/env node\nimport { argv } from 'node:process';\nconst [a, b] = argv.slice(2).map(Number);\nconst say = () => console.log(String(a * b));\nsay();\n",
        'test/cli.test.js': about(
          "import { execFileSync } from 'node:child_process';",
          "test('multiplies', () => assert.equal(execFileSync(process.execPath, ['bin/mul.js', '2', '3'], { encoding: 'utf8' }), '6\\n'));",
        ),
        'src/cart.js': `${old['src/cart.js']}`.replace(
          /\}\n$/,
          '  get size() {\n    return this.#prices.length;\n  }\n}\n',
        ),
        'test/cart.test.js': about(
          "import { Cart } from '../src/cart.js';",
          "test('counts', () => { const cart = new Cart(); cart.add(1); assert.equal(cart.size, 1); });",
        ),
        'src/legacy.cjs': "exports.shout = (text) => String(text ?? '').toUpperCase() + '!';\n",
        'test/legacy.test.cjs':
          "const test = require('node:test');\nconst assert = require('node:assert');\nconst { shout } = require('../src/legacy.cjs');\ntest('survives nothing', () => assert.equal(shout(undefined), '!'));\n",
        'src/double.js':
          "import { add } from './calc.js';\nconst twice = (f) => (x) => f(x, x);\nexport const double = twice(add);\n",
        'src/index.js': "export { double as twofold } from './double.js';\n",
        'test/double.test.js': about(
          "import { twofold } from '../src/index.js';",
          "test('doubles', () => assert.equal(twofold(4), 8));",
        ),
      },
    ],
    [
      'a line taken away, and an error that is caught now',
      {
        'src/cart.js': `${old['src/cart.js']}`.replace('    console.log(price);\n', ''),
        'test/cart.test.js': about(
          "import { mock } from 'node:test';\nimport { Cart } from '../src/cart.js';",
          "test('is silent', () => { const log = mock.method(console, 'log', () => {}); new Cart().add(1); assert.equal(log.mock.callCount(), 0); });",
        ),
        'src/read.js':
          'export function read(text) {\n  try {\n    return JSON.parse(text);\n  } catch {\n    return undefined;\n  }\n}\n',
        'test/read.test.js': about(
          "import { read } from '../src/read.js';",
          "test('does not throw', () => assert.doesNotThrow(() => read('{')));",
        ),
      },
    ],
    [
      'a table of data in a program',
      {
        'src/planets.js': `export const planets = [\n${['Mercury', 'Venus', 'Earth', 'Mars', 'Jupiter'].map((name, at) => `  { name: '${name}', at: ${at + 1} },`).join('\n')}\n];\n`,
        'test/planets.test.js': about(
          "import { planets } from '../src/planets.js';",
          "test('the last is far', () => assert.equal(planets.at(-1).name, 'Jupiter'));",
        ),
      },
    ],
  ])('%s', async (_, changes) => {
    const verdict = accepted(await w.rule(changes));
    expect(verdict.notes).toEqual([]);
    const files = Object.keys(changes).filter((path) => path.startsWith('test/'));
    expect(new Set(verdict.proof.turned.map((name) => name.split(' › ')[0]))).toEqual(new Set(files));
  });
});

const stub: Files = {
  'src/calc.js': `${adds}export function mul() {}\n`,
  'test/mul.test.js': about(
    "import * as calc from '../src/calc.js';",
    "test('is there', () => assert.equal(typeof calc.mul, 'function'));",
  ),
};

test('the proof names only the tests that noticed something; the reason says where nobody did', async () => {
  const both = `${multiply['test/mul.test.js']}test('is there', () => assert.equal(typeof mul, 'function'));\n`;
  const { proof } = accepted(await w.rule({ ...multiply, 'test/mul.test.js': both }));
  expect(proof.turned).toEqual(['test/mul.test.js › multiplies']);
  const [reason] = refused(await w.rule(stub)).reasons;
  expect(reason).toMatchObject({ code: 'proof.toothless', tests: ['test/mul.test.js › is there'] });
  expect(reason?.text).toMatch(
    /^The new tests still pass when .* damaged \(src\/calc\.js line 2: gives back a value\)\. Let/,
  );
});

test('evidence counts what was tried', async () => {
  await w.rule(stub, { session: 70 });
  const [file] = (await w.evidence()).filter(({ name }) => name.startsWith('F001-70-'));
  expect(JSON.parse(file?.text ?? '').mutants).toMatchObject({ made: 1, run: 1, noticed: 0, timeUp: false });
});

test('a change that cannot be damaged is told, not refused', async () => {
  const page = {
    'page.html': '<h1>Sums</h1>\n',
    'test/page.test.js': about(
      "import { readFileSync } from 'node:fs';",
      "test('has a title', () => assert.match(readFileSync('page.html', 'utf8'), /Sums/));",
    ),
  };
  expect(accepted(await w.rule(page)).notes).toEqual([
    'Whether the new tests notice damaged code was not seen: page.html cannot be damaged.',
  ]);
});

test('a verify command that runs tests of the candidate must notice too; one of the plan alone is told', async () => {
  const verify = 'node --test test/mul.test.js';
  const feature = { proof: 'command', verify } as const;
  expect(codes(await w.rule(stub, { feature }))).toEqual(['proof.toothless']);
  expect(accepted(await w.rule(multiply, { feature })).notes).toEqual([]);
  const loose = { proof: 'command', verify: 'grep -q mul src/calc.js' } as const;
  const { notes } = accepted(await w.rule({ 'src/calc.js': `${stub['src/calc.js']}` }, { feature: loose }));
  expect(notes).toEqual([expect.stringMatching(/^The verify command still passes when /)]);
});

test('without time for any of them, that is told', async () => {
  await using hurried = await world(calc, { checks, mutants: { time: '1ms' } });
  expect(accepted(await hurried.rule(stub)).notes).toEqual([
    'Whether the new tests notice damaged code was not seen: there was no time.',
  ]);
});

test('switched off, or with a test of the base that turned, nothing is damaged', async () => {
  const spec = { 'test/mul.test.js': `${multiply['test/mul.test.js']}` };
  await using red = await world({ ...calc, ...spec }, { checks, mutants: {} });
  await red.judge().base(red.base, new AbortController().signal);
  const before = red.runs.length;
  accepted(await red.rule({ 'src/calc.js': `${multiply['src/calc.js']}` }));
  const onlyKnown = red.runs.length - before;
  await using off = await world(calc, { checks, mutants: { enabled: false } });
  accepted(await off.rule(stub));
  // The base twice, the candidate, the new test once more, and twice on the base.
  expect(off.runs.length).toBe(2 + onlyKnown + 3);
});

test('TypeScript, with a runner that knows types', async () => {
  const bin = join(packageRoot(), 'node_modules/.bin/vitest');
  await using ts = await world(
    {
      'package.json': JSON.stringify({ type: 'module', scripts: { test: `${bin} run --globals` } }),
      'src/old.ts': 'export const old = 1;\n',
      'src/old.test.ts': `import { old } from './old.ts';\ntest('old', () => expect(old).toBe(1));\n`,
    },
    { checks: [{ name: 'unit', command: 'npm test' }], mutants: { most: 3 } },
    'none',
  );
  const slug = (body: string) => ({
    'src/slug.ts':
      'export interface Options {\n  readonly by?: string;\n}\nexport function slug(text: string, { by = "-" }: Options = {}): string {\n  return text.split(" ").join(by);\n}\n',
    'src/slug.test.ts': `import { slug } from './slug.ts';\ntest('slug', () => ${body});\n`,
  });
  expect(accepted(await ts.rule(slug("expect(slug('a b')).toBe('a-b')"))).notes).toEqual([]);
  expect(codes(await ts.rule(slug('expect(slug).toBeTypeOf("function")')))).toEqual(['proof.toothless']);
}, 120_000);

test.skipIf(!hasPytest)(
  `Python${hasPytest ? '' : ' (skipped: `python3 -m pytest` is not there)'}`,
  async () => {
    await using py = await world(
      {
        'shop/__init__.py': '',
        'shop/old.py': 'OLD = 1\n',
        'tests/test_old.py': 'from shop.old import OLD\n\n\ndef test_old():\n    assert OLD == 1\n',
      },
      { checks: [{ name: 'unit', command: 'python3 -m pytest -q' }], mutants: { most: 3 } },
    );
    const cart = (body: string) => ({
      'shop/cart.py':
        'class Cart:\n    """Holds prices."""\n\n    def __init__(self):\n        self.prices = []\n\n    def add(self, price):\n        self.prices.append(price)\n\n    def total(self):\n        return sum(self.prices)\n',
      'tests/test_cart.py': `from shop.cart import Cart\n\n\ndef test_cart():\n    cart = Cart()\n    ${body}\n`,
    });
    expect(accepted(await py.rule(cart('cart.add(2); assert cart.total() == 2'))).notes).toEqual([]);
    expect(codes(await py.rule(cart('assert callable(cart.add)')))).toEqual(['proof.toothless']);
  },
  120_000,
);
