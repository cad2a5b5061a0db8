import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitChanges } from '../../src/workspace/commit-changes.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

const old = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');

let repo: TempRepo;
beforeEach(async () => {
  repo = await tempRepo({
    'src/a.ts': 'one\ntwo\nthree\n',
    'test/old.test.ts': `${old}h\n`,
    'gone.txt': 'x\n',
    'odd "näme".ts': 'x\n',
    'picture.bin': Buffer.from([0, 1, 2]),
  });
});
afterEach(() => repo.remove());

test('added, changed, moved, removed: with figures, and with lines where they are asked for', async () => {
  const from = await repo.git('rev-parse', 'HEAD');
  const to = await repo.commit('second', {
    'src/a.ts': 'one\n2\nthree\nfour\nfive\nsix\n',
    'src/new.ts': 'x\ny\n',
    'test/old.test.ts': null,
    'test/moved.test.ts': `${old}H\n`,
    'gone.txt': null,
    'odd "näme".ts': 'y\n',
    'picture.bin': Buffer.from([0, 3, 2]),
  });
  const look = ['src/a.ts', 'src/new.ts', 'odd "näme".ts'];
  const found = await commitChanges(await openRepository(repo.dir), from, to, look);
  expect(found?.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'gone.txt', what: 'removed', added: 0, removed: 1 },
    { path: 'odd "näme".ts', what: 'changed', added: 1, removed: 1 },
    { path: 'picture.bin', what: 'changed', added: 0, removed: 0 },
    { path: 'src/a.ts', what: 'changed', added: 4, removed: 1, lines: [4, 6] },
    { path: 'src/new.ts', what: 'added', added: 2, removed: 0, lines: [1, 2] },
    { path: 'test/moved.test.ts', from: 'test/old.test.ts', what: 'moved', added: 1, removed: 1 },
  ]);
});

test('commits that are nowhere here are told as such', async () => {
  const from = await repo.git('rev-parse', 'HEAD');
  expect(await commitChanges(await openRepository(repo.dir), from, 'c'.repeat(40))).toBeUndefined();
});

test('no driver of the user runs, whatever the attributes say', async () => {
  const from = await repo.git('rev-parse', 'HEAD');
  await repo.git('config', 'diff.evil.command', 'touch evil-ran');
  await repo.git('config', 'diff.evil.textconv', 'touch evil-ran; cat');
  await repo.git('config', 'diff.external', 'touch evil-ran');
  const to = await repo.commit('second', { '.gitattributes': '*.ts diff=evil\n', 'src/a.ts': 'x\n' });
  await commitChanges(await openRepository(repo.dir), from, to, ['src/a.ts']);
  expect(await repo.git('status', '--porcelain')).toBe('');
});
