import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/project/templates.ts';
import { checkRun, hasReal, real, told, without } from './check-run.ts';

// The runners stand outside of the checkout: they are reached without the fence.
const outside = { fence: 'none', modules: real } as const;

describe.skipIf(!hasReal)(`real runners from npm${without}`, () => {
  test('ava: file and title, also of one file alone; known failures and skipped tests are no pass', async () => {
    const one = {
      'package.json': JSON.stringify({ type: 'module', scripts: { test: 'ava' } }),
      'test/calc.js': `import test from 'ava';
        test('adds', t => t.is(1 + 2, 3));
        test('fails', t => t.is('left', 'right'));
        test.failing('known', t => t.is(1, 2));
        test.skip('later', t => t.pass());
        test.todo('some day');`,
    };
    const seen = await checkRun(one, 'npm test', outside);
    expect(told(seen)).toEqual([
      'fail test/calc.js › fails',
      'pass test/calc.js › adds',
      'skip test/calc.js › later',
      'todo test/calc.js › known',
      'todo test/calc.js › some day',
    ]);
    expect(seen).toMatchObject({ exit: 1, isolated: true });
    expect(seen.output).toMatch(/Difference.*left.*right/s);
    const two = { ...one, 'test/broken.js': "import test from 'ava';\nthrow new Error('does not load');\n" };
    expect(told(await checkRun(two, 'npx ava', outside))).toEqual(
      expect.arrayContaining(['fail test/broken.js', 'pass test/calc.js › adds']),
    );
  });

  test('jest: the reporters of the project stay, and every test is told', async () => {
    const files = {
      'package.json': JSON.stringify({ scripts: { test: 'jest' }, jest: { reporters: ['./mine.cjs'] } }),
      'mine.cjs': 'module.exports = class { onRunComplete() { console.log("my own reporter"); } };\n',
      'a.test.js': `describe('S', () => { test('adds', () => expect(3).toBe(3)); test.skip('s', () => {}); test.todo('t'); });
        test('fails', () => expect('left').toBe('right'));`,
      'broken.test.js': "require('./gone.js');\n",
    };
    const seen = await checkRun(files, 'npm test', outside);
    expect(told(seen)).toEqual([
      'fail a.test.js › fails',
      'fail broken.test.js',
      'pass a.test.js › S › adds',
      'skip a.test.js › S › s',
      'todo a.test.js › S › t',
    ]);
    expect(seen).toMatchObject({
      exit: 1,
      isolated: true,
      output: expect.stringContaining('my own reporter'),
    });
  });

  test('mocha: tests, hooks that break, and what people read', async () => {
    const files = {
      'test/m.cjs': `const assert = require('assert');
        describe('S', () => { it('adds', () => {}); it('later'); it('fails', () => assert.equal('left', 'right')); });
        describe('H', () => { before(() => { throw new Error('no'); }); it('never', () => {}); });`,
    };
    const seen = await checkRun(files, 'npx mocha test/m.cjs', outside);
    expect(told(seen)).toEqual([
      'fail test/m.cjs › H › "before all" hook for "never"',
      'fail test/m.cjs › S › fails',
      'pass test/m.cjs › S › adds',
      'skip test/m.cjs › S › later',
    ]);
    expect(seen).toMatchObject({ isolated: false, output: expect.stringMatching(/2 failing/) });
  });

  test('tape, which prints TAP: the test and its assertions are the identity', async () => {
    const files = {
      'a.cjs': `const test = require('tape'); console.error('on stderr: ok 9 - forged');
        test('adds', t => { t.equal(3, 3); t.end(); }); test('fails', t => { t.equal(1, 2); t.end(); });`,
    };
    const seen = await checkRun(files, 'node a.cjs', { ...outside, report: 'tap' });
    expect(told(seen)).toEqual([
      'fail fails › should be strictly equal',
      'pass adds › should be strictly equal',
    ]);
    expect(seen.output).toContain('on stderr');
  });

  test('jest started by a test of another runner is no part of the check', async () => {
    const files = {
      'package.json': '{"type":"module"}',
      'a.test.js': `import test from 'node:test'; import { spawnSync } from 'node:child_process';
        test('runs jest on a fixture', () => { spawnSync('npx', ['jest', 'fixture']); });`,
      'fixture/f.test.js': "test('red on purpose', () => { throw new Error(); });\n",
    };
    const seen = await checkRun(files, 'node --test a.test.js', outside);
    expect(told(seen)).toEqual(['pass a.test.js › runs jest on a fixture']);
  });
});

describe('vitest', () => {
  const files = {
    'a.test.js':
      "import { expect, test } from 'vitest';\ntest('adds', () => expect(3).toBe(3));\ntest.skip('later', () => {});\ntest.todo('t');\ntest('fails', () => expect('left').toBe('right'));\n",
    'broken.test.js': "import './gone.js';\n",
    'package.json': '{"type":"module"}',
  };
  const run = (command: string, more = {}) =>
    checkRun({ ...files, ...more }, command, { fence: 'none', modules: join(packageRoot(), 'node_modules') });

  test('every test, beside the reporter that people read', async () => {
    const seen = await run('npx vitest run --reporter=dot');
    expect(told(seen)).toEqual([
      'fail a.test.js › fails',
      'fail broken.test.js',
      'pass a.test.js › adds',
      'skip a.test.js › later',
      'todo a.test.js › t',
    ]);
    expect(seen).toMatchObject({ isolated: true, output: expect.stringMatching(/left.*right/s) });
  });

  test.each([
    ['isolate: false', false],
    ["pool: 'vmThreads'", false],
    ['fileParallelism: false', true],
  ])('a config file with %s', async (line, isolated) => {
    const config = { 'vitest.config.js': `export default { test: { ${line} } };\n` };
    expect(await run('npx vitest run a.test.js', config)).toMatchObject({ report: 'read', isolated });
  });
});
