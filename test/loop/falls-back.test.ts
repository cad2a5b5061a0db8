import { expect, test } from 'vitest';
import type { Failure } from '../../src/brain/brain.ts';
import { Config } from '../../src/config.ts';
import { callsForFallback } from '../../src/loop/falls-back.ts';
import { limitsOf } from '../../src/policy/limits.ts';

const limits = limitsOf(Config.parse({ limits: { longestBackoff: '10m' } }), 0);
const calls = (failure: Failure) => callsForFallback(failure, limits, 1_000_000);

test.each(['crashed', 'over-limit', 'context', 'declined'] as const)(
  'a brain that ended %s gave no answer',
  (kind) => {
    expect(calls({ kind, reason: 'x' })).toBe(true);
  },
);

test('neither did one that cannot work at all, or is away for long, or for nobody knows how long', () => {
  expect(calls({ kind: 'fatal', reason: 'x', help: 'y' })).toBe(true);
  expect(calls({ kind: 'unavailable', reason: 'x' })).toBe(true);
  expect(calls({ kind: 'unavailable', reason: 'x', until: 1_000_000 + 600_001 })).toBe(true);
});

test('one that comes back soon is waited for, and one that was stopped is not replaced', () => {
  expect(calls({ kind: 'unavailable', reason: 'x', until: 1_000_000 + 600_000 })).toBe(false);
  expect(calls({ kind: 'interrupted', reason: 'x' })).toBe(false);
});
