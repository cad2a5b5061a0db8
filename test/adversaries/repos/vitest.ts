import { text } from '../scene.ts';
import type { SampleRepo } from './repo.ts';

export const vitest: SampleRepo = {
  runner: 'vitest',
  check: 'npm test',
  packages: { vitest: 'vitest.mjs', vite: 'bin/vite.js' },
  files: {
    '.gitignore': 'node_modules/\ndist/\n',
    'package.json': text`
      {
        "name": "whole-numbers",
        "version": "1.0.0",
        "type": "module",
        "scripts": { "test": "vitest run" },
        "devDependencies": { "vitest": "*" }
      }
    `,
    'vitest.config.ts': text`
      import { defineConfig } from 'vitest/config';

      export default defineConfig({ test: { include: ['test/**/*.test.ts'] } });
    `,
    'src/numbers.ts': text`
      /** The number of a range that is nearest to n. */
      export function clamp(n: number, low: number, high: number): number {
        return Math.min(Math.max(n, low), high);
      }

      export function digitSum(n: number): number {
        return [...String(Math.abs(n))].reduce((sum, digit) => sum + Number(digit), 0);
      }
    `,
    'test/numbers.test.ts': text`
      import { describe, expect, it } from 'vitest';
      import { clamp, digitSum } from '../src/numbers';

      describe('clamp', () => {
        it('keeps what is inside', () => expect(clamp(5, 1, 10)).toBe(5));
        it('moves what is outside to the border', () => {
          expect(clamp(-5, 1, 10)).toBe(1);
          expect(clamp(50, 1, 10)).toBe(10);
        });
      });

      describe('digitSum', () => {
        it('adds the digits', () => expect(digitSum(1994)).toBe(23));
        it('does not mind the sign', () => expect(digitSum(-12)).toBe(3));
      });
    `,
  },
  given: {
    'src/roman.ts': text`
      export function toRoman(n: number): string {
        throw new Error('not there yet: ' + n);
      }
    `,
    'test/roman.test.ts': text`
      import { expect, test } from 'vitest';
      import { toRoman } from '../src/roman';

      test('one letter', () => {
        expect(toRoman(1)).toBe('I');
        expect(toRoman(10)).toBe('X');
      });
      test('several letters', () => expect(toRoman(2023)).toBe('MMXXIII'));
      test('subtractive pairs', () => expect(toRoman(1994)).toBe('MCMXCIV'));
      test('what has no numeral', () => expect(() => toRoman(0)).toThrow(RangeError));
    `,
  },
};
