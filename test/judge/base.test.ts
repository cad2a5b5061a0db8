import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config.ts';
import {
  accepted,
  calc,
  codes,
  type Files,
  multiply,
  refused,
  trivialTest,
  type World,
  world,
} from './world.ts';

const signal = new AbortController().signal;
const baseOf = (w: World) => w.judge().base(w.base, signal);
const quick = (command: string, more: object = {}): ConfigInput['judge'] => ({
  checks: [{ name: 'quick', command, report: 'none', ...more }],
});

describe('known good first', () => {
  test('the base is run twice, then its results are kept', async () => {
    await using w = await world(calc);
    expect(await baseOf(w)).toEqual({
      ruling: 'seen',
      passing: 2,
      knownRed: 0,
      flaky: [],
      withoutIdentities: [],
      cached: false,
    });
    expect(w.runs.length).toBe(2);
    expect(await baseOf(w)).toMatchObject({ ruling: 'seen', passing: 2, cached: true });
    expect(w.runs.length).toBe(2);
  });

  test('half a result in the cache is no result', async () => {
    await using w = await world({ 'a.txt': 'a' }, quick('true'));
    await baseOf(w);
    for (const name of await readdir(w.cacheDir)) await writeFile(join(w.cacheDir, name), '{"runs":[');
    expect(await baseOf(w)).toMatchObject({ cached: false });
    expect(w.runs.length).toBe(4);
  });

  test('what landed is not run again as the next base, and its new test is held', async () => {
    await using w = await world(calc);
    accepted(await w.rule(multiply));
    const next = await w.commit(await w.tree(multiply));
    const before = w.runs.length;
    expect(await w.judge().base(next, signal)).toMatchObject({ passing: 3, cached: true });
    expect(w.runs.length).toBe(before);
    const verdict = await w.rule(
      { 'test/mul.test.js': null, 'src/sub.js': 'export const sub = (a, b) => a - b;\n' },
      { base: next },
    );
    expect(refused(verdict).reasons[0]?.tests).toEqual(['test/mul.test.js › multiplies']);
  });
});

describe('a red base', () => {
  const red =
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport * as calc from '../src/calc.js';\n";
  const spec: Files = {
    ...calc,
    'test/mul.test.js': `${red}test('multiplies', () => assert.equal(calc.mul(2, 3), 6));\n`,
    'test/div.test.js': `${red}test('divides', () => assert.equal(calc.div(6, 3), 2));\n`,
  };

  test('a known red test that turns green is the proof, with no further run', async () => {
    await using w = await world(spec);
    expect(await baseOf(w)).toMatchObject({ passing: 2, knownRed: 2 });
    const before = w.runs.length;
    const verdict = accepted(await w.rule({ 'src/calc.js': multiply['src/calc.js'] ?? '' }));
    expect(verdict).toMatchObject({ knownRed: 2, proof: { turned: ['test/mul.test.js › multiplies'] } });
    expect(w.runs.length - before).toBe(1);
  });

  test('known red tests that stay red are outside the ratchet, but no proof either', async () => {
    await using w = await world(spec);
    expect(codes(await w.rule({ 'src/calc.js': `${calc['src/calc.js']}// soon\n` }))).toEqual([
      'proof.missing',
    ]);
  });

  test('a known red test that is edited until it passes is refused, though another one is proven', async () => {
    await using w = await world(spec);
    const weak = `${spec['test/div.test.js']}`.replace('calc.div(6, 3)', '2');
    const [reason] = refused(
      await w.rule({ 'src/calc.js': multiply['src/calc.js'] ?? '', 'test/div.test.js': weak }),
    ).reasons;
    expect(reason).toMatchObject({ code: 'tests.weakened', tests: ['test/div.test.js › divides'] });
  });

  test('a known red test that is taken away is refused', async () => {
    await using w = await world(spec);
    const verdict = await w.rule({ 'src/calc.js': multiply['src/calc.js'] ?? '', 'test/div.test.js': null });
    expect(refused(verdict).reasons[0]).toMatchObject({
      code: 'tests.vanished',
      tests: ['test/div.test.js › divides'],
    });
  });

  test('a red check without identities must turn green, and that is a proof', async () => {
    await using w = await world({ 'a.txt': 'a' }, quick('grep -q b a.txt'));
    expect(await baseOf(w)).toMatchObject({ passing: 0, knownRed: 1, withoutIdentities: ['quick'] });
    expect(codes(await w.rule({ 'a.txt': 'c' }))).toEqual(['check.failed']);
    expect(accepted(await w.rule({ 'a.txt': 'b' })).proof.turned).toEqual(['check quick']);
  });
});

describe('flaky tests', () => {
  /** A world whose test passes and fails in turns: a file outside counts, so there is no fence here. */
  async function flakyWorld(files: Files, passes: string): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'flaky-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const count = `const n = readFileSync(${JSON.stringify(join(folder, 'n'))}, 'utf8').length;`;
    await writeFile(join(folder, 'n'), '');
    return world(
      {
        ...files,
        'test/moody.test.js':
          "import test from 'node:test';\nimport assert from 'node:assert';\n" +
          `import { appendFileSync, readFileSync } from 'node:fs';\n${count}\nappendFileSync(${JSON.stringify(join(folder, 'n'))}, '.');\n` +
          `test('moody', () => assert.ok(${passes}));\n`,
      },
      undefined,
      'none',
    );
  }

  test('a test that differs between two runs of the base is named, and neither held nor proof', async () => {
    const w = await flakyWorld(calc, 'n % 2 === 1');
    await using _ = w;
    expect(await baseOf(w)).toMatchObject({ passing: 2, flaky: ['test/moody.test.js › moody'] });
    // Third run: it fails, and is not held. Fourth run: it passes, and proves nothing.
    expect(accepted(await w.rule(multiply)).flaky).toEqual(['test/moody.test.js › moody']);
    expect(codes(await w.rule({ 'src/calc.js': `${calc['src/calc.js']}// x\n` }))).toEqual(['proof.missing']);
  });

  test('before a refusal rests on the one run of what landed, the base is run once more', async () => {
    // Runs 1, 2: base. 3: the landing (passes). 4: red tree of the landing. 5: next candidate (fails). 6: base again (fails).
    const w = await flakyWorld(calc, 'n < 4');
    await using _ = w;
    accepted(await w.rule(multiply));
    const next = await w.commit(await w.tree(multiply));
    const sub = {
      'src/sub.js': 'export const sub = (a, b) => a - b;\n',
      'test/sub.test.js': trivialTest('subtracts').replace("';\n", "';\nimport '../src/sub.js';\n"),
    };
    expect(accepted(await w.rule(sub, { base: next })).flaky).toEqual(['test/moody.test.js › moody']);
  });
});

describe('a judge that cannot see says so', () => {
  const cases: readonly [string, ConfigInput['judge'], Files, string, RegExp][] = [
    [
      'a command that is not there',
      quick('no-such-runner --all'),
      {},
      'judge.check-missing',
      /no-such-runner/,
    ],
    [
      'a check that never ends',
      quick('sleep 60', { timeout: '200ms' }),
      {},
      'judge.check-timeout',
      /sleep 60/,
    ],
    ['a report that was promised', quick('true', { report: 'vitest' }), {}, 'judge.no-report', /quick/],
    [
      'a report that is no XML',
      quick('echo "<x" > r.xml', { report: 'junit:r.xml' }),
      {},
      'judge.no-report',
      /r\.xml/,
    ],
    ['no checks at all', { checks: [] }, {}, 'judge.no-checks', /no checks/],
    [
      'broken configuration',
      undefined,
      { 'agentloop.config.json': '{"judge":{"chekcs":[]}}' },
      'judge.config-broken',
      /chekcs/,
    ],
  ];
  test.each(cases)('%s', async (_, judge, files, code, words) => {
    await using w = await world({ 'a.txt': 'a', ...files }, judge);
    const ruling = await baseOf(w);
    expect(ruling).toMatchObject({ ruling: 'broken', code });
    expect(ruling.ruling === 'broken' && ruling.reason).toMatch(words);
    expect(await w.rule({ 'a.txt': 'b' })).toMatchObject({ ruling: 'broken', code });
  });

  test('a check that ends by chance', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chance-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await using w = await world({ 'a.txt': 'a' }, quick(`mkdir ${folder}/once`), 'none');
    expect(await baseOf(w)).toMatchObject({ ruling: 'broken', code: 'judge.unstable' });
  });

  test('a stop while the base is run', async () => {
    await using w = await world({ 'a.txt': 'a' }, quick('sleep 60'));
    const stop = AbortSignal.timeout(200);
    expect(await w.judge().base(w.base, stop)).toMatchObject({ ruling: 'broken', code: 'judge.interrupted' });
  });

  test('a command that only the candidate lost is refused, not broken', async () => {
    await using w = await world(
      { 'run.sh': { script: '#!/bin/sh\n' }, 'a.txt': 'a' },
      quick('./a.out'),
      'auto',
    );
    expect(await baseOf(w)).toMatchObject({ code: 'judge.check-missing' });
    await using good = await world({ tool: { script: '#!/bin/sh\n' } }, quick('./tool'));
    expect(codes(await good.rule({ tool: null }))).toEqual(['check.failed']);
  });
});

test('a candidate that hangs is refused by the time of its check', async () => {
  await using w = await world({ 'a.sh': 'true\n' }, quick('. ./src.sh', { timeout: '1s' })).catch(
    async () => {
      throw new Error('the world did not open');
    },
  );
  expect(await baseOf(w)).toBeDefined();
});
