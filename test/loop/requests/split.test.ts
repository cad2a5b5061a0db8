import { expect, test } from 'vitest';
import { type Cuttable, splitRun } from '../../../src/loop/requests/split.ts';

/** "F1 F2 - F3": landings in their order; "-" is a commit of harness files. */
function landed(story: string, lines = 100): readonly Cuttable[] {
  return story.split(' ').map((word, at) => ({
    commit: `c${at + 1}`,
    lines: word === '-' ? 1 : lines,
    ...(word === '-' ? {} : { feature: word }),
  }));
}

const tips = (parts: readonly { tip: string; features: readonly string[] }[]) =>
  parts.map(({ tip, features }) => `${tip}:${features.join('+')}`);
const none = () => [];

test('a small run is one request, and so is any that is asked to be', () => {
  expect(tips(splitRun(landed('F1 F2 F3 -'), none, 'auto'))).toEqual(['c4:F1+F2+F3']);
  expect(tips(splitRun(landed('F1 F2 F3 F4 F5'), none, 'one'))).toEqual(['c5:F1+F2+F3+F4+F5']);
});

test('a larger one is cut where a feature depends on nothing in the stretch before it', () => {
  const depends = (id: string) => ({ F2: ['F1'], F5: ['F4'] })[id] ?? [];
  expect(tips(splitRun(landed('F1 F2 F3 F4 F5'), depends, 'auto'))).toEqual([
    'c2:F1+F2',
    'c3:F3',
    'c5:F4+F5',
  ]);
});

test('there are at most four: the smallest neighbours are joined', () => {
  const commits = landed('F1 F2 F3 F4 F5 F6').map((one, at) => ({
    ...one,
    lines: at < 2 || at > 4 ? 500 : 10,
  }));
  expect(tips(splitRun(commits, none, 'per-feature'))).toEqual(['c1:F1', 'c2:F2', 'c5:F3+F4+F5', 'c6:F6']);
});

test('a feature that was set back and landed again does not stand on its own', () => {
  expect(tips(splitRun(landed('F1 - F1'), none, 'per-feature'))).toEqual(['c3:F1']);
});

test('harness files alone are no request', () => {
  expect(tips(splitRun(landed('- F1 - F2 -'), none, 'per-feature'))).toEqual(['c3:F1', 'c5:F2']);
});

test('requests that are there keep what they have: only what came after is cut', () => {
  expect(tips(splitRun(landed('F1 F2 F3 F4 F5'), none, 'per-feature', ['c2', 'c3']))).toEqual([
    'c2:F1+F2',
    'c3:F3',
    'c4:F4',
    'c5:F5',
  ]);
  expect(tips(splitRun(landed('F1 F2 F3 F4 F5'), none, 'per-feature', ['c1', 'c2', 'c3', 'c4']))).toEqual([
    'c1:F1',
    'c2:F2',
    'c3:F3',
    'c5:F4+F5',
  ]);
});
