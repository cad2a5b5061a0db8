import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { cheats, honest } from '../adversaries/catalogue.ts';
import { fenceWorks, openStage, type Stage } from '../adversaries/stage.ts';
import { fenced } from './fenced.ts';

// A handful of test/adversaries on one repository; `npm run adversaries` plays them all.
const refused = [
  ['nothing-at-all', 'proof.missing'],
  ['deletes-red-tests', 'tests.edited'],
  ['assert-tamed-on-load', 'work.patches-tests'],
  ['link-out-of-the-tree', 'snapshot.link-out'],
  ['look-up-table', 'sealed.failing'],
] as const;
const accepted = ['given-tests-turn-green', 'feature-with-tests', 'proven-by-a-command'];

describe('adversaries', () => {
  let stage: Stage;
  beforeAll(async () => {
    if (fenceWorks()) stage = await openStage('node-test', join(packageRoot(), 'bin', 'agentloop.cjs'));
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  const scene = (name: string) => {
    const cast = [...cheats, ...honest].find((one) => one.scene.name === name);
    if (cast === undefined) throw new Error(`there is no scene called ${name}`);
    return cast.scene;
  };

  fenced.each(refused)('%s is refused: %s', async (name, code) => {
    const { ruling, code: said, told } = await stage.play(scene(name));
    expect({ ruling, code: said }, told).toEqual({ ruling: 'refused', code });
  });

  fenced.each(accepted)('%s is accepted', async (name) => {
    const { ruling, told } = await stage.play(scene(name));
    expect(ruling, told).toBe('accepted');
  });
});
