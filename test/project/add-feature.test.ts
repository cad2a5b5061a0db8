import { expect, test } from 'vitest';
import { addFeature, parseFeatureList } from '../../src/project/feature-list.ts';
import { feature } from '../helpers/feature.ts';

const list = { version: 1 as const, spec: 'a sum', features: [feature('F001')] };

test.each([
  ['two blanks', 2],
  ['tabs', '\t'],
  ['one line', 0],
])('a feature is added at the end and nothing else changes: %s', (_, indent) => {
  const before = `${JSON.stringify(list, null, indent)}\n`;
  const after = addFeature(before, feature('R12-1'));
  expect(parseFeatureList(after, 'x').features.map(({ id }) => id)).toEqual(['F001', 'R12-1']);
  const at = after.indexOf(',', before.lastIndexOf('}', before.lastIndexOf(']')));
  expect(after.startsWith(before.slice(0, at))).toBe(true);
  expect(after.endsWith(before.slice(before.lastIndexOf(']') - 1))).toBe(true);
});
