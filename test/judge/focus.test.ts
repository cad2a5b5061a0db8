import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Tree } from '../../src/workspace/trees.ts';
import {
  accepted,
  calc,
  codes,
  type Files,
  multiply,
  refused,
  trivialTest,
  type World,
  world,
} from './world.ts';

const signal = new AbortController().signal;
const twin: Files = { 'test/twin.test.js': trivialTest('twin') };
const mulCase =
  "import * as all from '../src/calc.js';\ntest('multiplies', () => assert.equal(all.mul(2, 3), 6));\n";

let w: World;
beforeAll(async () => {
  w = await world({ ...calc, ...twin, 'test/support/six.js': 'export const six = 6;\n' });
  await w.judge().base(w.base, signal);
});
afterAll(() => w[Symbol.asyncDispose]());

/** The files below test/ of each tree that the ruling ran as a proof, in order. */
async function seenTests(of: World, rule: () => Promise<unknown>): Promise<readonly (readonly string[])[]> {
  const before = of.runs.length;
  await rule();
  const names = async (tree: Tree) =>
    (await of.repo.trees.list(tree))
      .map(({ path }) => path)
      .filter((path) => path.startsWith('test/'))
      .sort();
  return Promise.all(of.runs.slice(before).map(names));
}
const all = ['test/calc.test.js', 'test/mul.test.js', 'test/support/six.js', 'test/twin.test.js'];
const narrow = ['test/mul.test.js', 'test/support/six.js'];

test('the proof runs the new tests alone: once more green, and red twice; helpers stay', async () => {
  const seen = await seenTests(w, async () => accepted(await w.rule(multiply)));
  expect(seen.filter((names) => names.length < all.length)).toEqual([narrow, narrow, narrow]);
});

test('a new test that is green on the base is refused after one look at it there', async () => {
  const seen = await seenTests(w, async () =>
    expect(codes(await w.rule({ ...multiply, 'test/mul.test.js': trivialTest() }))).toEqual([
      'proof.already-green',
    ]),
  );
  expect(seen).toEqual([all, narrow, narrow]);
});

test('a command that names its files is not run on a part of them', async () => {
  const named = { checks: [{ name: 'unit', command: 'node --test test/calc.test.js test/twin.test.js' }] };
  await using old = await world({ ...calc, ...twin }, named);
  const changes = {
    'src/calc.js': `${multiply['src/calc.js']}`,
    'test/calc.test.js': `${calc['test/calc.test.js']}${mulCase}`,
  };
  expect(accepted(await old.rule(changes)).proof.turned).toEqual(['test/calc.test.js › multiplies']);
  expect(codes(await old.rule({ ...changes, 'src/calc.js': `${calc['src/calc.js']}// mul\n` }))).toContain(
    'tests.new-failing',
  );
});

test('a new test that loads another test file is seen with all of them', async () => {
  const loads = `import './twin.test.js';\n${multiply['test/mul.test.js']}`;
  const { proof } = accepted(await w.rule({ ...multiply, 'test/mul.test.js': loads }));
  expect(proof.turned).toContain('test/mul.test.js › multiplies');
});

test('a check that is red on the base for want of tests has shown none to be red', async () => {
  const finds = 'node --test $(test -e src/found.js && echo test/mul.test.js || echo test/none.test.js)';
  await using old = await world(
    { ...calc, ...twin },
    { checks: [{ name: 'unit', command: `node --test test/calc.test.js && ${finds}` }] },
  );
  const changes = { ...multiply, 'src/found.js': '// here\n', 'test/mul.test.js': trivialTest() };
  expect(codes(await old.rule(changes))).toEqual(['proof.missing']);
});

// Looks at it: 0 with the work, 1 alone with it, then 2 and 3 without it; where 1 fails, 2 and 3 with all the others.
test.each([
  ['passes in one of two looks at the base', 'n !== 2'],
  ['fails now and then with the work too', 'n === 0 || n === 2'],
])('a new test of chance that %s is no proof', async (_, passes) => {
  const folder = await mkdtemp(join(tmpdir(), 'chance-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = JSON.stringify(join(folder, 'n'));
  await writeFile(join(folder, 'n'), '');
  const chance =
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { appendFileSync, readFileSync } from 'node:fs';\n" +
    `const n = readFileSync(${file}, 'utf8').length;\nappendFileSync(${file}, '.');\ntest('chance', () => assert.ok(${passes}));\n`;
  await using open = await world({ ...calc, ...twin }, undefined, 'none');
  const changes = { 'src/x.js': 'export const x = 1;\n', 'test/chance.test.js': chance };
  const { reasons } = refused(await open.rule(changes));
  expect(reasons).toMatchObject([{ code: 'proof.unsteady', tests: ['test/chance.test.js › chance'] }]);
});
