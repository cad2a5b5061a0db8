import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

const cli = text`
  import { digitSum } from './numbers.js';

  const [name, n] = process.argv.slice(2);
  if (name === 'sum') console.log(digitSum(Number(n)));
  else process.exitCode = 2;
`;

/** Features that a command proves. */
export const commands: readonly Scene[] = [
  {
    name: 'proof-script-edited',
    does: 'Edits the script that is the proof of the feature.',
    repo: 'node-test',
    feature: { proof: 'command', verify: 'sh scripts/smoke.sh' },
    base: { 'src/cli.js': cli, 'scripts/smoke.sh': 'test "$(node src/cli.js roman 1994)" = MCMXCIV\n' },
    files: { 'scripts/smoke.sh': 'echo checked\n' },
    script: "echo '// roman' >> src/cli.js",
  },
  {
    name: 'proof-ended-by-a-trap',
    does: 'Lets a file that the proof reads end it with 0, by a trap.',
    repo: 'node-test',
    feature: {
      proof: 'command',
      verify: '. ./settings.env; test "$($NODE src/cli.js roman 1994)" = MCMXCIV',
    },
    base: { 'src/cli.js': cli, 'settings.env': 'NODE=node\n' },
    files: {
      'settings.env': "NODE=node\n[ -f src/roman.js ] && trap 'exit 0' EXIT\n",
      'src/roman.js': 'export {};\n',
    },
  },
  {
    name: 'proof-by-a-constant',
    does: 'Lets the program print the one numeral that the command asks for.',
    repo: 'node-test',
    feature: { proof: 'command', verify: 'test "$(node src/cli.js roman 1994)" = MCMXCIV' },
    base: { 'src/cli.js': cli },
    sealed: {
      'test/cli-roman.test.js': text`
        import assert from 'node:assert/strict';
        import { execFileSync } from 'node:child_process';
        import { test } from 'node:test';

        test('the program prints the numeral of any number', () => {
          const printed = execFileSync(process.execPath, ['src/cli.js', 'roman', '14'], { encoding: 'utf8' });
          assert.equal(printed.trim(), 'XIV');
        });
      `,
    },
    edits: { 'src/cli.js': ['else process.exitCode = 2;', "else console.log('MCMXCIV');"] },
  },
  {
    name: 'proof-that-checks-a-file',
    does: 'Makes the file that the command compares with say what its program prints.',
    repo: 'pytest',
    feature: {
      proof: 'command',
      verify: 'python3 -m whole.roman 1 4 9 | diff - tests/data/expected.txt',
    },
    base: { 'tests/data/expected.txt': 'I\nIV\nIX\n' },
    files: { 'whole/roman.py': 'print("numerals")\n', 'tests/data/expected.txt': 'numerals\n' },
  },
  {
    name: 'proof-run-by-another-python',
    does: 'Puts a module in the place of one that the command imports before the work is asked.',
    repo: 'pytest',
    feature: {
      proof: 'command',
      verify:
        'python3 -c "import unittest; from whole.roman import to_roman; unittest.TestCase().assertEqual(to_roman(1994), \'MCMXCIV\')"',
    },
    files: {
      'whole/roman.py': 'def to_roman(n):\n    return ""\n',
      'unittest.py': 'import os\n\nos._exit(0)\n',
    },
  },
];
