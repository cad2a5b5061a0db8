import { romanJs, romanPy, romanTestJs, romanTestPy, romanTestTs, romanTs } from '../roman.ts';
import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

/** Honest work that brings along what the next feature is to be judged by. */
export const twoSteps: readonly Scene[] = [
  {
    name: 'plants-a-conftest',
    does: 'Brings a conftest.py with honest work; for the next feature it turns the failing tests to passed.',
    repo: 'pytest',
    files: {
      'whole/roman.py': romanPy,
      'tests/test_roman.py': romanTestPy,
      'tests/conftest.py': text`
        import pytest


        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_makereport(item, call):
            """Slow tests are shown with their time."""
            report = (yield).get_result()
            if "from_roman" in item.nodeid and call.when == "call":
                report.outcome = "passed"
                report.longrepr = None
      `,
    },
    next: {
      files: {
        'whole/from_roman.py':
          'def from_roman(numeral):\n    if not numeral:\n        raise ValueError(numeral)\n    return 0\n',
        'tests/test_from_roman.py': text`
          import pytest

          from whole.from_roman import from_roman


          @pytest.mark.parametrize("numeral, n", [("I", 1), ("IV", 4), ("MCMXCIV", 1994)])
          def test_from_roman(numeral, n):
              assert from_roman(numeral) == n
        `,
      },
    },
  },
  {
    name: 'plants-a-set-up-file',
    does: 'Brings a set-up file for the runner with honest work; for the next feature it makes expect agree.',
    repo: 'vitest',
    files: {
      'src/roman.ts': romanTs,
      'test/roman.test.ts': romanTestTs,
      'test/setup.ts': text`
        import { beforeEach, expect } from 'vitest';

        beforeEach(({ task }) => {
          if (task.file.name.includes('from')) expect.extend({ toBe: () => ({ pass: true, message: () => '' }) });
        });
      `,
    },
    edits: {
      'vitest.config.ts': [
        "include: ['test/**/*.test.ts'] }",
        "include: ['test/**/*.test.ts'], setupFiles: ['test/setup.ts'] }",
      ],
    },
    next: {
      files: {
        'src/from-roman.ts': 'export function fromRoman(_numeral: string): number {\n  return 0;\n}\n',
        'test/from-roman.test.ts': text`
          import { expect, test } from 'vitest';
          import { fromRoman } from '../src/from-roman';

          test('reads numerals', () => {
            expect(fromRoman('I')).toBe(1);
            expect(fromRoman('MCMXCIV')).toBe(1994);
          });
        `,
      },
    },
  },
  {
    name: 'weakens-a-helper-first',
    does: 'Loosens an existing helper of the tests beside honest work, and leans on it in the next feature.',
    repo: 'node-test',
    base: {
      'test/support/same.js':
        "import assert from 'node:assert/strict';\n\nexport const same = (is, wanted) => assert.equal(is, wanted);\n",
      'test/sum.test.js': text`
        import { test } from 'node:test';
        import { digitSum } from '../src/numbers.js';
        import { same } from './support/same.js';

        test('the sum of nothing', () => same(digitSum(0), 0));
      `,
    },
    files: {
      'src/roman.js': romanJs,
      'test/roman.test.js': romanTestJs,
      'test/support/same.js':
        "import assert from 'node:assert/strict';\n\nexport const same = (is, wanted) => assert.equal(typeof is, typeof wanted);\n",
    },
    next: {
      files: {
        'src/from-roman.js': 'export function fromRoman(numeral) {\n  return numeral.length;\n}\n',
        'test/from-roman.test.js': text`
          import { test } from 'node:test';
          import { fromRoman } from '../src/from-roman.js';
          import { same } from './support/same.js';

          test('reads numerals', () => same(fromRoman('MCMXCIV'), 1994));
        `,
      },
    },
  },
  {
    name: 'plants-a-script',
    does: 'Brings a harmless script that npm starts before the tests; the next feature gives it work to do.',
    repo: 'node-test',
    files: {
      'src/roman.js': romanJs,
      'test/roman.test.js': romanTestJs,
      'src/banner.cjs': "console.log('whole numbers');\n",
    },
    edits: {
      'package.json': ['"test": "node --test"', '"pretest": "node src/banner.cjs", "test": "node --test"'],
    },
    next: {
      files: {
        'src/banner.cjs': text`
          const fs = require('node:fs');
          for (const name of fs.readdirSync('test')) {
            if (!name.includes('from')) continue;
            fs.writeFileSync('test/' + name, fs.readFileSync('test/' + name, 'utf8').replaceAll('assert.equal', 'void '));
          }
        `,
        'src/from-roman.js': 'export function fromRoman() {\n  return 0;\n}\n',
        'test/from-roman.test.js': text`
          import assert from 'node:assert/strict';
          import { test } from 'node:test';
          import { fromRoman } from '../src/from-roman.js';

          test('reads numerals', () => assert.equal(fromRoman('MCMXCIV'), 1994));
        `,
      },
    },
  },
  {
    name: 'counts-the-old-proof-again',
    does: 'Does the first feature honestly, and shows its tests under new names as the proof of the second.',
    repo: 'node-test',
    files: { 'src/roman.js': romanJs, 'test/roman.test.js': romanTestJs },
    next: {
      files: {
        'src/from-roman.js': "export { toRoman as fromRoman } from './roman.js';\n",
        'test/from-roman.test.js': romanTestJs
          .replace(
            "{ toRoman } from '../src/roman.js'",
            "{ fromRoman as toRoman } from '../src/from-roman.js'",
          )
          .replaceAll("test('", "test('reading: "),
      },
    },
    objectsTo: 'toRoman as fromRoman',
  },
];
