import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as vaults from '../../src/workspace/vault.ts';
import { author, bytes, commitOn, gitIn, inTree, testVault } from './vaults.ts';

test('a commit says who, when and what, as git would write it', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const made = await vaults.commit(repo, {
    tree,
    parents: [head],
    message: 'F001: größer\n\nbody\n\n\n',
    author: { name: ' Ümit <evil>\n "Ö". ', email: 'u@example.com>' },
    committer: author,
    date: 1_700_000_000_999,
  });
  const format = '--format=%an|%ae|%at|%cn|%ce|%P|%T|%B';
  expect(Buffer.from(gitIn(repo.vault.dir, ['show', '-s', format, made]), 'latin1').toString()).toBe(
    `Ümit evil "Ö|u@example.com|1700000000|Test Person|person@example.com|${head}|${tree}|F001: größer\n\nbody\n\n`,
  );
  expect(gitIn(repo.vault.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
  const missing = '7'.repeat(40);
  const lacking = { tree: missing, parents: [], message: 'x', author, date: 0 };
  await expect(vaults.commit(repo, lacking)).rejects.toThrow('lacks objects');
});

test('unfinished work is put on a newer base; where they conflict there is no tree', async () => {
  const lines = 'one\ntwo\nthree\nfour\nfive\n';
  await using vault = await testVault({ a: lines, b: '1' });
  const { repo, head } = vault;
  const unfinished = await commitOn(repo, head, { a: lines.replace('one', 'ONE'), new: 'x' });
  expect(await vaults.mergeOnto(repo, { unfinished, onto: head })).toBe(await repo.trees.treeOf(unfinished));
  const beside = await commitOn(repo, head, { a: lines.replace('five', 'FIVE'), b: null });
  const merged = await vaults.mergeOnto(repo, { unfinished, onto: beside });
  expect(inTree(repo.vault.dir, merged as string)).toEqual({
    a: '100644 ONE\ntwo\nthree\nfour\nFIVE\n',
    new: '100644 x',
  });
  const against = await commitOn(repo, head, { a: lines.replace('one', 'two') });
  expect(await vaults.mergeOnto(repo, { unfinished, onto: against })).toBeUndefined();
  expect(await vaults.mergeOnto(repo, { unfinished, onto: await vaults.emptyBase(repo) })).toBeUndefined();
  await expect(vaults.mergeOnto(repo, { unfinished, onto: '8'.repeat(40) })).rejects.toThrow('merge-tree');
});

test('lines are counted, binary files not', async () => {
  await using vault = await testVault({ a: '1\n2\n3\n', 'ü x': '1\n' });
  const { repo, head } = vault;
  const next = await commitOn(repo, head, { a: '1\n3\n4\n5\n', 'ü x': null, binary: 'a\0b\n' });
  expect(await vaults.countLines(repo, head, next)).toEqual({ added: 2, removed: 2 });
});

test('the work of a session is kept under its ref and may be replaced', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  const two = await commitOn(repo, head, { a: '3' });
  for (const commit of [one, one, two]) {
    const ref = await vaults.saveSession(repo, 'night', 3, commit);
    expect(ref).toBe('refs/agentloop/night/sessions/3');
    expect(gitIn(repo.vault.dir, ['rev-parse', ref]).trim()).toBe(commit);
  }
});

test('the run branch moves forward only, and moving it again changes nothing', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  const two = await commitOn(repo, one, { a: '3' });
  const three = await commitOn(repo, two, { a: '4' });
  const aside = await commitOn(repo, head, { a: '9' });
  expect(await vaults.runBranch(repo, 'night')).toBeUndefined();
  for (const to of [one, one, three, three]) await vaults.moveRunBranch(repo, 'night', to);
  expect(await vaults.runBranch(repo, 'night')).toBe(three);
  await expect(vaults.moveRunBranch(repo, 'night', aside)).rejects.toThrow('does not stand on it');
  await expect(vaults.moveRunBranch(repo, 'night', two)).rejects.toThrow('does not stand on it');
  expect(await vaults.runBranch(repo, 'night')).toBe(three);
});

test('a run branch in packed refs is found, and a lock a killed git left does not stop it', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  await vaults.moveRunBranch(repo, 'night', one);
  gitIn(repo.vault.dir, ['pack-refs', '--all']);
  expect(existsSync(join(repo.vault.dir, 'refs/heads/agentloop/night'))).toBe(false);
  expect(await vaults.runBranch(repo, 'night')).toBe(one);
  const lock = join(repo.vault.dir, 'refs/heads/agentloop/night.lock');
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  const two = await commitOn(repo, one, { a: '3' });
  await vaults.moveRunBranch(repo, 'night', two);
  expect(await vaults.runBranch(repo, 'night')).toBe(two);
});

const shelved = (dir: string) =>
  gitIn(dir, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).trim().split('\n').sort();

test('the shelf gets what landed and nothing else: no candidate, no unfinished work', async () => {
  await using vault = await testVault({ a: '1', 'deep/down/b': '1' });
  const { repo, head } = vault;
  await commitOn(repo, head, { a: 'refused candidate' });
  await vaults.saveSession(repo, 'night', 1, await commitOn(repo, head, { a: 'unfinished' }));
  const one = await commitOn(repo, head, { 'deep/down/b': '2', 'new/ü': 'x' });
  const two = await commitOn(repo, one, { 'deep/down/b': null, copy: '1' });
  await vaults.toShelf(repo, 'night');
  await vaults.moveRunBranch(repo, 'night', two);
  await vaults.toShelf(repo, 'night');
  const wanted = gitIn(repo.vault.dir, ['rev-list', '--objects', '--no-object-names', two])
    .trim()
    .split('\n')
    .sort();
  expect(shelved(repo.shelf.dir)).toEqual(wanted);
  expect(gitIn(repo.shelf.dir, ['rev-parse', 'refs/heads/agentloop/night']).trim()).toBe(two);
  expect(gitIn(repo.shelf.dir, ['fsck', '--strict', '--connectivity-only'])).toBe('');
});

test('a landing on the shelf that was cut short is completed by the next call', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  const two = await commitOn(repo, one, { b: '3' });
  await vaults.moveRunBranch(repo, 'night', two);
  const blob = repo.objects.nameOf('blob', Buffer.from('2'));
  const half = [blob, await repo.trees.treeOf(one), one, await repo.trees.treeOf(two)];
  expect(await repo.objects.copyTo(join(repo.shelf.dir, 'objects'), half, { durable: true })).toEqual([]);
  await vaults.toShelf(repo, 'night');
  expect(inTree(repo.shelf.dir, one)).toEqual({ a: '100644 2' });
  expect(gitIn(repo.shelf.dir, ['fsck', '--strict', '--connectivity-only'])).toBe('');
});

test('objects that somebody packed in the vault reach the shelf too', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  await vaults.moveRunBranch(repo, 'night', one);
  gitIn(repo.vault.dir, ['repack', '-adlq']);
  expect(existsSync(join(repo.vault.dir, 'objects', one.slice(0, 2), one.slice(2)))).toBe(false);
  await vaults.toShelf(repo, 'night');
  expect(inTree(repo.shelf.dir, one)).toEqual({ a: '100644 2' });
});

test('a run on an empty base lands like any other', async () => {
  await using vault = await testVault();
  const { repo } = vault;
  const base = await vaults.emptyBase(repo);
  const one = await commitOn(repo, base, { 'ü/a': '1' });
  await vaults.moveRunBranch(repo, 'first', one);
  await vaults.toShelf(repo, 'first');
  expect(inTree(repo.shelf.dir, one)).toEqual({ [bytes('ü/a')]: '100644 1' });
});
