import { describe, expect, test } from 'vitest';
import type { Planted } from '../../../src/judge/probe/plan.ts';
import { plantFor } from '../../../src/judge/probe/plant.ts';
import { readProbe } from '../../../src/judge/probe/probed.ts';
import { watchFor } from '../../../src/judge/probe/watch.ts';
import { type CheckRunOptions, checkRun, hasReal, real, without } from '../runners/check-run.ts';

type Texts = Readonly<Record<string, string>>;
const word = 'p0123456789abcdef';

/** Plants in these files, runs the check, and tells for each: how the plants came out, what was silent or replaced. */
async function probe(
  runner: string,
  beds: Texts,
  more: Texts,
  command: string,
  options: CheckRunOptions = {},
) {
  const files: Record<string, string> = { ...more };
  const planted = Object.entries(beds).map(([file, text], at): Planted => {
    const id = `${word}000${at}`;
    const titles = [...text.matchAll(/\b(test_\w+)/g)].map(([, name]) => name ?? '');
    const planting = plantFor(runner)?.({ file, text, titles }, { id, word });
    files[file] = planting !== undefined && 'append' in planting ? `${text}${planting.append}` : text;
    if (planting !== undefined && 'beside' in planting) files[planting.beside] = planting.text;
    return { file, origin: file, runner, id, titles: [], checks: ['unit'], mayExit: false, red: [] };
  });
  const seen = await checkRun(files, command, { ...options, watch: watchFor(word) });
  const plan = { tree: '', word, planted, leftOut: [] };
  const [check] = readProbe('', plan, { tree: '', checks: [seen] }).checks;
  const lines = (check?.files ?? []).map(({ file, outcome, watched }) => {
    const silent = watched.flatMap((one) => one.silent);
    const replaced = watched.flatMap((one) => one.run).filter(({ by }) => by.startsWith('src'));
    const names = [...new Set([...silent, ...replaced.map(({ name, by }) => `${name} by ${by}`)])].sort();
    return [file, outcome, ...names].join(' ');
  });
  return lines.length > 0 && check?.trouble === undefined ? lines : [seen.trouble ?? '', seen.output];
}

const cjs = "const assert = require('assert');\nassert.equal = () => {};\nDate.now = () => 5;\n";
const esm = "import assert from 'node:assert';\nassert.equal = () => {};\nDate.now = () => 5;\n";
const cheated = 'passes Date.now by src.js assert.equal assert.equal by src.js';

test('node:test, in modules, in CommonJS, and where a file tells neither', async () => {
  const beds = {
    'a.test.mjs': "import test from 'node:test';\nimport './src.js';\ntest('x', () => {});",
    'b.test.cjs':
      "const { test } = require('node:test');\nconst text = `\nimport x from 'y';`;\ntest('x', () => text) // end",
    'c.test.js':
      "const { test } = await import('node:test');\ntest.describe('d', () => test.it('x', async () => {}));\n",
    'd.test.cjs': "const { test } = require('node:test');\nrequire('./src.cjs');\ntest('x', () => {});",
  };
  const more = { 'package.json': '{"type":"module"}', 'src.js': esm, 'src.cjs': cjs };
  expect(await probe('node-test', beds, more, 'node --test')).toEqual([
    `a.test.mjs ${cheated}`,
    'b.test.cjs fails',
    'c.test.js fails',
    `d.test.cjs ${cheated.replaceAll('src.js', 'src.cjs')}`,
  ]);
});

const strips = Number.parseInt(process.versions.node, 10) >= 22;
test.skipIf(!strips)(
  `node:test on TypeScript${strips ? '' : ' (skipped: this Node does not strip types)'}`,
  async () => {
    const beds = {
      'a.test.ts': "import { test } from 'node:test';\ntest('x', (): void => {});\nexport {};",
    };
    const command = 'node --experimental-strip-types --test a.test.ts';
    expect(await probe('node-test', beds, { 'package.json': '{}' }, command)).toEqual(['a.test.ts fails']);
  },
);

describe.skipIf(!hasReal)(`real runners from npm${without}`, () => {
  const outside = { fence: 'none', modules: real } as const;

  test('jest: globals, imported ones, fake timers left on, matchers of the project’s own', async () => {
    const beds = {
      'a.test.js': "describe('d', () => test('x', () => { jest.useFakeTimers(); expect(1).toBe(1); }));",
      'b.test.js':
        "const { it, expect } = require('@jest/globals');\nrequire('./src.js');\nit('x', () => expect(1).toBe(1));",
      'c.test.js': "require('./soft.js');\ntest('x', () => expect(1).toBe(1));",
    };
    const soft = 'expect.extend({ toBe: () => ({ pass: true }) });\n';
    // What one file does to modules of Node reaches the next ones of its process; globals are each file's own.
    const more = { 'package.json': '{}', 'src.js': 'Date.now = () => 5;\n', 'soft.js': soft };
    expect(await probe('jest', beds, more, 'npx jest -i', outside)).toEqual([
      'a.test.js fails',
      'b.test.js fails Date.now by src.js',
      'c.test.js passes expect.toBe',
    ]);
  });

  test('vitest: imported under other names, and as globals', async () => {
    const beds = {
      'a.test.ts':
        "import { it as spec, expect as e, vi } from 'vitest';\nspec('x', () => { e(1 as number).toBe(1); vi.useFakeTimers(); });",
      'b.test.js': "import './src.js';\ntest('x', () => expect(1).toBe(1));",
    };
    const more = { 'package.json': '{"type":"module"}', 'src.js': esm };
    expect(await probe('vitest', beds, more, 'npx vitest run --globals', outside)).toEqual([
      'a.test.ts fails',
      `b.test.js ${cheated}`,
    ]);
  });

  test('mocha: after the suites of the file, under each interface', async () => {
    const lazy = "const assert = require('assert');\nmodule.exports = () => { assert.equal = () => {}; };\n";
    const more = { 'package.json': '{}', 'src.js': lazy };
    const bdd = {
      'test/a.js': "const f = require('../src.js');\ndescribe('d', () => it('x', () => f()));\n",
    };
    expect(await probe('mocha', bdd, more, 'npx mocha', outside)).toEqual([
      'test/a.js passes assert.equal assert.equal by src.js',
    ]);
    const tdd = { 'test/a.mjs': "suite('d', () => test('x', () => {}));" };
    expect(await probe('mocha', tdd, more, 'npx mocha --ui tdd test/a.mjs', outside)).toEqual([
      'test/a.mjs fails',
    ]);
  });

  test('ava: in modules and in CommonJS', async () => {
    const beds = {
      'test/a.js': "import test from 'ava';\ntest('x', (t) => t.pass());",
      'test/b.cjs': "const test = require('ava');\ntest('x', (t) => t.pass());",
    };
    const ava = { extensions: ['cjs', 'js'], files: ['test/*'] };
    const more = {
      'package.json': JSON.stringify({
        type: 'module',
        ava: { ...ava, extensions: { js: true, cjs: true } },
      }),
    };
    expect(await probe('ava', beds, more, 'npx ava', outside)).toEqual([
      'test/a.js fails',
      'test/b.cjs fails',
    ]);
  });
});
