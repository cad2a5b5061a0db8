import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Bed, bedsIn, planFor } from '../../../src/judge/probe/plan.ts';
import { bringIn } from '../../../src/workspace/bring-in.ts';
import { openRepository } from '../../../src/workspace/repository.ts';
import { type Content, tempRepo } from '../../helpers/repo.ts';

async function planned(
  files: Readonly<Record<string, Content>>,
  beds: readonly (readonly [string, string])[],
) {
  const user = await tempRepo(files);
  const cacheDir = await mkdtemp(join(tmpdir(), 'plan-'));
  onTestFinished(async () => {
    await user.remove();
    await rm(cacheDir, { recursive: true, force: true });
  });
  const repo = await openRepository(user.dir, { cacheDir });
  const commit = await user.git('rev-parse', 'HEAD');
  await bringIn(repo, commit);
  const tree = await repo.trees.treeOf(commit);
  const all = beds.map(([file, runner]): Bed => ({ file, runner, checks: ['unit'], titles: ['test_a'] }));
  const plan = await planFor(repo.trees, tree, all);
  const changes = (await repo.trees.changes(tree, plan.tree)).map(({ path, status }) => `${status} ${path}`);
  return { ...plan, changes, again: await planFor(repo.trees, tree, all) };
}

test('what reports name is found in the tree: compiled TypeScript, packages of Go, targets of cargo', async () => {
  const text = 'x\n';
  const files = {
    'src/a.test.ts': text,
    'test/b.test.mts': text,
    'one/c.test.ts': text,
    'two/c.test.ts': text,
    'back/go.mod': 'module example.com/m\n',
    'back/calc/calc_test.go': 'package calc\n',
    'rust/Cargo.toml': '[package]\nname = "my-calc"\n',
    'rust/src/lib.rs': text,
    'rust/tests/it.rs': text,
  };
  const { planted, changes, leftOut } = await planned(files, [
    ['dist/src/a.test.js', 'node-test'],
    ['dist/test/b.test.mjs', 'mocha'],
    ['dist/c.test.js', 'jest'],
    ['example.com/m/calc', 'go-test'],
    ['my-calc/my_calc', 'cargo-test'],
    ['my-calc/it', 'cargo-test'],
    ['gone.test.js', 'jest'],
  ]);
  expect(planted.map(({ file, origin }) => `${file}: ${origin}`)).toEqual([
    'dist/src/a.test.js: src/a.test.ts',
    'dist/test/b.test.mjs: test/b.test.mts',
    'example.com/m/calc: back/calc/calc_test.go',
    'my-calc/my_calc: rust/src/lib.rs',
    'my-calc/it: rust/tests/it.rs',
  ]);
  expect(changes.filter((one) => !/added back\/calc\/zzp\w+_test\.go/.test(one))).toEqual([
    'modified rust/src/lib.rs',
    'modified rust/tests/it.rs',
    'modified src/a.test.ts',
    'modified test/b.test.mts',
  ]);
  expect(leftOut).toEqual([]);
});

test('files that cannot be planted are named; names are others each time', async () => {
  const { planted, leftOut, word, again } = await planned(
    {
      'test_a.py': 'def test_a():\n    pass\n',
      'doc.py': 'def f():\n    """\n    >>> 1\n    1\n    """\n',
      'large.test.js': `//${'x'.repeat(1_000_001)}`,
      'latin.test.js': Buffer.from([0x2f, 0x2f, 0xe4]),
      'edge.test.js': '/** @jest-environment ./edge.js */\n',
      'a.rb': 'x',
    },
    [
      ['test_a.py', 'pytest'],
      ['doc.py', 'pytest'],
      ['large.test.js', 'jest'],
      ['latin.test.js', 'jest'],
      ['edge.test.js', 'jest'],
      ['a.rb', 'junit'],
    ],
  );
  expect(planted.map(({ file }) => file)).toEqual(['test_a.py']);
  expect(leftOut).toEqual(['doc.py', 'large.test.js', 'latin.test.js', 'edge.test.js', 'a.rb']);
  expect(word).toMatch(/^p[0-9a-f]{16}$/);
  expect(again.word).not.toBe(word);
});

test('a file that is reported only as a whole, or by nobody we know, is no bed', () => {
  const seen = (id: string, file: string, runner?: string) => ({
    id,
    file,
    status: 'pass' as const,
    ...(runner === undefined ? {} : { runner }),
  });
  const tests = [
    seen('a.js', 'a.js', 'node-test'),
    seen('b.js › d › t', 'b.js', 'jest'),
    seen('c.js › t', 'c.js'),
  ];
  const check = { exit: 0, timedOut: false, ms: 1, report: 'read' as const, isolated: true, output: '' };
  const checks = [
    { ...check, name: 'unit', tests },
    { ...check, name: 'all', tests: [seen('b.js › d › t', 'b.js', 'jest')] },
  ];
  expect(bedsIn({ checks })).toEqual([
    { file: 'b.js', runner: 'jest', checks: ['unit', 'all'], titles: ['', 'd', 't'] },
  ]);
});
