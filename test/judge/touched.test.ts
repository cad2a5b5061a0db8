import { describe, expect, test } from 'vitest';
import { combine } from '../../src/judge/base-seen.ts';
import type { Definition } from '../../src/judge/definition.ts';
import type { CheckSeen } from '../../src/judge/seen.ts';
import { comparedByTouch, mostTouched } from '../../src/judge/touched.ts';
import type { Change } from '../../src/workspace/trees.ts';
import { checkRun } from './runners/check-run.ts';
import { accepted, calc, codes, multiply, world } from './world.ts';

describe('what a check wrote', () => {
  const files = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', 'c.txt': 'c\n', 'big.bin': 'x'.repeat(1000) };
  const touched = async (command: string) => (await checkRun(files, command, { report: 'none' })).touched;

  test.each([
    ['nothing, when it only reads and makes new files', 'cat a.txt && mkdir out && echo x > out/x.txt', []],
    ['a file that holds something else', 'echo new > dir/b.txt', ['dir/b.txt']],
    [
      'a file that was put back as it was, with its old times',
      'cp -p a.txt old; echo x > a.txt; cp -p old a.txt',
      ['a.txt'],
    ],
    ['a file that was replaced by an equal one', 'cp -p c.txt n && mv n c.txt', ['c.txt']],
    [
      'files that were removed or became links',
      'rm a.txt; rm c.txt; ln -s dir/b.txt c.txt',
      ['a.txt', 'c.txt'],
    ],
    ['files of a folder that is a link now', 'mv dir /tmp/dir; ln -s /tmp/dir dir', ['dir/b.txt']],
    ['a file with other rights', 'chmod +x a.txt', ['a.txt']],
  ])('%s', async (_what, command, expected) => {
    expect(await touched(command)).toEqual(expected);
  });
});

describe('what counts', () => {
  const definition = { checks: [] } as unknown as Definition;
  const run = (touched: readonly string[]): CheckSeen => ({
    name: 'unit',
    exit: 0,
    timedOut: false,
    ms: 1,
    report: 'none',
    tests: null,
    isolated: false,
    output: '',
    touched,
  });
  const added: Change = {
    status: 'added',
    path: 'src/new.ts',
    old: null,
    new: { path: 'src/new.ts', mode: '100644', oid: '1'.repeat(40) },
  };
  const addedTest: Change = { ...added, path: 'test/new.test.ts' };
  const compare = (base: readonly (readonly string[])[], is: readonly string[]) =>
    comparedByTouch(
      combine(
        definition,
        base.map((one) => ({ tree: 't', checks: [run(one)] })),
      ),
      { tree: 'c', checks: [run(is)] },
      [added, addedTest],
      '',
    );

  test('a test or source of the base that nothing wrote there', () => {
    const [reason, ...others] = compare([[], []], ['src/calc.js', 'test/calc.test.js']);
    expect(others).toEqual([]);
    expect(reason).toMatchObject({
      code: 'check.touched-files',
      text: expect.stringContaining(
        'it wrote src/calc.js, test/calc.test.js, which it does not do on the base',
      ),
    });
  });

  test('a test that the candidate adds: what ran is not what would land', () => {
    const [reason] = compare([[], []], ['src/new.ts', 'test/new.test.ts']);
    expect(reason?.text).toContain('it wrote test/new.test.ts, which it does not do on the base');
  });

  test.each<[string, string[][], string[]]>([
    ['what a run of the base writes too, be it only one of them', [['dist/a.js'], []], ['dist/a.js']],
    ['what else the candidate adds', [[], []], ['src/new.ts']],
    ['lock files, and the files of the harness', [[], []], ['package-lock.json', 'progress.txt']],
    [
      'anything where the base writes more than is kept',
      [Array.from({ length: mostTouched }, (_, n) => `${n}`)],
      ['src/calc.js'],
    ],
  ])('not: %s', (_what, base, is) => {
    expect(compare(base, is)).toEqual([]);
  });
});

test('a new test that puts other code in the place of the work for the time of the run is refused', async () => {
  await using w = await world(calc);
  const swaps =
    `import fs from 'node:fs';\nimport test from 'node:test';\n` +
    `const file = new URL('../src/calc.js', import.meta.url);\nconst old = fs.readFileSync(file);\n` +
    `fs.writeFileSync(file, 'export const add = (a, b) => a + b;\\nexport const mul = (a, b) => a * b;\\n');\n` +
    `test('multiplies', async () => { const { mul } = await import('../src/calc.js'); if (mul(2, 3) !== 6) throw 1; });\n` +
    `process.on('exit', () => fs.writeFileSync(file, old));\n`;
  const cheat = { 'src/calc.js': `${calc['src/calc.js']}// mul, some day\n`, 'test/mul.test.js': swaps };
  expect(codes(await w.rule(cheat, { without: 'suspicions' }))).toContain('check.touched-files');
  accepted(await w.rule(multiply));
});

test('a build step of the check that rewrites files of the repository holds nobody up', async () => {
  const built = { ...calc, 'dist/calc.js': calc['src/calc.js'] ?? '' };
  const command = 'cp src/*.js dist/ && node --test test';
  await using w = await world(built, { checks: [{ name: 'unit', command }] });
  const more = { 'src/mul.js': 'export {};\n', 'dist/mul.js': 'export {};\n' };
  accepted(await w.rule({ ...multiply, 'dist/calc.js': multiply['src/calc.js'] ?? '', ...more }));
});
