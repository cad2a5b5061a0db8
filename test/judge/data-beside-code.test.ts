import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accepted, calc, type Files, multiply, refused, type World, world } from './world.ts';

const checks = [{ name: 'unit', command: 'node --test' }];
const base: Files = {
  ...calc,
  'README.md': '# Sums\n',
  'src/words.json': '{"one": 1}\n',
  'src/words.js':
    "import { readFileSync } from 'node:fs';\nconst words = JSON.parse(readFileSync(new URL('words.json', import.meta.url), 'utf8'));\nexport const numberOf = (word) => words[word];\n",
  'src/old.js': 'export function half(n) {\n  return n / 2;\n}\n',
  'cmd/sum.go': 'package main\n\nfunc sum(a int, b int) int {\n\treturn a + b\n}\n',
};
let w: World;
beforeAll(async () => {
  w = await world(base, { checks, mutants: { most: 4 } });
});
afterAll(() => w[Symbol.asyncDispose]());

const head =
  "import test from 'node:test';\nimport assert from 'node:assert';\nimport { existsSync, readFileSync } from 'node:fs';\n";
/** A new test of one line. */
const tests = (body: string, more = ''): Files => ({
  'test/new.test.js': `${head}${more}test('products', () => { ${body} });\n`,
});
const readme: Files = {
  'README.md': '# Sums\n\nAnd products.\n',
  ...tests("assert.match(readFileSync('README.md', 'utf8'), /products/);"),
};
const stub: Files = { 'src/mul.js': 'export function mul(a, b) {\n  return undefined;\n}\n' };
const version = `${calc['package.json']}`.replace('"name"', '"version": "1.1.0",\n  "name"');

describe('data does not speak for new code that no test asks for', () => {
  test.each<[string, Files, RegExp]>([
    [
      'a mark that only has to be there',
      { ...stub, 'src/mul.ready': 'yes\n', ...tests("assert.ok(existsSync('src/mul.ready'));") },
      /^The new tests notice src\/mul\.ready, and no code: they pass as well when the functions you added are damaged \(src\/mul\.js line 2\), and no other test notices that either\. Let/,
    ],
    [
      'a word in the README, beside a new function in an old file',
      { ...readme, 'src/calc.js': `${calc['src/calc.js']}export const mul = (a, b) => [a, b];\n` },
      /notice README\.md, and no code/,
    ],
    [
      'the version in package.json',
      {
        ...stub,
        'package.json': version,
        ...tests("assert.equal(JSON.parse(readFileSync('package.json', 'utf8')).version, '1.1.0');"),
      },
      /notice package\.json, and no code/,
    ],
    [
      'an empty class, of which nothing can be damaged',
      { ...readme, 'src/product.js': 'export class Product {}\n' },
      /notice README\.md, and no code: they pass as well without src\/product\.js\./,
    ],
    [
      'a function in a language that nobody reads here',
      { ...readme, 'cmd/mul.go': 'package main\n\nfunc mul(a int, b int) int {\n\treturn 0\n}\n' },
      /they pass as well without cmd\/mul\.go\./,
    ],
    ['a shell script', { ...readme, 'bin/mul.sh': 'echo 6\n' }, /they pass as well without bin\/mul\.sh\./],
  ])('%s', async (_, changes, says) => {
    const { reasons } = refused(await w.rule(changes));
    expect(reasons).toMatchObject([{ code: 'proof.toothless', tests: ['test/new.test.js › products'] }]);
    expect(reasons[0]?.text).toMatch(says);
  });
});

test('a test that tells the trees apart by when files were written looks at no code', async () => {
  const age = "statSync('src/calc.js').mtimeMs - statSync('test/new.test.js').mtimeMs";
  const changes = {
    'src/calc.js': `${calc['src/calc.js']}export const mul = () => 0;\n`,
    ...tests(`assert.ok(${age} < 150);`, "import { statSync } from 'node:fs';\n"),
  };
  const [reason] = refused(await w.rule(changes)).reasons;
  expect(reason?.code).toBe('proof.toothless');
  expect(reason?.text).toMatch(/^When a comment is added to the code, something fails/);
});

const beside = (files: string) =>
  `The new tests notice what was changed beside the code (${files}), and not when the code is damaged.`;
const notSeen = (files: string) =>
  `Whether the new tests notice damaged code was not seen: ${files} cannot be damaged.`;

describe('data that is the work is accepted', () => {
  test.each<[string, Files, readonly string[]]>([
    ['a README', readme, [notSeen('README.md')]],
    [
      'a README beside an old function taken apart, which old tests hold',
      {
        ...readme,
        'src/calc.js': 'import { plus } from "./plus.js";\nexport const add = (a, b) => plus(a, b);\n',
        'src/plus.js': 'export function plus(a, b) {\n  return a + b;\n}\n',
      },
      [beside('README.md')],
    ],
    [
      'a README beside a function that moved, and was not tested before either',
      {
        ...readme,
        'src/old.js': "export { halve } from './halve.js';\n",
        'src/halve.js': '/** Half. */\nexport function half(n) { return n / 2 }\nexport { half as halve };\n',
      },
      [beside('README.md')],
    ],
    [
      'a README beside an example of how it is used',
      { ...readme, 'examples/mul.js': 'export const show = () => console.log(2 * 3);\n' },
      [beside('README.md')],
    ],
    [
      'a table beside the program that writes it',
      {
        'src/words.json': '{"one": 1, "two": 2}\n',
        'tools/words.js':
          "import { writeFileSync } from 'node:fs';\nexport function make() {\n  writeFileSync('src/words.json', JSON.stringify({ one: 1, two: 2 }) + '\\n');\n}\n",
        ...tests("assert.equal(numberOf('two'), 2);", "import { numberOf } from '../src/words.js';\n"),
      },
      [beside('src/words.json')],
    ],
    [
      'a page with a script that no test can run',
      {
        'page.html': '<script src="src/page.js"></script><h1>products</h1>\n',
        'src/page.js': "export function show() {\n  document.title = 'products';\n}\n",
        'notes.txt': 'A page.\n',
        ...tests("assert.match(readFileSync('page.html', 'utf8'), /products/);"),
      },
      [beside('notes.txt, page.html')],
    ],
    [
      'code that is tested through its data',
      {
        'src/words.json': '{"one": 1, "two": 2}\n',
        'src/words.js': `${base['src/words.js']}export function product(a, b) {\n  return words[a] * words[b];\n}\n`,
        ...tests("assert.equal(product('two', 'two'), 4);", "import { product } from '../src/words.js';\n"),
      },
      [],
    ],
    [
      'a README beside an edit in a language that nobody reads here',
      { ...readme, 'cmd/sum.go': `${base['cmd/sum.go']}`.replace('a + b', 'b + a') },
      [notSeen('README.md, cmd/sum.go')],
    ],
    [
      'a README beside comments',
      {
        ...readme,
        'src/old.js': `/** Half of a number. */\n${base['src/old.js']}`,
        'cmd/sum.go': `// Sums.\n${base['cmd/sum.go']}`,
      },
      [notSeen('README.md, cmd/sum.go')],
    ],
    [
      'a shell script that reads a table, with a test that starts it',
      {
        'bin/mul.sh': 'while read -r a b; do echo $((a * b)); done < bin/pairs.txt\n',
        'bin/pairs.txt': '2 3\n',
        ...tests(
          "assert.equal(execFileSync('sh', ['bin/mul.sh'], { encoding: 'utf8' }), '6\\n');",
          "import { execFileSync } from 'node:child_process';\n",
        ),
      },
      [notSeen('bin/mul.sh, bin/pairs.txt')],
    ],
  ])('%s', async (_, changes, notes) => {
    expect(accepted(await w.rule(changes)).notes).toEqual(notes);
  });
});

test('what a command of the plan looks at is told', async () => {
  const feature = { proof: 'command', verify: 'grep -q products README.md' } as const;
  const verdict = accepted(await w.rule({ ...stub, 'README.md': '# Sums\n\nAnd products.\n' }, { feature }));
  expect(verdict.notes).toEqual([
    expect.stringMatching(/^The verify command notices README\.md, and no code/),
  ]);
});

test('data beside honest work costs no run more', async () => {
  const runsOf = async (changes: Files) => {
    const before = w.runs.length;
    await w.rule(changes);
    return w.runs.length - before;
  };
  const alone = await runsOf(multiply);
  expect(await runsOf({ ...multiply, 'README.md': '# Sums\n\nAnd products.\n' })).toBe(alone);
});
