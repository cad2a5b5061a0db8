import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neutralText } from '../../src/judge/mutants/neutral.ts';
import { accepted, calc, type Files, type More, refused, type World, world } from './world.ts';

const exec = promisify(execFile);
const hasPython = await exec('python3', ['--version']).then(
  () => true,
  () => false,
);
const checks = [{ name: 'unit', command: 'node --test' }];
const mutants = { most: 3 };
/** What is told here hangs on these layers alone. */
const only = ['snapshot', 'proof', 'teeth'] as const;
let w: World;
beforeAll(async () => {
  w = await world(calc, { checks, mutants });
});
afterAll(() => w[Symbol.asyncDispose]());

const head = "import test from 'node:test';\nimport assert from 'node:assert';\n";
const about = (what: string, body: string): string => `${head}${what}\n${body}\n`;
const roman = "import { toRoman } from '../src/roman.js';";
const ones = "export function toRoman(n) {\n  return 'I';\n}\n";
const byCommand = (verify: string): More => ({ only, feature: { proof: 'command', verify } });

describe('refused', () => {
  test.each<[string, Files, RegExp, More?]>([
    [
      'a test of the text of a function',
      {
        'src/roman.js': ones,
        'test/roman.test.js': about(roman, "test('writes', () => assert.equal(String(toRoman).length, 37));"),
      },
      /the new tests look at the text of the code/,
    ],
    [
      'a module that ends the process when its text is another one',
      {
        'src/roman.js': `${ones}if (String(toRoman).length !== 37) process.exit(0);\n`,
        'test/roman.test.js': about(roman, "test('writes', () => assert.ok(toRoman));"),
      },
      /The code looks at itself/,
    ],
    [
      'a verify command that starts what the work brings along to look at itself',
      {
        'src/roman.js': "export const toRoman = () => '';\n",
        'check-roman.mjs':
          "import { toRoman } from './src/roman.js';\nif (typeof toRoman !== 'function') process.exit(1);\n",
      },
      /The verify command still passes/,
      byCommand('node check-roman.mjs'),
    ],
    [
      'a program without an ending',
      {
        'src/roman.cjs': "module.exports = require('./numerals');\n",
        'src/numerals': "module.exports = { toRoman: () => 'I' };\n",
        'test/roman.test.cjs':
          "const test = require('node:test');\nconst { toRoman } = require('../src/numerals');\ntest('writes', () => require('node:assert').ok(toRoman(4) !== 5));\n",
      },
      /The new tests still pass/,
    ],
  ])('%s', async (_, changes, says, more = { only }) => {
    const verdict = refused(await w.rule(changes, more));
    expect(verdict.reasons).toMatchObject([{ code: 'proof.toothless', text: expect.stringMatching(says) }]);
  });
});

describe('accepted', () => {
  test.each<[string, Files, readonly unknown[], More?]>([
    [
      'classes, directives, generators, stack traces',
      {
        'src/list.js':
          "'use strict';\nclass Base {}\nexport class List extends Base {\n  #all = [];\n  constructor(...all) {\n    super();\n    this.#all = all;\n  }\n  async *[Symbol.asyncIterator]() {\n    for (const one of this.#all) yield await one;\n  }\n}\nexport function where() {\n  'use strict'\n  return /list\\.js:(\\d+)/.exec(new Error('x').stack)[1];\n}\n",
        'test/list.test.js': about(
          "import { List, where } from '../src/list.js';",
          "test('walks', async () => { const seen = []; for await (const one of new List(1, 2)) seen.push(one); assert.deepEqual(seen, [1, 2]); });\ntest('tells its line', () => assert.equal(where(), '15'));",
        ),
      },
      [],
    ],
    [
      'a program of the work that the verify command starts',
      { 'src/cli.js': 'console.log(Number(process.argv[2]) * 2);\n' },
      [],
      byCommand('test "$(node src/cli.js 3)" = 6'),
    ],
    [
      'a verify command that may look at style as well',
      {
        'src/double.js': 'export const double = (a) => a * 2;\n',
        'check-double.mjs':
          "import { double } from './src/double.js';\nif (double(2) !== 4) process.exit(1);\n",
      },
      [expect.stringMatching(/it may look at its style/)],
      byCommand('true format && ! grep -q "/\\*" src/double.js && node check-double.mjs'),
    ],
  ])('%s', async (_, changes, notes, more = { only }) => {
    expect(accepted(await w.rule(changes, more)).notes).toEqual(notes);
  });
});

test.skipIf(!hasPython)(
  `Python: other compiled code that does the same${hasPython ? '' : ' (skipped: `python3` is not there)'}`,
  async () => {
    const code =
      'def f(a):\n    """Doubles."""\n    return a * 2\n\n\nasync def g(a):\n    while a:\n        return a\n\n\nh = lambda a: a\n';
    const say =
      'import sys\nexec(sys.argv[1])\nprint([(k.__code__.co_code, k.__code__.co_consts) for k in (f, g, h)])\nprint(f(2), h(3), f.__doc__, f.__code__.co_firstlineno)';
    const told = async (text: string) => (await exec('python3', ['-c', say, text])).stdout.split('\n');
    const [[was, does], [is, doesNow]] = [await told(code), await told(neutralText('a.py', code) ?? '')];
    expect(doesNow).toBe(does);
    expect(is).not.toBe(was);
  },
);
