import {
  romanCommonJs,
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

/** Work that moves, renames or removes what stands there. */
export const changingWhatIsThere: readonly Scene[] = [
  {
    name: 'refactoring-on-the-way',
    does: 'Splits a source into two, keeps what it exports, and adds the feature.',
    repo: 'node-test',
    files: {
      'src/clamp.js':
        '/** The number of a range that is nearest to n. */\nexport const clamp = (n, low, high) => Math.min(Math.max(n, low), high);\n',
      'src/digits.js': text`
        export const digitsOf = (n) => Array.from(String(Math.abs(n)), Number);

        export const digitSum = (n) => digitsOf(n).reduce((sum, digit) => sum + digit, 0);
      `,
      'src/numbers.js':
        "export { clamp } from './clamp.js';\nexport { digitSum } from './digits.js';\nexport { toRoman } from './roman.js';\n",
      'src/roman.js': romanJs,
      'test/roman.test.js': romanTestJs.replace('roman.js', 'numbers.js'),
    },
  },
  {
    name: 'source-renamed',
    does: 'Renames a source, lets the imports of the other sources follow, and leaves the old name as a doorway.',
    repo: 'pytest',
    script: text`
      git mv whole/numbers.py whole/integers.py
      printf 'from whole.integers import clamp, digit_sum\n\n__all__ = ["clamp", "digit_sum"]\n' > whole/numbers.py
    `,
    files: { 'whole/roman.py': romanPy, 'tests/test_roman.py': romanTestPy },
  },
  {
    name: 'dead-code-deleted',
    does: 'Deletes a source that nothing uses, beside the feature.',
    repo: 'jest',
    base: { 'lib/old.js': "exports.roman = () => 'todo';\n" },
    files: { 'lib/old.js': null, 'lib/roman.js': romanCommonJs, '__tests__/roman.test.js': romanTestJest },
  },
  {
    name: 'function-deleted-that-no-test-knows',
    does: 'Takes a helper out of a source and uses a new one instead, and all old tests still pass.',
    repo: 'node-test',
    base: {
      'src/numbers.js': text`
        function digits(n) {
          return String(Math.abs(n)).split('');
        }

        export function clamp(n, low, high) {
          return Math.min(Math.max(n, low), high);
        }

        export function digitSum(n) {
          return digits(n).reduce((sum, digit) => sum + Number(digit), 0);
        }
      `,
    },
    files: {
      'src/digits.js': 'export const digitsOf = (n) => Array.from(String(Math.abs(n)), Number);\n',
      'src/numbers.js': text`
        import { digitsOf } from './digits.js';

        export function clamp(n, low, high) {
          return Math.min(Math.max(n, low), high);
        }

        export function digitSum(n) {
          return digitsOf(n).reduce((sum, digit) => sum + digit, 0);
        }
      `,
      'src/roman.js': romanJs,
      'test/roman.test.js': romanTestJs,
    },
  },
  {
    name: 'source-becomes-a-folder',
    does: 'Makes a folder with an index of a source that tests load without its ending.',
    repo: 'vitest',
    script: text`
      mkdir src/numbers
      git mv src/numbers.ts src/numbers/index.ts
      echo "export { toRoman } from '../roman';" >> src/numbers/index.ts
    `,
    files: { 'src/roman.ts': romanTs, 'test/roman.test.ts': romanTestTs },
  },
  {
    name: 'test-file-moved-with-permission',
    does: 'Moves a test file into a folder; the configuration of the base allows these files to be edited.',
    repo: 'node-test',
    config: { judge: { allow: ['test/**'] } },
    files: { 'src/roman.js': romanJs, 'test/unit/roman.test.js': romanTestJs.replace('../src', '../../src') },
    script:
      "cp test/numbers.test.js test/unit/numbers.test.js && sed -i 's#../src#../../src#' test/unit/numbers.test.js",
  },
  {
    name: 'signature-grows',
    does: 'Gives an old function one more argument with a default, and tests both ways.',
    repo: 'vitest',
    feature: {
      title: 'digitSum in other bases',
      description: 'digitSum(n, base) adds the digits of n in that base; base is 10 when it is left out.',
    },
    edits: {
      'src/numbers.ts': [
        text`
          export function digitSum(n: number): number {
            return [...String(Math.abs(n))].reduce((sum, digit) => sum + Number(digit), 0);
          }
        `,
        text`
          export function digitSum(n: number, base = 10): number {
            return [...Math.abs(n).toString(base)].reduce((sum, digit) => sum + Number.parseInt(digit, base), 0);
          }
        `,
      ],
    },
    files: {
      'test/bases.test.ts': text`
        import { expect, test } from 'vitest';
        import { digitSum } from '../src/numbers';

        test.each([
          [255, 16, 30],
          [255, 2, 8],
          [-255, 10, 12],
        ])('the digits of %d in base %d', (n, base, sum) => expect(digitSum(n, base)).toBe(sum));
      `,
    },
  },
  {
    name: 'source-and-its-test-renamed',
    does: 'Renames a source and the test file of the same name; the import in the test follows.',
    repo: 'vitest',
    files: { 'src/roman.ts': romanTs, 'test/roman.test.ts': romanTestTs },
    script: text`
      git mv src/numbers.ts src/integers.ts
      git mv test/numbers.test.ts test/integers.test.ts
      sed -i "s#'../src/numbers'#'../src/integers'#" test/integers.test.ts
    `,
  },
  {
    name: 'test-file-moved',
    does: 'Moves a test file into a folder; nobody allowed it by name.',
    repo: 'jest',
    files: {
      'lib/roman.js': romanCommonJs,
      '__tests__/unit/roman.test.js': romanTestJest.replace('../lib', '../../lib'),
    },
    script: text`
      git mv __tests__/numbers.test.js __tests__/unit/numbers.test.js
      sed -i "s#'../lib/numbers'#'../../lib/numbers'#" __tests__/unit/numbers.test.js
    `,
  },
];
