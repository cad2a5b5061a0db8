import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accepted, calc, F001, multiply, refused, type World, world } from './world.ts';

let w: World;
beforeAll(async () => {
  w = await world(calc);
}, 60_000);
afterAll(() => w[Symbol.asyncDispose]());

/** Puts sealed files of a feature into the folder of the person. */
async function seal(files: Readonly<Record<string, string>>, id: string, at = w): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(at.sealedDir, id, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
/** That it stands alone against a look-up table is shown in layers.test.ts. */
const only = ['rules', 'checks', 'sealed'];
/** What is said of these changes where they are to prove a feature of this id. */
const rule = (changes: Parameters<World['rule']>[0], id: string, at = w) =>
  at.rule(changes, { feature: { id }, only });

const head = "import test from 'node:test';\nimport assert from 'node:assert';\n";
const title = 'any two numbers are multiplied';
const load = "import { mul } from '../src/calc.js';\n";
const lazily = "const { mul } = await import('../src/calc.js'); ";
const checks = 'assert.equal(mul(17, 191), 3247); assert.equal(mul(0.5, 4), 2);';
const sealed = (body = `${lazily}${checks}`, more = '') =>
  `${head}${more}test('${title}', async () => { ${body} });\n`;
/** Passes its own test by a table. */
const table = (mul = 'a === 2 && b === 3 ? 6 : 0', more = '') => ({
  ...multiply,
  'src/calc.js': `export const add = (a, b) => a + b;\nexport const mul = (a, b) => (${mul});\n${more}`,
});
const failing = { code: 'sealed.failing', tests: [title] };

describe('a look-up table', () => {
  test('is refused by the title of the sealed test, and by nothing else of it', async () => {
    await seal({ 'test/sealed.test.js': sealed() }, 'A1');
    const verdict = refused(await rule(table(), 'A1'));
    expect(verdict.reasons).toEqual([
      {
        ...failing,
        text: expect.stringMatching(/^A sealed test does not hold: "any two .* multiplied"\. Read/),
      },
    ]);
    expect(JSON.stringify(verdict)).not.toMatch(/3247|191|assert/);
    const evidence = (await w.evidence()).find(({ name }) => name.startsWith('A1'))?.text ?? '';
    expect(evidence).not.toMatch(/3247\)|assert/);
    const tree = expect.stringMatching(/^[0-9a-f]{40}$/);
    expect(JSON.parse(evidence).sealed).toMatchObject({ tree, files: 1, holds: 0, failing: [title] });
  });

  test('is refused too where the file did not load on the base, also when it ends the process in time', async () => {
    await seal({ 'test/sealed.test.js': sealed(checks, load) }, 'A2');
    expect(refused(await rule(table(), 'A2')).reasons).toMatchObject([failing]);
    const quits = table('a === 17 ? process.exit(0) : a * b');
    expect(refused(await rule(quits, 'A2')).reasons).toMatchObject([{ code: 'sealed.failing' }]);
  });

  test('cannot have the sealed file told in the title of a test of its own', async () => {
    await seal({ 'test/sealed.test.js': sealed(checks, load) }, 'A3');
    const tells =
      "import { test } from 'node:test';\nimport { readFileSync } from 'node:fs';\n" +
      "if (process.argv[1]?.includes('sealed')) test(readFileSync(process.argv[1], 'utf8').slice(-150), () => { throw 1; });\n";
    const verdict = refused(await rule(table(undefined, tells), 'A3'));
    expect(verdict.reasons).toMatchObject([failing]);
    expect(JSON.stringify(verdict)).not.toMatch(/3247|191/);
  });
});

describe('honest work', () => {
  test('passes, and the verdict tells how many hold; other features have none', async () => {
    await seal({ 'test/sealed.test.js': sealed(), 'test/more.test.js': sealed(checks, load) }, 'B1');
    expect(accepted(await rule(multiply, 'B1')).notes).toContain('2 sealed tests hold.');
    expect(accepted(await rule(multiply, 'B2')).notes.join()).not.toContain('sealed');
  });

  test('passes beside its own test of the same path, and beside helpers of the sealed ones', async () => {
    const files = {
      'test/mul.test.js': sealed(checks, `import '../test/pairs.js';\n${load}`),
      'test/pairs.js': '',
    };
    await seal(files, 'B3');
    expect(accepted(await rule(multiply, 'B3')).notes).toContain('1 sealed test holds.');
  });

  test('is not refused for a sealed test that is red by chance', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chance-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'n'), '');
    const file = JSON.stringify(join(folder, 'n'));
    const fs = "import { appendFileSync, readFileSync } from 'node:fs';\n";
    const count = `${fs}const n = readFileSync(${file}, 'utf8').length;\nappendFileSync(${file}, '.');\n`;
    await using plain = await world(calc, undefined, 'none');
    // The first run is the base's, the second is the candidate's.
    await seal(
      { 'test/sealed.test.js': sealed(`${lazily}${checks} assert.notEqual(n, 1);`, count) },
      'F001',
      plain,
    );
    accepted(await plain.rule(multiply, { only }));
  });

  test('costs one run of the base for all candidates and one of each, both without other test files', async () => {
    const files = { 'test/sealed.test.js': sealed(`await 0; ${lazily}${checks}`) };
    await seal(files, 'B4');
    const base = await w.tree({ ...files, 'test/calc.test.js': null });
    const candidate = await w.tree({
      ...multiply,
      ...files,
      'test/calc.test.js': null,
      'test/mul.test.js': null,
    });
    await rule(multiply, 'B4');
    await rule(table(), 'B4');
    expect(w.runs.filter((tree) => tree === base)).toHaveLength(1);
    expect(w.runs.filter((tree) => tree === candidate)).toHaveLength(1);
  });
});

describe('sealed files that say little', () => {
  test('no check runs them: told, and they refuse nobody', async () => {
    await seal({ 'docs/sealed.md': 'x', 'test/sealed.test.md': 'y' }, 'C1');
    expect(accepted(await rule(table(), 'C1')).notes).toContainEqual(
      expect.stringContaining('The sealed files of C1 hold no tests that a check runs.'),
    );
  });

  test('they pass on the base too: told, and they must go on passing', async () => {
    const guard = `${head}import { add } from '../src/calc.js';\ntest('adds large numbers', () => assert.equal(add(1e6, 1), 1000001));\n`;
    await seal({ 'test/guard.test.js': guard }, 'C2');
    expect(accepted(await rule(multiply, 'C2')).notes).toContainEqual(
      expect.stringMatching(/^1 of the 1 sealed file/),
    );
    const breaks = {
      ...multiply,
      'src/calc.js':
        'export const add = (a, b) => (a > 9 ? 0 : a + b);\nexport const mul = (a, b) => a * b;\n',
    };
    expect(refused(await rule(breaks, 'C2')).reasons).toMatchObject([{ tests: ['adds large numbers'] }]);
  });

  test('they cannot be read: the judge says that it cannot see', async () => {
    await seal({ 'test/a.test.js': sealed() }, 'C3');
    await symlink('/etc/passwd', join(w.sealedDir, 'C3/test/b.test.js'));
    expect(await rule(multiply, 'C3')).toMatchObject({ ruling: 'broken', code: 'judge.sealed-broken' });
  });

  test('what they import has another name: told as far as the specification names it', async () => {
    await seal({ 'test/sealed.test.js': sealed(checks, load) }, 'C4');
    const other = {
      ...multiply,
      'src/calc.js': `${multiply['src/calc.js']}`.replace('mul', 'times'),
      'test/mul.test.js': `${multiply['test/mul.test.js']}`.replaceAll('mul', 'times'),
    };
    const feature = { id: 'C4', description: 'mul(a, b) gives the product.' };
    const [reason] = refused(await w.rule(other, { feature, only })).reasons;
    expect(reason?.text).toContain(
      'A sealed test cannot load: mul, which the specification names, cannot be imported.',
    );
    expect(refused(await rule(other, 'C4')).reasons[0]?.text).toContain(
      'under the name that the specification gives',
    );
  });
});

test('the final judge runs them once more, and a feature they turn against is lost', async () => {
  await seal({ 'test/sealed.test.js': sealed() }, 'D1');
  const proof = { kind: 'none' as const, turned: [], redAt: '', greenAt: '' };
  const landed = [{ feature: { ...F001, id: 'D1' }, proof }];
  const signal = new AbortController().signal;
  const good = await w.commit(await w.tree(multiply));
  expect(await w.judge().final(good, w.base, landed, signal)).toMatchObject({ ruling: 'held' });
  const bad = await w.commit(await w.tree(table()));
  expect(await w.judge().final(bad, w.base, landed, signal)).toMatchObject({
    ruling: 'lost',
    lost: [{ feature: 'D1', reasons: [failing] }],
  });
});

describe('what an examiner wrote', () => {
  const written = async (files: Parameters<World['tree']>[0]) => {
    const baseTree = await w.repo.trees.treeOf(w.base);
    const about = { run: 'test', feature: F001, base: w.base, baseTree, tree: await w.tree(files) };
    return w.judge().examine(about, new AbortController().signal);
  };

  test('is kept where it is new, a test, and red on the base; the rest is left out and told', async () => {
    const green = `${head}test('is there', () => {});\n`;
    const found = await written({
      'test/sealed.test.js': sealed(),
      'test/static.test.js': sealed(checks, load),
      'test/green.test.js': green,
      'test/pairs.js': 'export const pairs = [];\n',
      'src/calc.js': 'export const mul = () => 1;\n',
      'test/calc.test.js': null,
    });
    expect(found).toMatchObject({
      ruling: 'kept',
      titles: { 'test/sealed.test.js': [title], 'test/static.test.js': [title] },
      notes: expect.arrayContaining([expect.stringMatching(/^test\/green\.test\.js: all of it passes/)]),
    });
    const paths = 'entries' in found ? found.entries.map(({ path }) => path) : [];
    expect(paths).toEqual(['test/pairs.js', 'test/sealed.test.js', 'test/static.test.js']);
  });

  test.each([
    ['no test file', { 'src/new.js': '' }, /no new test file/],
    [
      'a file that shows nothing',
      { 'test/new.test.js': `${head}test('x', () => {});\n` },
      /passes without the feature/,
    ],
    [
      'a file that is no program',
      { 'test/new.test.js': `${head}test('x', ( => {\n` },
      /cannot be read as a program/,
    ],
  ])('is refused where it is %s, with the reason', async (_, files, why) => {
    expect(await written(files)).toMatchObject({ ruling: 'refused', why: [expect.stringMatching(why)] });
  });
});
