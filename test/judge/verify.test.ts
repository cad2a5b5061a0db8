import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accepted, calc, codes, type Files, multiply, refused, type World, world } from './world.ts';

/** What the command looks at must not need Node to start: most tests here are about whose version counts. */
const verify = 'grep -q mul src/calc.js';
const command = { proof: 'command', verify } as const;
const src: Files = { 'src/calc.js': multiply['src/calc.js'] ?? '' };

let w: World;
beforeAll(async () => {
  w = await world(
    { ...calc, 'test/mul.sh': 'grep -q "a [*] b" src/calc.js\n' },
    { checks: [{ name: 'quick', command: 'test -e src/calc.js', report: 'none' }] },
  );
});
afterAll(() => w[Symbol.asyncDispose]());

describe('a feature proven by its command', () => {
  test('red on the base and green on the candidate is the proof', async () => {
    const { proof } = accepted(await w.rule(src, { feature: command }));
    const redAt = await w.repo.trees.treeOf(w.base);
    expect(proof).toEqual({ kind: 'command', turned: [verify], redAt, greenAt: await w.tree(src) });
  });

  test('red on the candidate is refused with its output', async () => {
    const feature = { proof: 'command', verify: 'echo not yet; false' } as const;
    const [reason] = refused(await w.rule(src, { feature })).reasons;
    expect(reason).toMatchObject({ code: 'proof.verify-red', output: 'not yet' });
    expect(reason?.text).toMatch(/^The verify command of the feature fails \(exit code 1\)\. Run it/);
  });

  test('green on the base too shows nothing', async () => {
    const feature = { proof: 'command', verify: 'true' } as const;
    expect(codes(await w.rule(src, { feature }))).toEqual(['proof.verify-green-before']);
  });

  test('a command that runs a new test is judged on the base with that test', async () => {
    const feature = { proof: 'command', verify: 'sh test/new.sh' } as const;
    expect(codes(await w.rule({ ...src, 'test/new.sh': 'true\n' }, { feature }))).toEqual([
      'proof.verify-green-before',
    ]);
    accepted(await w.rule({ ...src, 'test/new.sh': `${verify}\n` }, { feature }));
  });

  test('a known test that it runs counts as the base has it', async () => {
    const feature = { proof: 'command', verify: 'sh test/mul.sh' } as const;
    const weak = { 'src/calc.js': `${calc['src/calc.js']}export const mul = 0;\n` };
    expect(codes(await w.rule(weak, { feature }))).toEqual(['proof.verify-red']);
    expect(codes(await w.rule({ ...weak, 'test/mul.sh': `${verify}\n` }, { feature }))).toEqual([
      'tests.edited',
    ]);
    accepted(await w.rule(src, { feature }));
  });

  test('a case that was only added to a known test may be what it looks at', async () => {
    const feature = { proof: 'command', verify: 'sh test/mul.sh && grep -q case2 test/mul.sh' } as const;
    const more = 'grep -q "a [*] b" src/calc.js\n# case2\n';
    accepted(await w.rule({ ...src, 'test/mul.sh': more }, { feature }));
    expect(codes(await w.rule({ ...src, 'test/mul.sh': '# case2\n' }, { feature }))).toEqual([
      'tests.edited',
    ]);
  });

  test('green only with configuration of its own is not green', async () => {
    const feature = { proof: 'command', verify: 'test -e .mocharc.json' } as const;
    expect(codes(await w.rule({ '.mocharc.json': '{}' }, { feature }))).toEqual(['proof.verify-red']);
  });

  test('a new script may be what it looks at; a changed one is refused', async () => {
    const feature = { proof: 'command', verify: 'npm run -s hello' } as const;
    const script = (text: string) => ({
      'package.json': `${calc['package.json']}`.replace('"node --test"', text),
    });
    accepted(await w.rule(script('"node --test", "hello": "echo hello"'), { feature }));
    const test = { proof: 'command', verify: 'npm run -s test -- --no-such-flag' } as const;
    expect(codes(await w.rule(script('"true"'), { feature: test }))).toEqual(['rules.edited']);
  });
});

test('without checks the command alone decides', async () => {
  const list = { version: 1, spec: 's', features: [{ id: 'F001', title: 't', passes: false, ...command }] };
  await using bare = await world({ ...calc, 'feature-list.json': JSON.stringify(list) }, { checks: [] });
  const ruling = await bare.judge().base(bare.base, new AbortController().signal);
  expect(ruling).toMatchObject({ ruling: 'seen', passing: 0 });
  accepted(await bare.rule(src, { feature: command }));
  expect(await bare.rule(src)).toMatchObject({ ruling: 'broken', code: 'judge.no-checks' });
});

test('of a feature proven by tests the command must pass too; where no test turned, it is as good', async () => {
  await using tested = await world(calc);
  expect(codes(await tested.rule(multiply, { feature: { verify: 'false' } }))).toEqual(['proof.verify-red']);
  expect(accepted(await tested.rule(multiply, { feature: { verify: 'true' } })).proof.kind).toBe('tests');
  expect(accepted(await tested.rule(src, { feature: { verify } })).proof.kind).toBe('command');
});

test('a feature without proof needs only the ratchet, and says so', async () => {
  const { proof } = accepted(await w.rule({ 'README.md': 'hello\n' }, { feature: { proof: 'none' } }));
  expect(proof).toMatchObject({ kind: 'none', turned: [] });
});
