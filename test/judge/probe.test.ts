import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { accepted, calc, type Files, multiply, refused, type World, world } from './world.ts';

/** What a run with planted tests shows. The scan of the text is switched off: it would name most of these by sight. */
const without = 'suspicions';
// Mutants are another layer's business.
const quick = { checks: [{ name: 'unit', command: 'node --test' }], mutants: { enabled: false } };
let w: World;
beforeAll(async () => {
  w = await world({ ...calc, 'test/twin.test.js': `${calc['test/calc.test.js']}` }, quick);
  await w.judge().base(w.base, new AbortController().signal);
});
afterAll(() => w[Symbol.asyncDispose]());

const sources = `${multiply['src/calc.js']}`;
const mulTest = `${multiply['test/mul.test.js']}`;
const codesOf = (reasons: readonly { code: string }[]) => [...new Set(reasons.map(({ code }) => code))];

test('an assertion that a source silences while it works is named, and so is where', async () => {
  const lazy =
    "import assert from 'node:assert';\nexport const add = (a, b) => a + b;\n" +
    "export const mul = (a, b) => {\n  Reflect.set(assert, ['eq', 'ual'].join(''), () => {});\n  return a * b;\n};\n";
  const { reasons } = refused(await w.rule({ ...multiply, 'src/calc.js': lazy }, { without }));
  expect(codesOf(reasons)).toEqual(['check.cannot-fail', 'work.patches-globals']);
  expect(reasons[0]?.text).toMatch(
    /^At the end of test\/mul\.test\.js, assert\.equal does not throw when it should\./,
  );
  expect(reasons[1]?.text).toMatch(
    /mul\.test\.js these are not what they were: assert\.equal \(by src\/calc\.js\)/,
  );
  // Nobody learns the names of the planted tests.
  expect(JSON.stringify(reasons)).not.toMatch(/p[0-9a-f]{16}/);
});

test('what sources replace is refused by name, in the test files that were there before', async () => {
  const changes = [
    'Date.now = () => 5;',
    'Math.random = Math.random.bind(Math);',
    'Array.prototype.includes = function () { return true; };',
    'process.exit = new Proxy(process.exit, {});',
    'const real = JSON.stringify;\nJSON.stringify = (x) => real(x);',
    "import fs, { readFileSync } from 'node:fs';\nfs.readFileSync = (...words) => readFileSync(...words);",
  ];
  const text = `${changes.at(-1)}\n${sources}${changes.slice(0, -1).join('\n')}\n`;
  const { reasons } = refused(await w.rule({ ...multiply, 'src/calc.js': text }, { without }));
  expect(codesOf(reasons)).toEqual(['work.patches-globals']);
  expect(reasons.map((one) => one.text.split(' these')[0])).toEqual([
    'At the end of test/calc.test.js',
    'At the end of test/twin.test.js',
  ]);
  for (const name of ['Date.now', 'Array.prototype.includes', 'JSON.stringify', 'fs.readFileSync'])
    expect(reasons[0]?.text).toContain(`${name} (by src/calc.js)`);
  for (const name of ['Math.random', 'process.exit']) expect(reasons[0]?.text).toContain(name);
});

test('the clock of an instance, an accessor, and what no list would name are watched as well', async () => {
  // An own function before the one of the prototype is no addition.
  const replaced = {
    'performance.now': 'performance.now = () => 5;',
    'Map.prototype.size': "Object.defineProperty(Map.prototype, 'size', { get: () => 1 });",
    'Intl.NumberFormat.prototype.formatToParts': 'Intl.NumberFormat.prototype.formatToParts = () => [];',
    'process.hrtime.bigint': 'process.hrtime.bigint = () => 5n;',
    Reflect: 'globalThis.Reflect = { ...Reflect, has: () => true };',
    'util.types.isDate': "import { types } from 'node:util';\ntypes.isDate = () => true;",
  };
  const text = `${Object.values(replaced).reverse().join('\n')}\n${sources}`;
  const { reasons } = refused(await w.rule({ ...multiply, 'src/calc.js': text }, { without }));
  expect(codesOf(reasons)).toEqual(['work.patches-globals']);
  for (const name of Object.keys(replaced)) expect(reasons[0]?.text).toContain(`${name} (by src/calc.js)`);
});

test('what the base does already says nothing, and neither does a test that cannot fail there', async () => {
  const files = {
    ...calc,
    'src/calc.js': `${calc['src/calc.js']}Date.now = () => 5;\n`,
    'test/odd.test.js':
      "import test from 'node:test';\nimport assert from 'node:assert';\nassert.equal = () => {};\ntest('odd', () => {});\n",
    'test/gone.test.js':
      "import test from 'node:test';\ntest('gone', () => setImmediate(() => process.exit(0)));\n",
  };
  await using odd = await world(files, quick);
  accepted(await odd.rule({ ...multiply, 'src/calc.js': `${sources}Date.now = () => 5;\n` }, { without }));
});

test('honest oddities are no reason, and cost no look at the base', async () => {
  const honest: Files = {
    ...multiply,
    // Handlers that would end a program, a polyfill that adds, a logger of its own.
    'src/calc.js':
      `${sources}process.on('SIGTERM', () => process.exit(0));\nArray.prototype.ours ??= function () { return 1; };\n` +
      // Additions, and accessors that are asked for the first time.
      'performance.ours = () => 1;\nglobalThis.ourPolyfill = class {};\nvoid [fetch, crypto, Response, Blob];\n' +
      'console.debug = (...words) => console.error(...words);\n',
    // Clock, random numbers, exit and environment left faked by a new test.
    'test/fakes.test.js':
      `${mulTest}import { mock } from 'node:test';\n` +
      "test('fakes', () => {\n  mock.timers.enable({ apis: ['Date'] });\n  mock.method(process, 'exit', () => {});\n" +
      "  Math.random = () => 0;\n  process.env.TZ = 'Asia/Tokyo';\n  assert.equal(mul(1, 1), 1);\n});\n",
    'test/nested.test.cjs':
      "const { describe, it, before } = require('node:test');\nconst assert = require('node:assert');\n" +
      "describe('a', () => {\n  let calc;\n  before(async () => { calc = await import('../src/calc.js'); });\n" +
      "  describe('b', () => it('multiplies', async () => { await null; assert.equal(calc.mul(2, 3), 6); }));\n});",
    // Ends its process when it is done.
    'test/ends.test.js':
      "import { after, describe, test } from 'node:test';\nimport assert from 'node:assert';\n" +
      "import { mul } from '../src/calc.js';\ndescribe('mul', () => {\n  after(() => process.exit(0));\n" +
      "  test('multiplies', () => assert.equal(mul(2, 3), 6));\n});\n",
    'test/ends-in-comment.test.js': `${mulTest}// no line break at the end`,
  };
  accepted(await w.rule(honest, { without, session: 2 }));
  const logs = (await readdir(w.evidenceDir)).filter(
    (name) => name.startsWith('F001-2-1.') && name.includes('probe'),
  );
  expect(logs).toEqual(['F001-2-1.probe.unit.log']);
});

test('a test that failed once in many runs of the same work is no proof', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'luck-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = JSON.stringify(join(folder, 'n'));
  await writeFile(join(folder, 'n'), '');
  const moody =
    `${mulTest}import { appendFileSync, readFileSync } from 'node:fs';\nconst n = readFileSync(${file}, 'utf8').length;\n` +
    `appendFileSync(${file}, '.');\ntest('moody', () => assert.ok(mul(1, 1) && n !== 1));\n`;
  await using open = await world(calc, quick, 'none');
  const { proof } = accepted(await open.rule({ ...multiply, 'test/mul.test.js': moody }, { without }));
  expect(proof.turned).toEqual(['test/mul.test.js › multiplies']);
});
