import { expect, it } from 'vitest';
import { makeCopier } from '../../src/loop/copier.ts';

it('behind a network that stalls pushes do not queue up: what is asked for meanwhile is one push, but for the last', async () => {
  let begun = 0;
  const copier = makeCopier(() => {
    begun += 1;
    throw new Error('the network is down');
  }, 'origin');
  const asked = [copier.push(), copier.push(), copier.push(), copier.push({ last: true })];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(begun).toBe(2);
  await copier.push().catch(() => undefined);
  expect(begun).toBe(3);
});
