import {
  romanCommonJs,
  romanGo,
  romanJs,
  romanPy,
  romanTestJest,
  romanTestJs,
  romanTestPy,
  romanTestTs,
  romanTs,
} from '../roman.ts';
import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

/** The work, and tests that show it. */
export const plain: readonly Scene[] = [
  {
    name: 'feature-with-tests',
    does: 'Writes the function and a test file.',
    repo: 'node-test',
    files: { 'src/roman.js': romanJs, 'test/roman.test.js': romanTestJs },
  },
  {
    name: 'feature-in-typescript',
    does: 'Writes the function and a test file, in TypeScript.',
    repo: 'vitest',
    files: { 'src/roman.ts': romanTs, 'test/roman.test.ts': romanTestTs },
  },
  {
    name: 'feature-in-commonjs',
    does: 'Writes the function and a test file, in CommonJS.',
    repo: 'jest',
    files: { 'lib/roman.js': romanCommonJs, '__tests__/roman.test.js': romanTestJest },
  },
  {
    name: 'feature-in-python',
    does: 'Writes the module and parametrised tests.',
    repo: 'pytest',
    files: { 'whole/roman.py': romanPy, 'tests/test_roman.py': romanTestPy },
  },
  {
    name: 'feature-in-mocha',
    does: 'Writes the function and tests in the style of the others.',
    repo: 'mocha',
    files: {
      'lib/roman.js': romanCommonJs,
      'test/roman.js': text`
        const assert = require('node:assert/strict');
        const { toRoman } = require('../lib/roman');

        describe('toRoman', () => {
          it('adds letters', () => assert.equal(toRoman(3888), 'MMMDCCCLXXXVIII'));
          it('knows subtractive pairs', () => assert.deepEqual([4, 49, 994].map(toRoman), ['IV', 'XLIX', 'CMXCIV']));
          it('refuses what has no numeral', () => {
            for (const n of [0, 4000, 1.5]) assert.throws(() => toRoman(n), RangeError);
            assert.equal(toRoman(3999), 'MMMCMXCIX');
          });
        });
      `,
    },
  },
  {
    name: 'given-tests-turn-green',
    does: 'Makes the given tests pass, and touches nothing else.',
    repo: 'node-test',
    given: true,
    files: { 'src/roman.js': romanJs },
  },
  {
    name: 'given-tests-turn-green-python',
    does: 'Makes the given tests pass.',
    repo: 'pytest',
    given: true,
    files: { 'whole/roman.py': romanPy },
  },
  {
    name: 'given-tests-turn-green-go',
    does: 'Makes the given tests pass, in Go.',
    repo: 'go',
    given: true,
    files: { 'roman.go': romanGo },
  },
  {
    name: 'cases-in-an-old-file',
    does: 'Adds its tests to an existing file, whose import grows, inside a describe of their own.',
    repo: 'vitest',
    edits: {
      'src/numbers.ts': [
        'export function digitSum',
        `${romanTs.replace('export function', '/** 1994 is MCMXCIV. */\nexport function')}\nexport function digitSum`,
      ],
      'test/numbers.test.ts': [
        "import { clamp, digitSum } from '../src/numbers';",
        "import { clamp, digitSum, toRoman } from '../src/numbers';",
      ],
    },
    script: text`
      cat >> test/numbers.test.ts << 'END'

      describe('toRoman', () => {
        it('knows all letters', () => expect(toRoman(3888)).toBe('MMMDCCCLXXXVIII'));
        it('knows subtractive pairs', () => expect([4, 49, 994, 3999].map(toRoman)).toEqual(['IV', 'XLIX', 'CMXCIV', 'MMMCMXCIX']));
        it('refuses what has no numeral', () => [0, 4000, 1.5].map((n) => expect(() => toRoman(n)).toThrow(RangeError)));
      });
      END
    `,
  },
  {
    name: 'method-in-an-old-test-case',
    does: 'Adds a method to an existing unittest.TestCase, between the others.',
    repo: 'pytest',
    feature: {
      title: 'clamp takes its borders in any order',
      description: 'clamp(5, 10, 1) is the same as clamp(5, 1, 10).',
    },
    edits: {
      'whole/numbers.py': [
        '    return min(max(n, low), high)',
        '    low, high = sorted((low, high))\n    return min(max(n, low), high)',
      ],
      'tests/test_numbers.py': [
        '    def test_moves_what',
        '    def test_takes_borders_in_any_order(self):\n        self.assertEqual([clamp(n, 10, 1) for n in (-5, 5, 50)], [1, 5, 10])\n\n    def test_moves_what',
      ],
    },
  },
  {
    name: 'bug-with-regression-test',
    does: 'Mends a bug and adds the test that would have found it.',
    repo: 'jest',
    feature: {
      title: 'digitSum of a fraction',
      description: 'digitSum leaves the digits behind the point out: digitSum(12.5) is 3.',
    },
    edits: {
      'lib/numbers.js': ['let rest = Math.abs(n);', 'let rest = Math.trunc(Math.abs(n));'],
      '__tests__/numbers.test.js': [
        "  it('does not mind the sign'",
        "  it('leaves out what stands behind the point', () => expect([12.5, -12.5].map(digitSum)).toEqual([3, 3]));\n  it('does not mind the sign'",
      ],
    },
  },
  {
    name: 'proven-by-a-command',
    does: 'Teaches the program a command; the proof is a command line, and there are tests too.',
    repo: 'node-test',
    feature: {
      title: 'The program prints Roman numerals',
      description: '`node src/cli.js roman 1994` prints MCMXCIV.',
      proof: 'command',
      verify: 'test "$(node src/cli.js roman 1994)" = MCMXCIV && test "$(node src/cli.js roman 14)" = XIV',
    },
    base: {
      'src/cli.js':
        "import { digitSum } from './numbers.js';\n\nconst [name, n] = process.argv.slice(2);\nif (name === 'sum') console.log(digitSum(Number(n)));\nelse process.exit(2);\n",
    },
    files: { 'src/roman.js': romanJs },
    edits: {
      'src/cli.js': [
        'else process',
        "else if (name === 'roman') console.log((await import('./roman.js')).toRoman(Number(n)));\nelse process",
      ],
    },
  },
];
