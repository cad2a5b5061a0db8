import { expect, test } from 'vitest';
import { FeatureList } from '../../src/project/feature.ts';
import { pinned } from '../../src/project/pinned.ts';

const base = FeatureList.parse({
  version: 1,
  spec: 'SPEC.md',
  features: [
    { id: 'A', title: 'a', proof: 'tests', passes: false },
    { id: 'B', title: 'b', proof: 'command', verify: 'x', passes: false, steps: ['one'], dependsOn: ['A'] },
    { id: 'C', title: 'c', proof: 'tests', passes: true, blocked: 'why' },
  ],
});

type Change = (list: FeatureList) => void;

function at(list: FeatureList, index: number): FeatureList['features'][number] {
  const feature = list.features[index];
  if (!feature) throw new Error('no such feature');
  return feature;
}

test.each<[string, Change, string[]]>([
  ['nothing changed', () => {}, []],
  ['passes turned on', (list) => (at(list, 0).passes = true), []],
  ['passes turned off', (list) => (at(list, 2).passes = false), []],
  ['blocked taken out', (list) => delete at(list, 2).blocked, []],
  ['blocked put in', (list) => (at(list, 0).blocked = 'x'), []],
  ['another specification', (list) => (list.spec = 'other'), ['spec differs']],
  ['another title', (list) => (at(list, 1).title = 'easier'), ['B: title differs']],
  ['fewer steps', (list) => (at(list, 1).steps = []), ['B: steps differs']],
  ['another proof', (list) => (at(list, 1).proof = 'none'), ['B: proof differs']],
  ['no verify', (list) => delete at(list, 1).verify, ['B: verify differs']],
  ['a verify more', (list) => (at(list, 0).verify = 'true'), ['A: verify differs']],
  ['fewer dependencies', (list) => (at(list, 1).dependsOn = []), ['B: dependsOn differs']],
  ['a feature gone', (list) => list.features.splice(1, 1), ['B is gone']],
  ['a feature more', (list) => list.features.push({ ...at(list, 0), id: 'D' }), ['D is new']],
  ['a feature renamed', (list) => (at(list, 0).id = 'Z'), ['A is gone', 'Z is new']],
  ['another order', (list) => list.features.reverse(), ['the order differs']],
])('pinned: %s', (_, change, differences) => {
  const other = structuredClone(base);
  change(other);
  expect(pinned(base, other)).toEqual(differences);
});
