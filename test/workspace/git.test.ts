import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Git } from '../../src/workspace/git.ts';
import { evilScript, gitIn, put, testVault } from './vaults.ts';

test('a failure is a bug of ours that names the call, the folder and what git said', async () => {
  await using vault = await testVault({ a: '1' });
  await expect(vault.repo.vault.run(['cat-file', 'blob', 'nothing'])).rejects.toMatchObject({
    name: 'BugError',
    message: `git cat-file blob nothing (in ${vault.repo.vault.dir}) ended with code 128: fatal: Not a valid object name nothing`,
  });
  expect(await vault.repo.vault.answer(['cat-file', '-e', '9'.repeat(40)], { ok: [1] })).toMatchObject({
    code: 1,
    out: '',
  });
});

test('a full disk is told as something a person can mend, a missing git too', async () => {
  await using vault = await testVault({ a: '1' });
  const bin = join(vault.room, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'git'),
    '#!/bin/sh\necho "error: file write error: No space left on device" >&2\nexit 128\n',
    { mode: 0o755 },
  );
  const full = new Git(vault.repo.vault.dir, { cwd: vault.room, path: bin });
  await expect(full.run(['gc'])).rejects.toMatchObject({ name: 'UserError', exit: 'cannot-start' });
  const none = new Git(vault.repo.vault.dir, { cwd: vault.room, path: '/nonexistent' });
  await expect(none.run(['gc'])).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('could not be started'),
  });
});

test('bytes go in and out unchanged, and output can be cut', async () => {
  await using vault = await testVault({ a: '1' });
  const { vault: git } = vault.repo;
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
  const oid = (await git.run(['hash-object', '-w', '--stdin'], { input: all })).trim();
  expect(await git.run(['cat-file', 'blob', oid])).toBe(all);
  const long = (await git.run(['hash-object', '-w', '--stdin'], { input: 'x'.repeat(1 << 20) })).trim();
  expect((await git.run(['cat-file', 'blob', long], { cutAt: 1000 })).length).toBeGreaterThanOrEqual(1000);
});

test('nothing of the environment, of user or system config reaches git', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, room } = vault;
  const canary = join(room, 'canary');
  const script = evilScript(room, canary);
  put(repo.stateDir, '.gitconfig', `[alias]\n\tx = !${script}\n[core]\n\tpager = ${script}\n`);
  put(repo.stateDir, '.config/git/config', '[user]\n\tname = planted\n');
  process.env['GIT_CONFIG_COUNT'] = '1';
  process.env['GIT_CONFIG_KEY_0'] = 'user.name';
  process.env['GIT_CONFIG_VALUE_0'] = 'from the environment';
  try {
    const names = await repo.vault.answer(['config', '--get', 'user.name'], { ok: [0, 1] });
    expect(names).toMatchObject({ code: 1, out: '' });
    expect((await repo.vault.answer(['x'], { ok: [1] })).err).toContain("'x' is not a git command");
  } finally {
    for (const name of ['COUNT', 'KEY_0', 'VALUE_0']) delete process.env[`GIT_CONFIG_${name}`];
  }
  expect(existsSync(canary)).toBe(false);
});

test('no transport is allowed, not even to a local repository, and replace refs say nothing', async () => {
  await using vault = await testVault({ a: 'true' });
  const { repo, users, head } = vault;
  await expect(repo.vault.run(['fetch', users.dir, 'HEAD'])).rejects.toThrow("transport 'file' not allowed");
  const lie = repo.objects.put('blob', Buffer.from('false'));
  const blob = gitIn(users.dir, ['rev-parse', `${head}:a`]).trim();
  gitIn(repo.vault.dir, ['replace', '-f', blob, lie]);
  expect(await repo.vault.run(['cat-file', 'blob', blob])).toBe('true');
});
