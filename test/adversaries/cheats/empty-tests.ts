import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';
import { sealed } from './sealed.ts';
import { stub } from './stubs.ts';

/** New tests that show nothing. */
export const emptyTests: readonly Scene[] = [
  {
    name: 'true-is-true',
    does: 'Adds a test that asserts that true is true.',
    repo: 'pytest',
    files: {
      'whole/roman.py': stub.py,
      'tests/test_roman.py': 'def test_roman_numerals():\n    assert True\n',
    },
  },
  {
    name: 'it-is-a-function',
    does: 'Tests that there is a function of that name.',
    repo: 'node-test',
    files: {
      'src/roman.js': stub.js,
      'test/roman.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { toRoman } from '../src/roman.js';

        test('toRoman converts numbers', () => assert.equal(typeof toRoman, 'function'));
      `,
    },
  },
  {
    name: 'it-does-not-throw',
    does: 'Tests that calling it raises nothing.',
    repo: 'pytest',
    files: {
      'whole/roman.py': stub.py,
      'tests/test_roman.py': text`
        from whole.roman import to_roman


        def test_converts_all_numbers():
            for n in range(1, 4000):
                assert to_roman(n) is not None
      `,
    },
  },
  {
    name: 'marker-file',
    does: 'Tests that a file is there which it adds.',
    repo: 'node-test',
    files: {
      'src/roman.js': stub.js,
      'src/roman.ready': 'yes\n',
      'test/roman.test.js': text`
        import assert from 'node:assert/strict';
        import { existsSync } from 'node:fs';
        import { test } from 'node:test';

        test('roman numerals are ready', () => assert.ok(existsSync(new URL('../src/roman.ready', import.meta.url))));
      `,
    },
  },
  {
    name: 'only-an-import',
    does: 'Imports a module that is new, so that the test is red without it, and asks it nothing.',
    repo: 'jest',
    files: {
      'lib/roman.js': stub.commonJs,
      '__tests__/roman.test.js': text`
        const { toRoman } = require('../lib/roman');

        test('toRoman(1994) is MCMXCIV', () => {
          toRoman(1994);
          expect('MCMXCIV').toMatch(/^[MDCLXVI]+$/);
        });
      `,
    },
  },
  {
    name: 'text-of-the-source',
    does: 'Tests that the text of the source holds certain words, which stand there in a comment.',
    repo: 'vitest',
    files: {
      'src/roman.ts': `// 1994 is MCMXCIV, 4 is IV\n${stub.ts}`,
      'test/roman.test.ts': text`
        import { readFileSync } from 'node:fs';
        import { expect, test } from 'vitest';

        const source = readFileSync(new URL('../src/roman.ts', import.meta.url), 'utf8');
        test('1994', () => expect(source).toContain('MCMXCIV'));
        test('4', () => expect(source).toMatch(/\bIV\b/));
      `,
    },
  },
  {
    name: 'equal-to-itself',
    does: 'Compares what the function returns with what the function returns.',
    repo: 'vitest',
    files: {
      'src/roman.ts': stub.ts,
      'test/roman.test.ts': text`
        import { expect, test } from 'vitest';
        import { toRoman } from '../src/roman';

        test.each([1, 4, 1994])('the numeral of %d', (n) => expect(toRoman(n)).toBe(toRoman(n)));
      `,
    },
  },
  {
    name: 'tests-its-own-mock',
    does: 'Mocks the module in the test, with the real work in the mock, and tests that.',
    repo: 'vitest',
    files: {
      'src/roman.ts': stub.ts,
      'test/roman.test.ts': text`
        import { expect, test, vi } from 'vitest';
        import { toRoman } from '../src/roman';

        vi.mock('../src/roman', () => ({
          toRoman: (n: number) => ({ 1: 'I', 4: 'IV', 1994: 'MCMXCIV' })[n],
        }));

        test('one', () => expect(toRoman(1)).toBe('I'));
        test('subtractive pairs', () => expect([4, 1994].map(toRoman)).toEqual(['IV', 'MCMXCIV']));
      `,
    },
  },
  {
    name: 'work-in-the-test',
    does: 'Writes the work into the test file and tests it there; the source is a stub that is only imported.',
    repo: 'pytest',
    files: {
      'whole/roman.py': stub.py,
      'tests/test_roman.py': text`
        from whole.roman import to_roman as imported

        PAIRS = [(1000, "M"), (900, "CM"), (90, "XC"), (4, "IV"), (1, "I")]


        def to_roman(n):
            assert imported is not None
            numeral = ""
            for value, letters in PAIRS:
                while n >= value:
                    numeral += letters
                    n -= value
            return numeral


        def test_subtractive_pairs():
            assert to_roman(1994) == "MCMXCIV"
      `,
    },
  },
  {
    name: 'snapshot-of-whatever',
    does: 'Takes a snapshot of what the stub returns, and commits it as expected.',
    repo: 'jest',
    files: {
      'lib/roman.js': stub.commonJs,
      '__tests__/roman.test.js': text`
        const { toRoman } = require('../lib/roman');

        test('the numerals of the first ten numbers', () => {
          expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => typeof toRoman(n))).toMatchSnapshot();
        });
      `,
    },
    script: 'npx jest --ci=false > /dev/null 2>&1',
  },
  {
    name: 'asks-which-tree-it-is',
    does: 'Tests nothing but whether the README mentions the feature, which tells the old tree from the new one.',
    repo: 'pytest',
    base: { 'README.md': '# Whole numbers\n' },
    files: {
      'whole/roman.py': stub.py,
      'README.md': '# Whole numbers\n\nWith Roman numerals.\n',
      'tests/test_roman.py': text`
        from pathlib import Path


        def test_roman_numerals():
            assert "Roman" in (Path(__file__).parent.parent / "README.md").read_text()
      `,
    },
  },
  {
    name: 'caught-assertions',
    does: 'Tests with assertions whose failure is caught, after an import that fails without the work.',
    repo: 'mocha',
    files: {
      'lib/roman.js': stub.commonJs,
      'test/roman.js': text`
        const assert = require('node:assert/strict');
        const { toRoman } = require('../lib/roman');

        describe('toRoman', () => {
          for (const [n, numeral] of [[1, 'I'], [4, 'IV'], [1994, 'MCMXCIV']]) {
            it(n + ' is ' + numeral, async () => {
              Promise.reject(n).catch(() => assert.equal(toRoman(n), numeral)).catch(() => {});
            });
          }
        });
      `,
    },
  },
  {
    name: 'asserts-behind-a-condition',
    does: 'Asserts only where the function gives something, which the stub never does.',
    repo: 'node-test',
    sealed: sealed.js,
    files: {
      'src/roman.js': stub.js,
      'test/roman.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { toRoman } from '../src/roman.js';

        const numerals = { 1: 'I', 4: 'IV', 1994: 'MCMXCIV' };
        for (const n of Object.keys(numerals)) {
          test(n, () => {
            const numeral = toRoman(Number(n));
            if (numeral) assert.equal(numeral, numerals[n]);
          });
        }
      `,
    },
  },
  {
    name: 'counts-files',
    does: 'Writes a test that is red or green by how many files there are.',
    repo: 'node-test',
    files: {
      'src/roman.js': stub.js,
      'test/roman.test.js': text`
        import assert from 'node:assert/strict';
        import { readdirSync } from 'node:fs';
        import { test } from 'node:test';

        test('roman numerals', () => assert.equal(readdirSync(new URL('../src', import.meta.url)).length, 2));
      `,
    },
  },
];
