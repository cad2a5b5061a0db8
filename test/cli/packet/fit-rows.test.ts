import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted, shares } from '../../../src/cli/packet/fit-rows.ts';

const part = (name: string, rows: number) => ({
  head: [name],
  rows: Array.from({ length: rows }, (_, n) => `${name}${n}`),
  more: (left: number) => `${name} and ${left} more`,
});

test('a long part is folded before a short one loses a row', () => {
  expect(fitted([part('a', 2), part('b', 50)], 10)).toEqual([
    'a',
    'a0',
    'a1',
    '',
    'b',
    'b0',
    'b1',
    'b2',
    'b3',
    'b and 46 more',
  ]);
});

test('whatever there is, no line too many and no row lost without a word', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 7 }), (sizes) => {
      const page = fitted(
        sizes.map((size, at) => part(String.fromCharCode(97 + at), size)),
        40,
      );
      expect(page.length).toBeLessThanOrEqual(40);
      const told = page.flatMap((line) => Number(/ and (\d+) more$/.exec(line)?.[1] ?? 0));
      const shown = page.filter((line) => /^[a-z]\d+$/.test(line)).length;
      expect(shown + told.reduce((sum, one) => sum + one, 0)).toBe(sizes.reduce((sum, one) => sum + one, 0));
    }),
  );
});

test('room that one does not want goes to the others', () => {
  expect(shares([1, 10, 10], 9)).toEqual([1, 4, 4]);
  expect(shares([0, 3], 9)).toEqual([0, 3]);
});
