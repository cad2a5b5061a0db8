import { afterAll, beforeAll, expect, test } from 'vitest';
import { accepted, calc, codes, multiply, trivialTest, type World, world } from './world.ts';

/** A repository with nothing in it yet: the first feature brings the project, its runner and its first test. */
let w: World;
beforeAll(async () => {
  w = await world({ 'README.md': 'calc\n' }, { checks: [{ name: 'unit', command: 'npm test' }] });
});
afterAll(() => w[Symbol.asyncDispose]());

test('the first honest feature brings its own runner, and its test is the proof', async () => {
  expect(await w.judge().base(w.base, new AbortController().signal)).toMatchObject({
    passing: 0,
    knownRed: 1,
  });
  const { proof } = accepted(
    await w.rule({
      ...calc,
      ...multiply,
      '.npmrc': 'fund=false\n',
      'test/six.js': 'export const six = 6;\n',
    }),
  );
  expect(proof.turned).toContain('test/mul.test.js › multiplies');
});

test('a test script that is `true` makes the check green, and is no proof', async () => {
  const manifest = `${calc['package.json']}`.replace('node --test', 'true');
  expect(codes(await w.rule({ ...calc, ...multiply, 'package.json': manifest }))).toEqual(['proof.missing']);
});

test('a test that needs nothing of the work is no proof', async () => {
  const changes = {
    'package.json': calc['package.json'] ?? '',
    'src/calc.js': '// soon\n',
    'test/a.test.js': trivialTest(),
  };
  expect(codes(await w.rule(changes))).toEqual(['proof.already-green']);
});

test('where another check is green already, a red one may still need new tests to turn green', async () => {
  const both = {
    checks: [
      { name: 'lint', command: 'true' },
      { name: 'unit', command: 'ls test/*.sh && for t in test/*.sh; do sh $t || exit 1; done' },
    ],
  };
  await using shell = await world({ 'a.txt': '' }, both);
  const { proof } = accepted(await shell.rule({ 'a.txt': 'a', 'test/a.sh': 'grep -q a a.txt\n' }));
  expect(proof.turned).toEqual(['check unit']);
});
