import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { removeBrokenObjects, sayWhole } from '../../src/workspace/broken-objects.ts';
import { Objects } from '../../src/workspace/objects.ts';
import { gitIn, testVault } from './vaults.ts';

function loose(dir: string, oid: string): string {
  return join(dir, 'objects', oid.slice(0, 2), oid.slice(2));
}

test('what is written is what git writes, and git can read it', async () => {
  await using vault = await testVault({ a: '1' });
  const { vault: git } = vault.repo;
  for (const text of ['', 'one\n', '\0\xff\n'.repeat(5000)]) {
    const body = Buffer.from(text, 'latin1');
    const oid = vault.repo.objects.put('blob', body);
    expect(oid).toBe(gitIn(git.dir, ['hash-object', '-t', 'blob', '--stdin'], text).trim());
    expect(gitIn(git.dir, ['cat-file', 'blob', oid])).toBe(text);
    expect((await vault.repo.objects.get(oid)).body).toEqual(body);
  }
  expect(gitIn(git.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
});

test('objects are found as loose files, on the shelf, in packs, and not at all', async () => {
  await using vault = await testVault({ a: 'from the user', b: 'two' });
  const { repo } = vault;
  const blob = gitIn(vault.users.dir, ['rev-parse', 'HEAD:a']).trim();
  gitIn(repo.shelf.dir, ['repack', '-adq']);
  expect(existsSync(loose(repo.shelf.dir, blob))).toBe(false);
  const fresh = new Objects(repo.vault, repo.shelf, 'sha1');
  expect((await fresh.get(blob)).body.toString()).toBe('from the user');
  const missing = '1'.repeat(40);
  expect([...(await fresh.getAll([missing, blob])).keys()]).toEqual([blob]);
  expect(await fresh.has([blob])).toBe(true);
  expect(await fresh.has([blob, missing])).toBe(false);
  await expect(fresh.get(missing)).rejects.toThrow(`object ${missing} is missing`);
});

test('an object that does not hold what its name says is not believed', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo } = vault;
  const oid = repo.objects.put('blob', Buffer.from('true'));
  const file = loose(repo.vault.dir, oid);
  chmodSync(file, 0o644);
  writeFileSync(file, deflateSync(Buffer.from('blob 5\0false')));
  const fresh = new Objects(repo.vault, repo.shelf, 'sha1');
  await expect(fresh.get(oid)).rejects.toThrow('does not hold what its name says');
});

test('an object that a power cut left broken is written anew', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo } = vault;
  const oid = repo.objects.put('blob', Buffer.from('torn'));
  for (const left of ['', 'x\x9c\x4b']) {
    rmSync(loose(repo.vault.dir, oid));
    writeFileSync(loose(repo.vault.dir, oid), left, 'latin1');
    expect(repo.objects.put('blob', Buffer.from('torn'))).toBe(oid);
    expect(gitIn(repo.vault.dir, ['cat-file', 'blob', oid])).toBe('torn');
  }
  await repo.objects.makeDurable();
});

test('lent objects are copies: writing to one does not reach the vault', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, room } = vault;
  const oid = repo.objects.put('blob', Buffer.from('lent'));
  const missing = '2'.repeat(40);
  expect(await repo.objects.copyTo(room, [oid, missing], { durable: true })).toEqual([missing]);
  const copy = join(room, oid.slice(0, 2), oid.slice(2));
  expect(readFileSync(copy)).toEqual(readFileSync(loose(repo.vault.dir, oid)));
  expect(statSync(copy).ino).not.toBe(statSync(loose(repo.vault.dir, oid)).ino);
  expect(readdirSync(join(room, oid.slice(0, 2)))).toEqual([oid.slice(2)]);
});

test('what a power cut left of objects that nothing speaks of goes, and git writes them again', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo } = vault;
  const [empty, zeros, whole] = ['one', 'two', 'three'].map((text) =>
    repo.objects.put('blob', Buffer.from(text)),
  ) as [string, string, string];
  for (const [oid, left] of [
    [empty, ''],
    [zeros, '\0'.repeat(20)],
  ] as const) {
    chmodSync(loose(repo.vault.dir, oid), 0o600);
    writeFileSync(loose(repo.vault.dir, oid), left);
  }
  await removeBrokenObjects(repo);
  expect(existsSync(loose(repo.vault.dir, whole))).toBe(true);
  expect(gitIn(repo.vault.dir, ['hash-object', '-w', '-t', 'blob', '--stdin'], 'one').trim()).toBe(empty);
  expect(existsSync(loose(repo.vault.dir, zeros))).toBe(false);
  expect(gitIn(repo.vault.dir, ['fsck', '--no-dangling'])).toBe('');
  // What is there when a process has come to its end is not looked at again, until something is added.
  await sayWhole(repo);
  const later = Date.now() / 1000 + 60;
  utimesSync(join(repo.stateDir, 'whole'), later, later);
  chmodSync(loose(repo.vault.dir, whole), 0o600);
  writeFileSync(loose(repo.vault.dir, whole), '');
  await removeBrokenObjects(repo);
  expect(existsSync(loose(repo.vault.dir, whole))).toBe(true);
  writeFileSync(join(repo.stateDir, 'whole'), 'another boot\n');
  await removeBrokenObjects(repo);
  expect(existsSync(loose(repo.vault.dir, whole))).toBe(false);
});
