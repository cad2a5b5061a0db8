import { text } from '../scene.ts';
import type { SampleRepo } from './repo.ts';

export const nodeTest: SampleRepo = {
  runner: 'node:test',
  check: 'npm test',
  files: {
    '.gitignore': 'node_modules/\ndist/\n',
    'package.json': text`
      {
        "name": "whole-numbers",
        "version": "1.0.0",
        "type": "module",
        "scripts": { "test": "node --test" }
      }
    `,
    'README.md': '# Whole numbers\n\n`clamp` and `digitSum`.\n',
    'src/numbers.js': text`
      /** The number of a range that is nearest to n. */
      export function clamp(n, low, high) {
        return Math.min(Math.max(n, low), high);
      }

      export function digitSum(n) {
        let sum = 0;
        for (const digit of String(Math.abs(n))) sum += Number(digit);
        return sum;
      }
    `,
    'test/numbers.test.js': text`
      import assert from 'node:assert/strict';
      import { describe, it } from 'node:test';
      import { clamp, digitSum } from '../src/numbers.js';

      describe('clamp', () => {
        it('keeps what is inside', () => assert.equal(clamp(5, 1, 10), 5));
        it('moves what is outside to the border', () => {
          assert.equal(clamp(-5, 1, 10), 1);
          assert.equal(clamp(50, 1, 10), 10);
        });
      });

      describe('digitSum', () => {
        it('adds the digits', () => assert.equal(digitSum(1994), 23));
        it('does not mind the sign', () => assert.equal(digitSum(-12), 3));
      });
    `,
  },
  given: {
    'src/roman.js': text`
      export function toRoman(n) {
        throw new Error('not there yet: ' + n);
      }
    `,
    'test/roman.test.js': text`
      import assert from 'node:assert/strict';
      import { test } from 'node:test';
      import { toRoman } from '../src/roman.js';

      test('one letter', () => {
        assert.equal(toRoman(1), 'I');
        assert.equal(toRoman(10), 'X');
      });
      test('several letters', () => assert.equal(toRoman(2023), 'MMXXIII'));
      test('subtractive pairs', () => assert.equal(toRoman(1994), 'MCMXCIV'));
      test('what has no numeral', () => assert.throws(() => toRoman(0), RangeError));
    `,
  },
};
