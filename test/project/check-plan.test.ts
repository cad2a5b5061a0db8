import { expect, test } from 'vitest';
import { Reason } from '../../src/ledger/event.ts';
import { checkPlan } from '../../src/project/check-plan.ts';
import { FeatureList } from '../../src/project/feature.ts';

function codes(feature: object, unprovenAllowed = false): string[] {
  const features = [{ id: 'F001', title: 't', proof: 'tests', passes: false, ...feature }];
  const reasons = checkPlan(FeatureList.parse({ version: 1, spec: '', features }), { unprovenAllowed });
  for (const reason of reasons) expect(Reason.parse(reason).text).toContain('F001');
  return reasons.map((reason) => reason.code);
}

test.each<[string, object, string[]]>([
  ['a feature proven by tests is a plan', {}, []],
  ['a feature proven by its command is a plan', { proof: 'command', verify: './check' }, []],
  ['one that passes before the work is none', { passes: true }, ['plan.passes']],
  ['one that is blocked before the work is none', { blocked: 'why' }, ['plan.blocked']],
  ['a command must be said', { proof: 'command' }, ['plan.verify']],
  ['a brain cannot say that nothing proves it', { proof: 'none' }, ['plan.unproven']],
  [
    'all that is wrong is told',
    { proof: 'none', passes: true, blocked: '' },
    ['plan.passes', 'plan.blocked', 'plan.unproven'],
  ],
])('%s', (_, feature, expected) => {
  expect(codes(feature)).toEqual(expected);
});

test('a person may say that nothing proves it', () => {
  expect(codes({ proof: 'none' }, true)).toEqual([]);
});
