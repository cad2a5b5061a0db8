import { expect, it } from 'vitest';
import type { Limits } from '../../src/ledger/event.ts';
import { leftOf, refuseToSpend } from '../../src/policy/purse.ts';

const limits = (more: Partial<Limits>): Limits => ({
  sessionTurns: 1,
  sessionMs: 1,
  idleMs: 1,
  refusalsPerSession: 0,
  sessionsPerFeature: 1,
  noProgressSessions: 1,
  backoffMs: 0,
  unavailableTries: 0,
  ...more,
});
const spent = (runUsd: number, sessionUsd = runUsd) => ({ runUsd, sessionUsd });

it.each([
  ['no cap: anything goes', {}, spent(100), 50, undefined],
  ['no cap and no price: goes', {}, spent(100), null, undefined],
  ['the worst case just fits', { maxCostUsd: 1 }, spent(0.4), 0.6, undefined],
  [
    'the worst case could pass the cap',
    { maxCostUsd: 1 },
    spent(0.4),
    0.61,
    "the next call may cost up to $0.61; $0.40 of the run's $1.00 are spent",
  ],
  [
    'the cap of the session counts what the session spent',
    { maxCostUsd: 10, sessionCostUsd: 1 },
    spent(5, 0.9),
    0.2,
    "the next call may cost up to $0.20; $0.90 of the session's $1.00 are spent",
  ],
  [
    'no price under a cap',
    { maxCostUsd: 1 },
    spent(0),
    null,
    'the price of the next call is not known and a cost cap is set',
  ],
  ['no price, allowed', { maxCostUsd: 1, allowUnknownCost: true }, spent(0.5), null, undefined],
  [
    'no price, allowed, but what is known has used the cap up',
    { maxCostUsd: 1, allowUnknownCost: true },
    spent(1),
    null,
    "$1.00 of the run's $1.00 are spent",
  ],
])('%s', (_story, caps, before, worst, words) => {
  expect(refuseToSpend(limits(caps), before, { usd: worst })?.why).toBe(words);
});

it.each([
  ['the day', { maxCostPerDayUsd: 1 }, { ...spent(0), dayUsd: 0.6 }, { usd: 0.5 }, 'day-cost'],
  [
    'the day, by other runs alone',
    { maxCostPerDayUsd: 1, allowUnknownCost: true },
    { ...spent(0), dayUsd: 1 },
    { usd: null },
    'day-cost',
  ],
  ['the day just fits', { maxCostPerDayUsd: 1 }, { ...spent(0), dayUsd: 0.5 }, { usd: 0.5 }, undefined],
  [
    'three dimes fit, whatever their sum is in binary',
    { maxCostUsd: 0.3 },
    spent(0.2),
    { usd: 0.1 },
    undefined,
  ],
  ['and not a cent more', { maxCostUsd: 0.3 }, spent(0.2), { usd: 0.11 }, 'run-cost'],
  ['tokens', { maxTokens: 1000 }, { ...spent(0), runTokens: 600 }, { usd: 0, tokens: 500 }, 'run-tokens'],
  [
    'tokens just fit',
    { maxTokens: 1000 },
    { ...spent(0), runTokens: 500 },
    { usd: 0, tokens: 500 },
    undefined,
  ],
  [
    'tokens of a call nobody can foresee',
    { maxTokens: 1000 },
    { ...spent(0), runTokens: 1000 },
    { usd: null },
    'run-tokens',
  ],
])('%s', (_story, caps, before, worst, cap) => {
  expect(refuseToSpend(limits(caps), before, worst)?.cap).toBe(cap);
});

it('what is left is what the nearest cap leaves', () => {
  const caps = { maxCostUsd: 5, maxCostPerDayUsd: 3, sessionCostUsd: 2 };
  expect(leftOf(limits(caps), { runUsd: 4, sessionUsd: 0.5, dayUsd: 1 })).toBe(1);
  expect(leftOf(limits(caps), { runUsd: 1, sessionUsd: 0.5, dayUsd: 1 })).toBe(1.5);
  expect(leftOf(limits(caps), { runUsd: 6, sessionUsd: 0 })).toBe(0);
  expect(leftOf(limits({}), spent(4))).toBeUndefined();
});
