import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Proof } from '../../src/ledger/event.ts';
import { accepted, calc, F001, type Files, flakyWorld, multiply, type World, world } from './world.ts';

const signal = new AbortController().signal;

let w: World;
beforeAll(async () => {
  w = await world(calc);
});
afterAll(() => w[Symbol.asyncDispose]());

/** Lands the changes as the loop would: judged, then a commit of that tree. */
async function land(changes: Files): Promise<{ tip: string; proof: Proof }> {
  const { proof } = accepted(await w.rule(changes));
  return { tip: await w.commit(await w.tree(changes)), proof };
}

test('a tip on which everything still stands is held, and its run serves the next base', async () => {
  const { tip, proof } = await land(multiply);
  expect(await w.judge().final(tip, w.base, [{ feature: F001, proof }], signal)).toEqual({
    ruling: 'held',
    lost: [],
  });
  const before = w.runs.length;
  expect(await w.judge().base(tip, signal)).toMatchObject({ passing: 3, cached: true });
  expect(w.runs.length).toBe(before);
});

test('a feature whose proof is gone is lost, by the name of its test', async () => {
  const { tip, proof } = await land(multiply);
  const later = await w.commit(
    await w.tree({ 'test/mul.test.js': null }, await w.repo.trees.treeOf(tip)),
    tip,
  );
  const ruling = await w.judge().final(later, w.base, [{ feature: F001, proof }], signal);
  expect(ruling).toMatchObject({
    ruling: 'lost',
    lost: [
      { feature: 'F001', reasons: [{ code: 'tests.failing', tests: ['test/mul.test.js › multiplies'] }] },
    ],
  });
});

test('a verify command that is red on the tip loses its feature', async () => {
  const feature = { ...F001, proof: 'command', verify: 'test -e done.txt' } as const;
  const { proof } = accepted(await w.rule({ 'done.txt': 'x' }, { feature }));
  const tip = await w.commit(await w.tree({ 'done.txt': 'x' }));
  expect(await w.judge().final(tip, w.base, [{ feature, proof }], signal)).toMatchObject({ ruling: 'held' });
  const later = await w.commit(await w.tree({ 'other.txt': 'x' }), tip);
  expect(await w.judge().final(later, w.base, [{ feature, proof }], signal)).toMatchObject({
    ruling: 'lost',
    lost: [{ feature: 'F001', reasons: [{ code: 'proof.verify-red' }] }],
  });
});

test('what broke and is nobody’s proof goes to the feature that landed last', async () => {
  const { proof } = await land(multiply);
  const broken = {
    ...multiply,
    'src/calc.js': 'export const add = () => 0;\nexport const mul = (a, b) => a * b;\n',
  };
  const tip = await w.commit(await w.tree(broken));
  const ruling = await w.judge().final(tip, w.base, [{ feature: F001, proof }], signal);
  expect(ruling).toMatchObject({ ruling: 'lost', lost: [{ feature: 'F001' }] });
  expect(ruling.ruling === 'lost' && ruling.lost[0]?.reasons.map(({ code }) => code)).toEqual([
    'tests.failing',
  ]);
});

test('what is red once and green the second time is not taken back', async () => {
  // The first three runs are base, base and candidate (narrow runs leave it out); the fourth is the look at the tip.
  await using moody = await flakyWorld(calc, 'n !== 3');
  const { proof } = accepted(await moody.rule(multiply));
  const tip = await moody.commit(await moody.tree(multiply));
  const before = moody.runs.length;
  expect(await moody.judge().final(tip, moody.base, [{ feature: F001, proof }], signal)).toEqual({
    ruling: 'held',
    lost: [],
  });
  expect(moody.runs.length - before).toBe(2);
});

test('a proof that is red once and green the second time is luck, and its feature is taken back', async () => {
  await using moody = await flakyWorld(calc, 'n !== 3');
  const { proof } = accepted(await moody.rule(multiply));
  const tip = await moody.commit(await moody.tree(multiply));
  const lucky = { ...proof, turned: ['test/moody.test.js › moody'] };
  expect(await moody.judge().final(tip, moody.base, [{ feature: F001, proof: lucky }], signal)).toMatchObject(
    {
      ruling: 'lost',
      lost: [{ feature: 'F001', reasons: [{ code: 'tests.failing', tests: lucky.turned }] }],
    },
  );
});
