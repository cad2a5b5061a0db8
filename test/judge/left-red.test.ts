import { afterAll, beforeAll, expect, test } from 'vitest';
import { accepted, calc, type Files, refused, type World, world } from './world.ts';

/** Given tests of which some are left red. */
const only = ['rules', 'checks', 'ratchet', 'delivered', 'proof', 'whole'];
let w: World;
beforeAll(async () => {
  w = await world(calc);
});
afterAll(() => w[Symbol.asyncDispose]());

const head = (names: string) =>
  `import test from 'node:test';\nimport assert from 'node:assert';\nimport { ${names} } from '../src/calc.js';\n`;
const given = `${head('mul')}test('multiplies', () => assert.equal(mul(2, 3), 6));\ntest('by zero', () => assert.equal(mul(2, 0), 0));\n`;
const half = {
  'src/calc.js': `${calc['src/calc.js']}export const mul = (a, b) => (b === 0 ? NaN : a * b);\n`,
};
const features = (...open: readonly string[]) =>
  JSON.stringify({
    version: 1,
    spec: 'A calculator.',
    features: ['F001', ...open].map((id) => ({ id, title: id, proof: 'tests', passes: false })),
  });
const rule = async (base: Files, changes: Files) =>
  w.rule(changes, { base: await w.commit(await w.tree(base)), only });

test('half of what was given for the last feature is no feature, and what is missing is named', async () => {
  const { reasons } = refused(
    await rule({ 'feature-list.json': features(), 'test/mul.test.js': given }, half),
  );
  expect(reasons.map(({ code }) => code)).toEqual(['proof.unfinished']);
  expect(reasons[0]?.text).toContain(
    '1 test asks for the same as the proof and is still red: "test/mul.test.js › by zero".',
  );
});

test('so it is where the file could be loaded before', async () => {
  const stub = { 'src/calc.js': `${calc['src/calc.js']}export const mul = () => undefined;\n` };
  const { reasons } = refused(
    await rule({ 'feature-list.json': features(), 'test/mul.test.js': given, ...stub }, half),
  );
  expect(reasons.map(({ code }) => code)).toEqual(['proof.unfinished']);
});

test('what may be another feature’s stays red, and a reader is told', async () => {
  const base = { 'feature-list.json': features('F002'), 'test/mul.test.js': given };
  const { notes } = accepted(await rule(base, half));
  expect(notes).toEqual([
    'Beside the proof, these tests are as red as they were: "test/mul.test.js › by zero".',
  ]);
});

test('a test that names the feature is the feature’s, whatever else is left to do', async () => {
  const base = {
    'feature-list.json': features('F002'),
    'test/mul.test.js': given.replace('by zero', 'F001: by zero'),
  };
  expect(refused(await rule(base, half)).reasons.map(({ code }) => code)).toEqual(['proof.unfinished']);
});

test('a red test that asks for something else is nobody’s, also beside the last feature', async () => {
  const other =
    `${head('* as calc').replace('{ * as calc }', '* as calc')}` +
    "test('multiplies', () => assert.equal(calc.mul(2, 3), 6));\ntest('divides', () => assert.equal(calc.div(6, 3), 2));\n";
  const { notes } = accepted(
    await rule({ 'feature-list.json': features(), 'test/mul.test.js': other }, half),
  );
  expect(notes[0]).toContain('"test/mul.test.js › divides"');
});

test('without a list that knows the feature nobody can say whose a test is', async () => {
  expect(accepted(await rule({ 'test/mul.test.js': given }, half)).notes).toHaveLength(1);
});
