import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config.ts';
import {
  accepted,
  calc,
  codes,
  type Files,
  flakyWorld,
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

  test('what is known of a base serves other runs, until something else decides', async () => {
    await using w = await world({ 'a.txt': 'a' }, quick('true'));
    await baseOf(w);
    const other = { evidenceDir: join(w.evidenceDir, 'other-run') };
    expect(await w.judge(undefined, other).base(w.base, signal)).toMatchObject({ cached: true });
    expect(await w.judge(undefined, { version: '9.9.9' }).base(w.base, signal)).toMatchObject({
      cached: false,
    });
    expect(await w.judge(undefined, { fence: 'none' }).base(w.base, signal)).toMatchObject({
      cached: w.fence === 'none',
    });
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
      { 'src/calc.js': `${multiply['src/calc.js']}`.replace('a * b', 'a / b') },
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

  let w: World;
  beforeAll(async () => {
    w = await world(spec);
  });
  afterAll(() => w[Symbol.asyncDispose]());

  test('a known red test that turns green is the proof, with no further run', async () => {
    expect(await baseOf(w)).toMatchObject({ passing: 2, knownRed: 2 });
    const before = w.runs.length;
    const verdict = accepted(await w.rule({ 'src/calc.js': multiply['src/calc.js'] ?? '' }));
    expect(verdict).toMatchObject({ knownRed: 2, proof: { turned: ['test/mul.test.js › multiplies'] } });
    expect(w.runs.length - before).toBe(1);
  });

  test('a test file that did not load on the base proves by the tests it turns out to hold', async () => {
    const both =
      "import test from 'node:test';\nimport assert from 'node:assert';\nimport { mul } from '../src/mul.js';\n" +
      "test('multiplies', () => assert.equal(mul(2, 3), 6));\ntest('knows infinity', () => assert.equal(mul(0, Infinity), 0));\n";
    await using early = await world({ ...calc, 'test/mul.test.js': both });
    expect(await baseOf(early)).toMatchObject({ passing: 2, knownRed: 1 });
    // The second test is still red: it was red with its file, and is nobody's fault.
    const { proof } = accepted(await early.rule({ 'src/mul.js': 'export const mul = (a, b) => a * b;\n' }));
    expect(proof.turned).toEqual(['test/mul.test.js › multiplies']);
  });

  test('known red tests that stay red are outside the ratchet, but no proof either', async () => {
    expect(codes(await w.rule({ 'src/calc.js': `${calc['src/calc.js']}// soon\n` }))).toEqual([
      'proof.missing',
    ]);
  });

  test('a known red test that passes only with what was put beside it is refused', async () => {
    const file = `${red}test('divides', () => assert.equal(globalThis.six ?? calc.div(12, 2), 6));\n`;
    await using helped = await world({ ...spec, 'test/div.test.js': file });
    const changes = {
      'src/calc.js': multiply['src/calc.js'] ?? '',
      'test/ready.js': 'export const ready = () => { globalThis.six = 6; };\n',
      'test/div.test.js': `import { beforeEach } from 'node:test';\nimport { ready } from './ready.js';\n${file}beforeEach(() => ready());\n`,
    };
    const [reason] = refused(await helped.rule(changes)).reasons;
    expect(reason).toMatchObject({ code: 'tests.weakened', tests: ['test/div.test.js › divides'] });
  });

  test('a known red test that is edited or taken away is refused, though another one is proven', async () => {
    const src = { 'src/calc.js': multiply['src/calc.js'] ?? '' };
    const weak = `${spec['test/div.test.js']}`.replace('calc.div(6, 3)', '2');
    expect(codes(await w.rule({ ...src, 'test/div.test.js': weak }))).toEqual(['tests.edited']);
    expect(codes(await w.rule({ ...src, 'test/div.test.js': null }))).toEqual(['tests.removed']);
  });

  test('a red check without identities must turn green, and that is a proof', async () => {
    await using bare = await world({ 'a.txt': 'a' }, quick('grep -q b a.txt'));
    expect(await baseOf(bare)).toMatchObject({ passing: 0, knownRed: 1, withoutIdentities: ['quick'] });
    expect(codes(await bare.rule({ 'a.txt': 'c' }))).toEqual(['check.failed']);
    expect(accepted(await bare.rule({ 'a.txt': 'b' })).proof.turned).toEqual(['check quick']);
  });
});

test('a green check without identities: a new test must turn it red on the base', async () => {
  const judge = quick('for t in test/*.sh; do sh $t || exit 1; done');
  await using w = await world({ 'a.txt': 'a', 'test/a.sh': 'grep -q a a.txt\n' }, judge);
  const honest = { 'a.txt': 'ab', 'test/b.sh': 'grep -q b a.txt\n' };
  expect(accepted(await w.rule(honest)).proof.turned).toEqual(['check quick']);
  expect(codes(await w.rule({ ...honest, 'test/b.sh': 'grep -q a a.txt\n' }))).toEqual([
    'proof.already-green',
  ]);
  const broken = { 'a.txt': 'b', 'test/b.sh': 'grep -q b a.txt\n' };
  expect(codes(await w.rule(broken))).toEqual(['check.failed']);
  expect(codes(await w.rule({ ...broken, 'test/a.sh': 'true\n' }))).toEqual(['tests.edited']);
});

describe('flaky tests', () => {
  test('a test that differs between two runs of the base is named, and neither held nor proof', async () => {
    await using w = await flakyWorld(calc, 'n % 2 === 1');
    expect(await baseOf(w)).toMatchObject({ passing: 2, flaky: ['test/moody.test.js › moody'] });
    // Third run: it fails, and is not held. Fourth run: it passes, and proves nothing.
    expect(accepted(await w.rule(multiply)).flaky).toEqual(['test/moody.test.js › moody']);
    expect(codes(await w.rule({ 'src/calc.js': `${calc['src/calc.js']}// x\n` }))).toEqual(['proof.missing']);
  });

  test('what is known as flaky stays so when something lands', async () => {
    await using w = await flakyWorld(calc, 'n % 2 === 1');
    await baseOf(w);
    accepted(await w.rule(multiply));
    const next = await w.commit(await w.tree(multiply));
    const ruling = await w.judge().base(next, signal);
    expect(ruling).toMatchObject({ cached: true, passing: 3, flaky: ['test/moody.test.js › moody'] });
  });

  test('before a refusal rests on the one run of what landed, the base is run once more', async () => {
    // Runs 1, 2: base. 3: the landing (passes). 4: next candidate (fails). 5: base again (fails). Narrow runs leave it out.
    await using w = await flakyWorld(calc, 'n < 3');
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
    await using w = await world({ tool: { script: '#!/bin/sh\n' } }, quick('./tool'));
    expect(codes(await w.rule({ tool: null }))).toEqual(['check.failed']);
  });
});

test('a candidate that hangs is refused when the time of the check is over', async () => {
  await using w = await world({ 'nap.txt': '0' }, quick('sleep $(cat nap.txt)', { timeout: '1s' }));
  const [reason] = refused(await w.rule({ 'nap.txt': '60' })).reasons;
  expect(reason).toMatchObject({ code: 'check.timeout' });
  expect(reason?.text).toMatch(/^The check "quick" did not end in its time\./);
});

describe('init.sh', () => {
  const init: Files = {
    'init.sh':
      '#!/bin/sh\ngrep -q bad package.json && { echo cannot install; exit 3; }\nmkdir -p node_modules/dep && echo 1 > node_modules/dep/x\n',
    'package.json': '{"name":"a"}\n',
    'a.txt': 'a',
  };
  const installed = quick('test -e node_modules/dep/x && grep -q b a.txt');

  test('what it makes is there when checks run, for base and candidate', async () => {
    await using w = await world(init, installed);
    accepted(await w.rule({ 'a.txt': 'b' }));
  });

  test('not getting through on the base, the judge cannot see', async () => {
    await using w = await world({ ...init, 'package.json': '{"name":"bad"}\n' }, installed);
    expect(await baseOf(w)).toMatchObject({ ruling: 'broken', code: 'judge.prepare-failed' });
  });

  test('not getting through with what the candidate asks for, the candidate is refused', async () => {
    await using w = await world(init, installed);
    const [reason] = refused(
      await w.rule({ 'a.txt': 'b', 'package.json': '{"name":"a","dependencies":{"bad":"1"}}\n' }),
    ).reasons;
    expect(reason).toMatchObject({ code: 'check.prepare-failed' });
    expect(reason?.output).toMatch(/cannot install/);
  });
});
