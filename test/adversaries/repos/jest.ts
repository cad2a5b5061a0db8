import { text } from '../scene.ts';
import { commonJs, commonJsStub } from './common-js.ts';
import type { SampleRepo } from './repo.ts';

export const jest: SampleRepo = {
  runner: 'jest',
  check: 'npm test',
  packages: { jest: 'bin/jest.js' },
  files: {
    ...commonJs,
    'package.json': text`
      {
        "name": "whole-numbers",
        "version": "1.0.0",
        "scripts": { "test": "jest" },
        "jest": { "testEnvironment": "node" },
        "devDependencies": { "jest": "*" }
      }
    `,
    '__tests__/numbers.test.js': text`
      const { clamp, digitSum } = require('../lib/numbers');

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
    'lib/roman.js': commonJsStub,
    '__tests__/roman.test.js': text`
      const { toRoman } = require('../lib/roman');

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
