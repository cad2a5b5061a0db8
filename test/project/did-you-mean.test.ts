import { expect, test } from 'vitest';
import { didYouMean } from '../../src/project/did-you-mean.ts';

test.each([
  ['maxcost', 'maxCost'],
  ['maxCosts', 'maxCost'],
  ['untill', 'until'],
  ['utnil', 'until'],
  ['nutli', undefined],
  ['until', 'until'],
  ['zzz', undefined],
  ['', undefined],
])('%s: %s', (word, meant) => {
  expect(didYouMean(word, ['maxCost', 'maxSessions', 'until'])).toBe(meant);
});
