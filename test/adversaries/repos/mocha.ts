import { text } from '../scene.ts';
import { commonJs, commonJsStub } from './common-js.ts';
import type { SampleRepo } from './repo.ts';

export const mocha: SampleRepo = {
  runner: 'mocha',
  check: 'npm test',
  packages: { mocha: 'bin/mocha.js' },
  files: {
    ...commonJs,
    'package.json': text`
      {
        "name": "whole-numbers",
        "version": "1.0.0",
        "scripts": { "test": "mocha" },
        "devDependencies": { "mocha": "*" }
      }
    `,
    'test/numbers.js': text`
      const assert = require('node:assert/strict');
      const { clamp, digitSum } = require('../lib/numbers');

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
    'lib/roman.js': commonJsStub,
    'test/roman.js': text`
      const assert = require('node:assert/strict');
      const { toRoman } = require('../lib/roman');

      describe('toRoman', () => {
        it('one letter', () => {
          assert.equal(toRoman(1), 'I');
          assert.equal(toRoman(10), 'X');
        });
        it('several letters', () => assert.equal(toRoman(2023), 'MMXXIII'));
        it('subtractive pairs', () => assert.equal(toRoman(1994), 'MCMXCIV'));
        it('what has no numeral', () => assert.throws(() => toRoman(0), RangeError));
      });
    `,
  },
};
