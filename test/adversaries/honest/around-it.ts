import { offlineInstall } from '../packages.ts';
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

/** Work that touches more than a source and a test: helpers, fixtures, packages, documents, generated code. */
export const aroundIt: readonly Scene[] = [
  {
    name: 'new-test-helper',
    does: 'Adds a helper that its new tests share.',
    repo: 'node-test',
    files: {
      'src/roman.js': romanJs,
      'test/support/table.js':
        "import assert from 'node:assert/strict';\n\n/** Checks each pair of a table. */\nexport function checkTable(call, table) {\n  for (const [given, wanted] of table) assert.equal(call(given), wanted);\n}\n",
      'test/roman.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { toRoman } from '../src/roman.js';
        import { checkTable } from './support/table.js';

        test('letters are added', () => checkTable(toRoman, [[1, 'I'], [3888, 'MMMDCCCLXXXVIII']]));
        test('pairs are subtractive', () => checkTable(toRoman, [[4, 'IV'], [49, 'XLIX'], [994, 'CMXCIV'], [3999, 'MMMCMXCIX']]));
        test('others have none', () => [0, 4000, 1.5].map((n) => assert.throws(() => toRoman(n), RangeError)));
      `,
    },
  },
  {
    name: 'new-fixture-file',
    does: 'Adds a table of numerals as a fixture and tests against it.',
    repo: 'pytest',
    files: {
      'whole/roman.py': romanPy,
      'tests/data/numerals.json':
        '{ "1": "I", "4": "IV", "49": "XLIX", "994": "CMXCIV", "3888": "MMMDCCCLXXXVIII", "3999": "MMMCMXCIX" }\n',
      'tests/test_roman.py': text`
        import json
        from pathlib import Path

        import pytest

        from whole.roman import to_roman

        TABLE = json.loads((Path(__file__).parent / "data" / "numerals.json").read_text())


        def test_the_table():
            assert {n: to_roman(int(n)) for n in TABLE} == TABLE


        @pytest.mark.parametrize("n", [0, 4000, 1.5, "X"])
        def test_others_have_none(n):
            with pytest.raises(ValueError):
                to_roman(n)
      `,
    },
  },
  {
    name: 'fixtures-in-conftest',
    does: 'Adds a conftest.py with a fixture of its own that the new tests use.',
    repo: 'pytest',
    files: {
      'whole/roman.py': romanPy,
      'tests/conftest.py': text`
        import pytest


        @pytest.fixture
        def numerals():
            return {1: "I", 4: "IV", 49: "XLIX", 994: "CMXCIV", 3888: "MMMDCCCLXXXVIII", 3999: "MMMCMXCIX"}
      `,
      'tests/test_roman.py': text`
        import pytest

        from whole.roman import to_roman


        def test_numerals(numerals):
            assert [to_roman(n) for n in numerals] == list(numerals.values())


        def test_others_have_none():
            for n in (0, 4000, 1.5):
                with pytest.raises(ValueError):
                    to_roman(n)
      `,
    },
  },
  {
    name: 'tests-in-several-files',
    does: 'Spreads the work over two sources and their tests over three files, one of them deep in a new folder.',
    repo: 'vitest',
    files: {
      'src/roman.ts': romanTs,
      'src/format.ts': text`
        import { toRoman } from './roman';

        /** 3 gives "Chapter III". */
        export function chapter(n: number): string {
          return 'Chapter ' + toRoman(n);
        }
      `,
      'test/roman.test.ts': romanTestTs.replace(/test\('other[\s\S]*$/, ''),
      'test/roman/errors.test.ts': text`
        import { expect, test } from 'vitest';
        import { toRoman } from '../../src/roman';

        test.each([0, -1, 4000, 1.5])('%d has no numeral', (n) => expect(() => toRoman(n)).toThrow(RangeError));
      `,
      'test/format.test.ts': text`
        import { expect, test } from 'vitest';
        import { chapter } from '../src/format';

        test('chapters are counted in Roman numerals', () => expect(chapter(3)).toBe('Chapter III'));
      `,
    },
  },
  {
    name: 'dependency-of-a-registry',
    does: 'Adds a dependency by name and version range, which init.sh installs, and uses it.',
    repo: 'node-test',
    feature: {
      title: 'Read times',
      description:
        'seconds(text) gives the whole seconds of a time such as "2h" or "1.5m"; RangeError for anything else.',
    },
    base: { 'init.sh': offlineInstall },
    files: {
      'src/times.js': text`
        import ms from 'ms';

        export function seconds(time) {
          const read = typeof time === 'string' && time !== '' ? ms(time) : undefined;
          if (read === undefined) throw new RangeError('no time: ' + time);
          return Math.round(read / 1000);
        }
      `,
      'test/times.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { seconds } from '../src/times.js';

        test('times are read', () => assert.deepEqual(['2h', '1.5m', '10s'].map(seconds), [7200, 90, 10]));
        test('what is none is an error', () => {
          for (const time of ['soon', '', 7]) assert.throws(() => seconds(time), RangeError);
        });
      `,
    },
    edits: { 'package.json': ['"type"', '"dependencies": { "ms": "^2.1.3" },\n  "type"'] },
  },
  {
    name: 'dependency-of-the-workspace',
    does: 'Adds a dependency on a package that lies in the repository already, by its version: an npm workspace.',
    repo: 'node-test',
    base: {
      'package.json': text`
        {
          "name": "whole-numbers",
          "version": "1.0.0",
          "type": "module",
          "workspaces": ["packages/*"],
          "scripts": { "test": "node --test test/*.test.js" }
        }
      `,
      'init.sh': '#!/bin/sh\nnpm install --offline --no-audit --no-fund --no-package-lock\n',
      'packages/pairs/package.json':
        '{ "name": "pairs", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
      'packages/pairs/index.js':
        "export const pairs = [[900, 'CM'], [400, 'CD'], [90, 'XC'], [40, 'XL'], [9, 'IX'], [4, 'IV']];\n",
    },
    files: {
      'src/roman.js': text`
        import { pairs } from 'pairs';

        const letters = [...pairs, [1000, 'M'], [500, 'D'], [100, 'C'], [50, 'L'], [10, 'X'], [5, 'V'], [1, 'I']];
        letters.sort(([a], [b]) => b - a);

        export function toRoman(n) {
          if (!Number.isInteger(n) || n < 1 || n > 3999) throw new RangeError('no Roman numeral for ' + n);
          const [value, letter] = letters.find(([one]) => one <= n);
          return n === value ? letter : letter + toRoman(n - value);
        }
      `,
      'test/roman.test.js': romanTestJs,
    },
    edits: { 'package.json': ['"type"', '"dependencies": { "pairs": "^1.0.0" },\n  "type"'] },
  },
  {
    name: 'dependency-by-path',
    does: 'Adds a dependency on a package that lies in the repository already, by its path.',
    repo: 'node-test',
    base: {
      'init.sh': '#!/bin/sh\nnpm install --offline --no-audit --no-fund --no-package-lock\n',
      'packages/pairs/package.json':
        '{ "name": "pairs", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
      'packages/pairs/index.js':
        "export const pairs = [[900, 'CM'], [400, 'CD'], [90, 'XC'], [40, 'XL'], [9, 'IX'], [4, 'IV']];\n",
    },
    files: {
      'src/roman.js': text`
        import { pairs } from 'pairs';

        const letters = [...pairs, [1000, 'M'], [500, 'D'], [100, 'C'], [50, 'L'], [10, 'X'], [5, 'V'], [1, 'I']];
        letters.sort(([a], [b]) => b - a);

        export function toRoman(n) {
          if (!Number.isInteger(n) || n < 1 || n > 3999) throw new RangeError('no Roman numeral for ' + n);
          const [value, letter] = letters.find(([one]) => one <= n);
          return n === value ? letter : letter + toRoman(n - value);
        }
      `,
      'test/roman.test.js': romanTestJs,
    },
    edits: { 'package.json': ['"type"', '"dependencies": { "pairs": "file:packages/pairs" },\n  "type"'] },
  },
  {
    name: 'package-of-its-own',
    does: 'Puts a part of the work into a new package of the repository, and needs it by its path.',
    repo: 'node-test',
    base: { 'init.sh': '#!/bin/sh\nnpm install --offline --no-audit --no-fund --no-package-lock\n' },
    files: {
      'packages/letters/package.json':
        '{ "name": "letters", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
      'packages/letters/index.js': text`
        export const letters = [
          [1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'],
          [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
        ];
      `,
      'src/roman.js': text`
        import { letters } from 'letters';

        export function toRoman(n) {
          if (!Number.isInteger(n) || n < 1 || n > 3999) throw new RangeError('no Roman numeral for ' + n);
          const [value, letter] = letters.find(([one]) => one <= n);
          return n === value ? letter : letter + toRoman(n - value);
        }
      `,
      'test/roman.test.js': romanTestJs,
    },
    edits: {
      'package.json': ['"type"', '"dependencies": { "letters": "file:packages/letters" },\n  "type"'],
    },
  },
  {
    name: 'another-script-in-package-json',
    does: 'Adds a program, its entry under "bin", and a script to start it.',
    repo: 'node-test',
    files: {
      'src/roman.js': romanJs,
      'src/roman-cli.js': text`
        #!/usr/bin/env node
        import { toRoman } from './roman.js';

        const n = Number(process.argv[2]);
        try {
          console.log(toRoman(n));
        } catch (error) {
          console.error(error.message);
          process.exit(1);
        }
      `,
      'test/roman.test.js': romanTestJs,
      'test/roman-cli.test.js': text`
        import assert from 'node:assert/strict';
        import { spawnSync } from 'node:child_process';
        import { test } from 'node:test';
        import { fileURLToPath } from 'node:url';

        const cli = fileURLToPath(new URL('../src/roman-cli.js', import.meta.url));
        const run = (...words) => spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' });

        test('the program prints the numeral', () => assert.equal(run('1994').stdout, 'MCMXCIV\n'));
        test('what has none ends with 1 and says so', () => {
          const { status, stdout, stderr } = run('4000');
          assert.deepEqual([status, stdout], [1, '']);
          assert.match(stderr, /4000/);
        });
      `,
    },
    edits: {
      'package.json': [
        '"scripts": { "test": "node --test" }',
        '"bin": { "roman": "./src/roman-cli.js" },\n  "scripts": { "test": "node --test", "roman": "node src/roman-cli.js" }',
      ],
    },
  },
  {
    name: 'generated-with-its-generator',
    does: 'Commits generated code together with the program that makes it.',
    repo: 'node-test',
    files: {
      'scripts/make-numerals.js': text`
        // Writes src/numerals.js: the numeral of each digit, for ones, tens, hundreds and thousands.
        import { writeFileSync } from 'node:fs';

        const digits = (one, five, ten) => ['', one, one + one, one.repeat(3), one + five, five, five + one, five + one + one, five + one.repeat(3), one + ten];
        const places = [digits('I', 'V', 'X'), digits('X', 'L', 'C'), digits('C', 'D', 'M'), ['', 'M', 'MM', 'MMM']];
        writeFileSync(new URL('../src/numerals.js', import.meta.url), '// Made by scripts/make-numerals.js.\nexport const places = ' + JSON.stringify(places, null, 2) + ';\n');
      `,
      'src/roman.js': text`
        import { places } from './numerals.js';

        export function toRoman(n) {
          if (!Number.isInteger(n) || n < 1 || n > 3999) throw new RangeError('no Roman numeral for ' + n);
          const digits = [...String(n)].reverse();
          return digits.map((digit, at) => places[at][digit]).reverse().join('');
        }
      `,
      'test/roman.test.js': romanTestJs,
    },
    script: 'node scripts/make-numerals.js',
  },
  {
    name: 'documents-beside-it',
    does: 'Writes README, changelog and an example beside the work.',
    repo: 'vitest',
    base: { 'README.md': '# Whole numbers\n' },
    files: {
      'src/roman.ts': romanTs,
      'test/roman.test.ts': romanTestTs,
      'README.md': '# Whole numbers\n\n`toRoman(1994)` gives `MCMXCIV`.\n',
      'CHANGELOG.md': '# Changes\n\n* Roman numerals\n',
      'examples/year.ts':
        "import { toRoman } from '../src/roman';\n\nconsole.log(toRoman(new Date().getFullYear()));\n",
    },
  },
  {
    name: 'new-snapshot',
    does: 'Adds a snapshot test with its snapshot, beside tests that say what is wanted.',
    repo: 'jest',
    files: {
      'lib/roman.js': romanCommonJs,
      '__tests__/roman.test.js': `${romanTestJest}\ntest('the first twelve', () => expect(Array.from({ length: 12 }, (_, at) => toRoman(at + 1))).toMatchSnapshot());\n`,
    },
    script: 'npx jest --ci=false > /dev/null 2>&1',
  },
  {
    name: 'settings-of-an-editor',
    does: 'Adds an .editorconfig and a file of settings for the program itself.',
    repo: 'pytest',
    files: {
      '.prettierrc.json': '{ "proseWrap": "always" }\n',
      '.editorconfig': '[*.py]\nindent_style = space\n',
      'whole/settings.toml': '[roman]\nlargest = 3999\n',
      'whole/roman.py': romanPy
        .replace(
          'LETTERS',
          'import tomllib\nfrom pathlib import Path\n\nLARGEST = tomllib.loads((Path(__file__).parent / "settings.toml").read_text())["roman"]["largest"]\nLETTERS',
        )
        .replace('<= 3999', '<= LARGEST'),
      'tests/test_roman.py': romanTestPy,
    },
  },
  {
    name: 'built-by-the-check',
    does: 'Works in a repository whose check builds before it tests.',
    repo: 'node-test',
    base: {
      'scripts/build.js': text`
        import { cpSync, readdirSync } from 'node:fs';

        for (const name of readdirSync('src')) cpSync('src/' + name, 'dist/' + name);
      `,
      'package.json': text`
        {
          "name": "whole-numbers",
          "type": "module",
          "scripts": { "build": "node scripts/build.js", "test": "npm run build && node --test" }
        }
      `,
    },
    files: { 'src/roman.js': romanJs, 'test/roman.test.js': romanTestJs.replace('../src/', '../dist/') },
  },
];
