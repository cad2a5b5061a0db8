import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import type { JudgementData } from '../../src/cli/verdicts/judgement-data.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { feature } from '../helpers/feature.ts';
import { type Content, type TempRepo, tempRepo } from '../helpers/repo.ts';
import { calc, multiply } from '../judge/world.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function judge(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  const io = fakeIo({ argv: ['judge', ...argv], cwd, env: process.env, columns: 100 });
  const code = await program(io, '1.2.3');
  return { code, out: io.out(), err: io.err() };
}

async function data(
  cwd: string,
  ...argv: readonly string[]
): Promise<JudgementData & { readonly code: number }> {
  const { code, out, err } = await judge(cwd, ...argv, '--format', 'json');
  if (out === '') expect.fail(err);
  return { ...JSON.parse(out), code };
}

/** A repository whose one check looks for a word, and two features proven by commands: all of it is quick. */
const quick: Record<string, Content> = {
  'agentloop.config.json': JSON.stringify({
    judge: { checks: [{ name: 'words', command: '! grep -rq bad src', report: 'none' }] },
  }),
  'feature-list.json': JSON.stringify({
    version: 1,
    spec: '',
    features: [
      feature('F001', { proof: 'command', verify: 'grep -q one src/a.txt' }),
      feature('F002', { proof: 'command', verify: 'grep -q two src/a.txt' }),
    ],
  }),
  'src/a.txt': 'zero\n',
};

describe('a repository that never heard of agentloop', () => {
  let repo: TempRepo;
  let before: string;
  const sight = () => repo.git('for-each-ref');
  beforeAll(async () => {
    repo = await tempRepo(calc);
    await repo.commit('Multiply', multiply);
    before = await sight();
  });
  afterAll(() => repo.remove());

  test('an honest commit is accepted against its first parent, by checks that were looked for', async () => {
    const { code, out, err } = await judge(repo.dir);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^Judges \w{10} against \w{10}, its first parent\.\n/),
    ]);
    expect(out).toMatch(/^✓ accepted {2}\w{10} Multiply, against \w{10} \(its first parent\)\n/);
    expect(out).toContain('"test/mul.test.js › multiplies" turned green');
    expect(out).toContain('test: node --test (found by looking: the base has no configuration)');
    expect(out).toMatch(/judged = delivered.* \d\.\d s · .*\d\.\d s in all/);
  });

  test('nothing moves in the repository: evidence is all that is written, and no lock is taken', async () => {
    const { evidence } = await data(repo.dir);
    expect(await sight()).toBe(before);
    expect(await repo.git('status', '--porcelain')).toBe('');
    expect(await repo.git('fsck', '--unreachable', '--no-reflogs')).toBe('');
    const state = join(repo.dir, '.git/agentloop');
    expect(execFileSync('ls', [state], { encoding: 'utf8' })).toBe('judgements\n');
    expect(evidence?.file).toContain(join(state, 'judgements'));
    const text = await readFile(evidence?.file ?? '', 'utf8');
    expect(JSON.parse(text)).toMatchObject({ ruling: 'accepted', feature: { id: 'commit', proof: 'tests' } });
  });

  test('a commit that shows nothing is refused (14), and accepted where nobody asks for a proof', async () => {
    const files = { 'src/calc.js': `${multiply['src/calc.js']}// soon\n` };
    const commit = await repo.git('stash', 'create').then(async () => repo.commit('Comment', files));
    onTestFinished(async () => {
      await repo.git('reset', '-q', '--hard', 'HEAD~1');
    });
    const refused = await judge(repo.dir, commit);
    expect([refused.code, refused.out]).toEqual([
      14,
      expect.stringContaining('proof.missing  Nothing that was red'),
    ]);
    expect((await data(repo.dir, commit, '--no-proof')).ruling).toBe('accepted');
  });

  test('what is not committed is not judged, and it is said', async () => {
    await repo.write({ 'src/calc.js': 'broken(' });
    onTestFinished(async () => {
      await repo.git('checkout', '-q', '.');
    });
    const ran = await judge(repo.dir);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('changes that are not committed: they are not judged, only HEAD is');
    expect((await judge(repo.dir, 'HEAD')).err).not.toContain('not committed');
  });

  test('the first commit has no base', async () => {
    expect(await judge(repo.dir, 'HEAD~1')).toEqual({
      code: 3,
      out: '',
      err: 'agentloop: HEAD~1 is the first commit of its history: there is no base to judge it against.\n  agentloop judge <a later commit>\n',
    });
  });

  test.each([
    [
      ['HEAD', '--base', 'main'],
      2,
      'HEAD is part of main already: between the two there is nothing to judge.',
    ],
    [['nope'], 2, 'There is no commit called nope in this repository.'],
    [['--feature', 'F001'], 2, 'There is no feature F001 in feature-list.json of the base or the commit.'],
    [['--format', 'xml'], 2, '--format: "xml" is not one of its formats.'],
    [['--check', ''], 2, '--check: "" is no command.'],
    [['--check', 'a=true', '--check', 'a=false'], 2, '--check: two checks are called "a".'],
  ])('%j ends %i with a sentence', async (argv, code, sentence) => {
    const ran = await judge(repo.dir, ...argv);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(sentence)]);
  });

  test('in a shallow clone the parent is missing: what to fetch is said', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shallow-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${repo.dir}`, dir]);
    const ran = await judge(dir);
    expect([ran.code, ran.err]).toEqual([
      3,
      expect.stringMatching(/not in this shallow clone\.\n {2}git fetch --deepen=1/),
    ]);
    execFileSync('git', ['fetch', '-q', '--deepen=1'], { cwd: dir });
    expect((await data(dir)).ruling).toBe('accepted');
  });

  test('JUnit is well-formed, with a case for each layer and the reason in the one that refuses', async () => {
    const out = join(repo.dir, '.git/junit.xml');
    const commit = await repo.commit('Breaks <add> & "more" \u001b[31m', {
      'src/calc.js': `${multiply['src/calc.js']}`.replace('a + b', '0'),
    });
    onTestFinished(async () => {
      await repo.git('reset', '-q', '--hard', 'HEAD~1');
    });
    const ran = await judge(repo.dir, commit, '--format', 'junit', '--out', out);
    expect([ran.code, ran.out]).toEqual([14, '']);
    const xml = await readFile(out, 'utf8');
    expect(XMLValidator.validate(xml)).toBe(true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml);
    const { testsuite } = testsuites;
    const cases: Record<string, unknown>[] = testsuite.testcase;
    expect([testsuite['@_failures'], testsuite['@_errors']]).toEqual(['1', '0']);
    const failed = cases.filter((one) => 'failure' in one);
    expect(
      failed.map((one) => [one['@_name'], (one['failure'] as Record<string, string>)['@_message']]),
    ).toEqual([[expect.stringMatching(/^ratchet: /), 'tests.failing']]);
    expect(xml).toContain('test/calc.test.js › adds');
    expect(cases.at(-1)).toHaveProperty('skipped');
    expect(Number(testsuite['@_skipped'])).toBeGreaterThan(0);
  });
});

describe('a repository with a configuration', () => {
  let repo: TempRepo;
  beforeAll(async () => {
    repo = await tempRepo(quick);
    await repo.commit('one', { 'src/a.txt': 'one\n' });
  });
  afterAll(() => repo.remove());

  test('a feature is judged by its own proof', async () => {
    expect(await data(repo.dir, '--feature', 'F001')).toMatchObject({
      code: 0,
      ruling: 'accepted',
      feature: { id: 'F001' },
      checks: { from: 'base' },
      proof: { kind: 'command' },
    });
    expect(await data(repo.dir, '--feature', 'F002')).toMatchObject({
      code: 14,
      reasons: [{ code: 'proof.verify-red' }],
    });
    expect((await judge(repo.dir, '--feature', 'F01')).err).toContain('Did you mean F001?');
  });

  test('the checks are those of the base, whatever the commit makes of its configuration', async () => {
    const commit = await repo.commit('bad', {
      'src/b.txt': 'bad\n',
      'agentloop.config.json': JSON.stringify({
        judge: { checks: [{ name: 'words', command: 'true', report: 'none' }] },
      }),
    });
    onTestFinished(async () => {
      await repo.git('reset', '-q', '--hard', 'HEAD~1');
    });
    const judged = await data(repo.dir, commit, '--no-proof');
    expect(judged).toMatchObject({ ruling: 'refused', reasons: [{ code: 'check.failed' }] });
    expect(judged.dropped).toEqual(['agentloop.config.json']);
    const given = await data(repo.dir, commit, '--no-proof', '--check', 'mine=grep -q bad src/b.txt || true');
    expect(given).toMatchObject({
      ruling: 'accepted',
      checks: { from: 'given', commands: [{ name: 'mine', command: 'grep -q bad src/b.txt || true' }] },
    });
  });

  test('a merge is judged against its first parent, or against where it parted from another branch', async () => {
    const main = await repo.git('rev-parse', 'HEAD');
    await repo.git('checkout', '-q', '-b', 'side', 'HEAD~1');
    await repo.commit('side', { 'src/c.txt': 'c\n' });
    await repo.git('checkout', '-q', 'main');
    onTestFinished(async () => {
      await repo.git('checkout', '-q', '-f', '-B', 'main', main);
    });
    await repo.git('merge', '-q', '--no-ff', '-m', 'merged', 'side');
    const merge = await data(repo.dir, '--no-proof');
    expect(merge).toMatchObject({ ruling: 'accepted', base: { commit: main, found: 'its first parent' } });
    const parted = await data(repo.dir, 'side', '--base', 'main~1', '--no-proof');
    expect(parted.base.found).toBe('where it parted from main~1');
    const since = await data(repo.dir, '--base', 'main~1', '--no-proof');
    expect(since.base).toEqual({ commit: main, found: 'main~1' });
    await repo.git('checkout', '-q', '--orphan', 'other');
    await repo.commit('other', {});
    expect((await judge(repo.dir, 'main', '--base', 'other')).err).toContain(
      'main and other have no commit in common.',
    );
  });

  test('a commit that touches only files of the harness breaks nothing, and shows nothing', async () => {
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ 'AGENTS.md': '# Rules\n' });
    await repo.git('add', 'AGENTS.md');
    await repo.git('commit', '-q', '-m', 'rules');
    onTestFinished(async () => {
      await repo.git('reset', '-q', '--hard', base);
    });
    expect((await data(repo.dir, '--no-proof')).ruling).toBe('accepted');
    expect((await data(repo.dir)).reasons.map(({ code }) => code)).toEqual(['proof.missing']);
  });

  test('a link out of the tree and a submodule are seen in the commit', async () => {
    const base = await repo.git('rev-parse', 'HEAD');
    await repo.write({ 'src/out': { link: '../../etc/passwd' } });
    await repo.git('update-index', '--add', '--cacheinfo', `160000,${base},vendor/lib`);
    await repo.git('add', 'src/out');
    await repo.git('commit', '-q', '-m', 'links');
    onTestFinished(async () => {
      await repo.git('reset', '-q', '--hard', base);
    });
    const { reasons } = await data(repo.dir, '--no-proof');
    expect(reasons.map(({ code }) => code).sort()).toEqual([
      'snapshot.link-out',
      'snapshot.nested-repository',
    ]);
  });

  test('a base that cannot be seen is no refusal: exit 3, and JUnit calls it an error', async () => {
    const dir = await tempRepo({
      ...quick,
      'agentloop.config.json': '{ "judge": { "checks": [{ "name": "x", "command": "no-such-program" }] } }',
    });
    onTestFinished(() => dir.remove());
    await dir.commit('one', { 'src/a.txt': 'one\n' });
    const ran = await judge(dir.dir);
    expect([ran.code, ran.out]).toEqual([
      3,
      expect.stringMatching(/^! not judged .*\n {2}judge\.check-missing /),
    ]);
    const xml = (await judge(dir.dir, '--format', 'junit')).out;
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(new XMLParser({ ignoreAttributes: false }).parse(xml).testsuites['@_errors']).toBe('1');
  });

  test('Markdown says the same', async () => {
    const { out } = await judge(repo.dir, '--feature', 'F002', '--format', 'markdown');
    expect(out).toMatch(
      /^## Refused: one\n\n`\w{10}` against `\w{10}`, its first parent\.\n\n- `proof\.verify-red` /,
    );
  });

  test('a signal calls it off: exit 130, and nothing is left in the cache', async () => {
    const slow = await tempRepo({
      ...quick,
      'agentloop.config.json': JSON.stringify({
        judge: { checks: [{ name: 'slow', command: 'sleep 60', report: 'none' }] },
      }),
    });
    onTestFinished(() => slow.remove());
    await slow.commit('one', { 'src/a.txt': 'one\n' });
    const io = fakeIo({ argv: ['judge'], cwd: slow.dir, env: process.env });
    const done = program(io, '1.2.3');
    while (!io.err().includes('Judges ')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(io.signal('SIGINT')).toBe(1);
    expect(await done).toBe(130);
  });
});

test('what init would install is there for checks that were looked for', async () => {
  const repo = await tempRepo({
    'package.json': '{ "name": "x", "type": "module", "scripts": { "test": "node --test" } }',
    'requirements.txt': '',
    'src/a.js': 'export const a = 1;\n',
    'test/a.test.js': "import test from 'node:test';\nimport '../src/a.js';\ntest('a', () => {});\n",
  });
  onTestFinished(() => repo.remove());
  await repo.commit('b', { 'src/b.js': 'export const b = 2;\n' });
  expect(await data(repo.dir, '--no-proof')).toMatchObject({
    ruling: 'accepted',
    checks: { from: 'detected' },
  });
  // It was prepared beside the tree: neither the commit nor any checkout of it ever held an init.sh.
  expect(existsSync(join(repo.dir, 'init.sh'))).toBe(false);
});
