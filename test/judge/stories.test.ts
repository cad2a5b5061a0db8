import { afterAll, beforeAll, expect, test } from 'vitest';
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

let w: World;
beforeAll(async () => {
  w = await world({ ...calc, ...twin });
});
afterAll(() => w[Symbol.asyncDispose]());

const edit = (path: string, from: string, to: string) => {
  const text = { ...calc, ...twin }[path];
  if (typeof text !== 'string' || !text.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: text.replace(from, to) };
};
/** Beside a test of the same name in another file. */
const twin: Files = { 'test/twin.test.js': trivialTest('adds') };

test('honest work with a new test is accepted, and the proof names the test', async () => {
  const verdict = accepted(await w.rule(multiply));
  expect(verdict.proof).toMatchObject({ kind: 'tests', turned: ['test/mul.test.js › multiplies'] });
  expect(verdict).toMatchObject({ restored: [], knownRed: 0, flaky: [] });
});

test('honest work with a new case in an old test file is accepted', async () => {
  const changes = {
    'src/calc.js': multiply['src/calc.js'] ?? '',
    'test/calc.test.js':
      `${calc['test/calc.test.js']}` +
      "import { mul } from '../src/calc.js';\ntest('multiplies', () => assert.equal(mul(2, 3), 6));\n",
  };
  const verdict = accepted(await w.rule(changes));
  expect(verdict.proof.turned).toEqual(['test/calc.test.js › multiplies']);
  expect(verdict.restored).toEqual(['test/calc.test.js']);
});

test('a test that never ran without the work is not said to have failed there beside one that did', async () => {
  const hides =
    "import assert from 'node:assert/strict';\nimport test from 'node:test';\nimport * as calc from '../src/calc.js';\n" +
    "test('multiplies', () => assert.equal(calc.mul?.(2, 3), 6));\nif (calc.mul) test('hidden', () => {});\n";
  const verdict = accepted(await w.rule({ ...multiply, 'test/mul.test.js': hides }));
  expect(verdict.proof.turned).toEqual(['test/mul.test.js › multiplies']);
});

test('no change at all is refused without any run', async () => {
  const before = w.runs.length;
  expect(codes(await w.rule({}))).toEqual(['proof.missing']);
  expect(codes(await w.rule({ 'progress.txt': 'I did it.\n' }))).toEqual(['proof.missing']);
  expect(w.runs.length).toBe(before);
});

test('a comment is no proof, and costs one run', async () => {
  await w.judge().base(w.base, new AbortController().signal);
  const before = w.runs.length;
  expect(codes(await w.rule({ 'src/calc.js': `// faster now\n${calc['src/calc.js']}` }))).toEqual([
    'proof.missing',
  ]);
  expect(w.runs.length - before).toBe(1);
});

test('a new test that passes without the work is no proof', async () => {
  const verdict = refused(await w.rule({ ...multiply, 'test/mul.test.js': trivialTest() }));
  expect(verdict.reasons).toMatchObject([
    { code: 'proof.already-green', tests: ['test/mul.test.js › trivial'] },
  ]);
});

test('a new test that skips itself on the base is no proof', async () => {
  const sly =
    "import test from 'node:test';\nimport * as calc from '../src/calc.js';\n" +
    "test('multiplies', { skip: calc.mul === undefined }, () => {});\n";
  expect(codes(await w.rule({ ...multiply, 'test/mul.test.js': sly }))).toEqual(['proof.missing']);
});

test('a new test that is not there without the work did not fail there', async () => {
  const sly =
    "import test from 'node:test';\nimport * as calc from '../src/calc.js';\n" +
    "if (calc.mul) test('multiplies', () => {});\n";
  expect(codes(await w.rule({ ...multiply, 'test/mul.test.js': sly }))).toEqual(['proof.missing']);
});

test('a new test that reads in the feature list whether it has to pass is no proof', async () => {
  const list = (passes: boolean) =>
    JSON.stringify({ version: 1, spec: 's', features: [{ id: 'F001', title: 't', proof: 'tests', passes }] });
  const base = await w.commit(await w.tree({ 'feature-list.json': list(false) }));
  const sly =
    "import test from 'node:test';\nimport { readFileSync } from 'node:fs';\n" +
    "test('multiplies', () => { if (!/\"passes\":true/.test(readFileSync('feature-list.json', 'utf8'))) throw new Error('no'); });\n";
  const cheat = { 'src/x.js': '// x\n', 'feature-list.json': list(true), 'test/mul.test.js': sly };
  expect(codes(await w.rule(cheat, { base }))).toEqual(['proof.already-green']);
});

test('a new test in a file that nobody would take for one counts too, and is seen on the base', async () => {
  const named = { checks: [{ name: 'unit', command: 'node --test src/*.check.js' }] };
  const { 'test/calc.test.js': _, ...sources } = calc;
  await using odd = await world({ ...sources, 'src/a.check.js': trivialTest('a') }, named);
  const honest = {
    'src/calc.js': multiply['src/calc.js'] ?? '',
    'src/mul.check.js': `${multiply['test/mul.test.js']}`.replace('../src', '.'),
  };
  expect(accepted(await odd.rule(honest)).proof.turned).toEqual(['src/mul.check.js › multiplies']);
  expect(codes(await odd.rule({ 'src/mul.check.js': trivialTest() }))).toEqual(['proof.already-green']);
});

test('a new test that fails is refused by name', async () => {
  const wrong = `${multiply['test/mul.test.js']}`.replace('6', '7');
  const [reason] = refused(await w.rule({ ...multiply, 'test/mul.test.js': wrong })).reasons;
  expect(reason).toMatchObject({ code: 'tests.new-failing', tests: ['test/mul.test.js › multiplies'] });
  expect(reason?.output).toMatch(/expected: 7/);
});

test('a deleted test file is refused by name before anything is run', async () => {
  const before = w.runs.length;
  const [reason] = refused(await w.rule({ ...multiply, 'test/twin.test.js': null })).reasons;
  expect(reason?.code).toBe('tests.removed');
  expect(reason?.text).toMatch(/removed\. test\/twin\.test\.js\. Bring them back/);
  expect(w.runs.length).toBe(before);
});

test('a renamed test is refused, and told where and who could allow it', async () => {
  const [reason] = refused(
    await w.rule({ ...multiply, ...edit('test/calc.test.js', 'adds negatives', 'adds') }),
  ).reasons;
  expect(reason?.code).toBe('tests.edited');
  expect(reason?.text).toMatch(
    /test\/calc\.test\.js \(line 5 .*"test\('adds negatives'.* is not there any more/,
  );
  expect(reason?.text).toMatch(/put new tests beside them.*needs-human.*"judge\.allow"/);
});

test('a skipped test is refused as an edit', async () => {
  const skipped = edit('test/calc.test.js', "test('adds',", "test.skip('adds',");
  expect(codes(await w.rule({ ...multiply, ...skipped }))).toEqual(['tests.edited']);
});

test('code that ends the process with 0 when it is loaded makes tests vanish', async () => {
  const changes = { ...multiply, 'src/calc.js': `${multiply['src/calc.js']}process.exit(0);\n` };
  const [reason] = refused(await w.rule(changes)).reasons;
  expect(reason?.code).toBe('tests.vanished');
  expect(reason?.tests).toContain('test/calc.test.js › adds');
});

test('a new module that ends the process is no proof either: a file of tests that tells of none has not passed', async () => {
  const changes = {
    'src/new.js': 'process.exit(0);\n',
    'test/new.test.js': `import '../src/new.js';\n${trivialTest()}`,
  };
  expect(codes(await w.rule(changes))).toEqual(['proof.missing']);
});

test('what the snapshot could not take is refused by path', async () => {
  const problems = [{ path: 'out', kind: 'link-out', detail: 'It points to /etc.' }] as const;
  const [reason] = refused(await w.rule(multiply, { problems })).reasons;
  expect(reason?.code).toBe('snapshot.link-out');
  expect(reason?.text).toMatch(/^out: A symlink leads out of the repository. It points to \/etc\./);
});

test('evidence: one file a ruling, its hash in the verdict, its logs beside it', async () => {
  const verdict = accepted(await w.rule(multiply, { session: 77, probed: true }));
  const [file] = (await w.evidence()).filter(({ name }) => name.startsWith('F001-77-'));
  const { createHash } = await import('node:crypto');
  expect(
    createHash('sha256')
      .update(file?.text ?? '')
      .digest('hex'),
  ).toBe(verdict.evidence);
  const read = JSON.parse(file?.text ?? '');
  expect(Object.keys(read).slice(0, 6)).toEqual(['version', 'ruling', 'run', 'session', 'feature', 'at']);
  expect(read).toMatchObject({
    base: { commit: w.base },
    commands: [{ check: 'unit', command: 'node --test' }],
    tests: { added: ['test/mul.test.js › multiplies'], changed: [], removed: [] },
    proof: verdict.proof,
    onBase: { runs: 2, passing: 3, withoutIdentities: [] },
  });
  expect(read.runs.map(({ as }: { as: string[] }) => as)).toEqual([
    ['judged', 'delivered', 'proving'],
    ['focus'],
    ['red'],
    ['red'],
    ['probe'],
  ]);
  const { log } = read.runs[1].checks[0];
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(`${w.evidenceDir}/${log.file}`);
  expect(createHash('sha256').update(text).digest('hex')).toBe(log.sha256);
});

test('a second ruling in the same session does not overwrite the evidence of the first', async () => {
  await w.rule({}, { session: 78 });
  await w.rule({}, { session: 78 });
  const names = (await w.evidence()).map(({ name }) => name).filter((name) => name.startsWith('F001-78-'));
  expect(names).toEqual(['F001-78-1.json', 'F001-78-2.json']);
});

test('interrupted, the judge says so and rules nothing', async () => {
  const verdict = await w.rule(multiply, { signal: AbortSignal.abort() });
  expect(verdict).toMatchObject({ ruling: 'broken', code: 'judge.interrupted' });
});
