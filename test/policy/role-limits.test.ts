import { expect, test } from 'vitest';
import { Config } from '../../src/config.ts';
import { limitsOf } from '../../src/policy/limits.ts';
import { limitsOfRole } from '../../src/policy/role-limits.ts';

test('what a role says holds for it, and what it does not say is as for the run', () => {
  const { limits: all, roles } = Config.parse({
    limits: { sessionTurns: 50, sessionCost: 2, maxCost: 9 },
    roles: { evaluator: { limits: { sessionTime: '5m', sessionCost: 0.5, sessionToolCalls: 7 } } },
  });
  const limits = limitsOf(Config.parse({ limits: all }), 0);
  expect(limitsOfRole(limits, roles.evaluator.limits)).toEqual({
    ...limits,
    sessionMs: 300_000,
    sessionCostUsd: 0.5,
    sessionToolCalls: 7,
  });
  expect(limitsOfRole(limits, roles.coder.limits)).toEqual(limits);
});
