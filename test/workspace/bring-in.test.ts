import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/workspace/repository.ts';
import { unusual } from '../../src/workspace/unsupported.ts';
import { bringIn, emptyBase } from '../../src/workspace/vault.ts';
import { tempRepo } from '../helpers/repo.ts';
import { gitIn, inTree, testVault, userState } from './vaults.ts';

const allObjects = ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'];

test('a commit comes with its history and with nothing else', async () => {
  await using vault = await testVault();
  const { users, repo } = vault;
  const first = await users.commit('first', { a: '1' });
  const base = await users.commit('base', { b: '2' });
  await users.git('tag', 'v1');
  await users.commit('future', { secret: 'the solution' });
  await users.git('checkout', '-q', '-b', 'other', first);
  await users.commit('other', { c: '3' });
  await users.write({ a: 'stashed' });
  await users.git('stash');
  const before = userState(users);
  await bringIn(repo, base);
  const expected = gitIn(users.dir, ['rev-list', '--objects', '--no-object-names', base]).trim().split('\n');
  expect(gitIn(repo.shelf.dir, allObjects).trim().split('\n').sort()).toEqual(expected.sort());
  expect(gitIn(repo.shelf.dir, ['for-each-ref', '--format=%(refname)']).trim()).toBe(
    `refs/agentloop/bases/${base}`,
  );
  expect(gitIn(repo.vault.dir, ['log', '--format=%s', base]).trim()).toBe('base\nfirst');
  expect(userState(users)).toEqual(before);
});

test('bringing in again does nothing, and a newer base brings only what is new', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  const before = gitIn(repo.shelf.dir, allObjects);
  await bringIn(repo, head);
  expect(gitIn(repo.shelf.dir, allObjects)).toBe(before);
  const next = await users.commit('next', { a: '2' });
  await bringIn(repo, next);
  expect(gitIn(repo.shelf.dir, allObjects).trim().split('\n')).toHaveLength(
    before.trim().split('\n').length + 3,
  );
});

test('a lock that a killed git left on the shelf is no hindrance', async () => {
  await using vault = await testVault();
  const { users, repo } = vault;
  const base = await users.commit('base', { a: '1' });
  mkdirSync(join(repo.shelf.dir, 'refs/agentloop/bases'), { recursive: true });
  writeFileSync(join(repo.shelf.dir, `refs/agentloop/bases/${base}.lock`), '');
  writeFileSync(join(repo.shelf.dir, 'shallow.lock'), '');
  await bringIn(repo, base);
  expect(gitIn(repo.shelf.dir, ['rev-parse', `refs/agentloop/bases/${base}`]).trim()).toBe(base);
});

test('a shallow clone works, and so does the same clone made deep later', async () => {
  await using origin = await tempRepo({ a: '1' });
  await origin.commit('second', { a: '2' });
  const tip = await origin.commit('third', { a: '3' });
  await using vault = await testVault();
  const clone = join(vault.room, 'clone');
  gitIn(vault.room, ['clone', '-q', '--depth=2', `file://${origin.dir}`, clone]);
  const repo = await openRepository(clone, { cacheDir: join(vault.room, 'cache') });
  await bringIn(repo, tip);
  expect(gitIn(repo.vault.dir, ['log', '--format=%s', tip]).trim()).toBe('third\nsecond');
  expect(readFileSync(join(repo.vault.dir, 'shallow'))).toEqual(
    readFileSync(join(repo.shelf.dir, 'shallow')),
  );
  const next = await origin.commit('fourth', { a: '4' });
  gitIn(clone, ['fetch', '-q', '--unshallow', 'origin']);
  await bringIn(repo, next);
  expect(gitIn(repo.vault.dir, ['log', '--format=%s', next]).trim()).toContain('fourth\nthird\nsecond');
  expect(gitIn(repo.vault.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
});

test('a detached HEAD, a linked worktree and a repository with alternates work', async () => {
  await using origin = await tempRepo({ a: '1' });
  await using vault = await testVault();
  const borrowing = join(vault.room, 'borrowing');
  gitIn(vault.room, ['clone', '-q', '--shared', origin.dir, borrowing]);
  gitIn(borrowing, ['worktree', 'add', '-q', '--detach', join(vault.room, 'linked')]);
  const repo = await openRepository(join(vault.room, 'linked'), { cacheDir: join(vault.room, 'cache') });
  const head = (await repo.user.resolve('HEAD')) as string;
  await bringIn(repo, head);
  rmSync(origin.dir, { recursive: true });
  expect(inTree(repo.shelf.dir, head)).toEqual({ a: '100644 1' });
});

test("the user's replace refs do not change what comes in", async () => {
  await using vault = await testVault();
  const { users, repo } = vault;
  const honest = await users.commit('honest', { a: 'true' });
  const other = await users.commit('other', { a: 'false' });
  await users.git('replace', honest, other);
  await bringIn(repo, honest);
  expect(inTree(repo.vault.dir, honest)).toEqual({ a: '100644 true' });
});

test('a commit that is not there is refused, and nothing is left that looks like it', async () => {
  await using vault = await testVault({ a: '1' });
  const missing = '5'.repeat(40);
  await expect(bringIn(vault.repo, missing)).rejects.toMatchObject({
    name: 'UserError',
    exit: 'cannot-start',
    message: expect.stringContaining(`Commit ${missing.slice(0, 12)} could not be taken from`),
  });
  expect(existsSync(join(vault.repo.shelf.dir, 'refs/agentloop/bases', missing))).toBe(false);
});

test('a partial clone whose files are missing is refused with what to do', async () => {
  await using origin = await tempRepo({ a: 'only at the origin' });
  await origin.git('config', 'uploadpack.allowFilter', 'true');
  await using vault = await testVault();
  const clone = join(vault.room, 'partial');
  gitIn(vault.room, ['clone', '-q', '--no-checkout', '--filter=blob:none', `file://${origin.dir}`, clone]);
  await origin.remove();
  const repo = await openRepository(clone, { cacheDir: join(vault.room, 'cache') });
  const head = gitIn(clone, ['rev-parse', 'HEAD']).trim();
  await expect(bringIn(repo, head)).rejects.toMatchObject({ help: expect.stringContaining('--refetch') });
});

test('submodules and filters are told; a filter on a file that we write ourselves is refused', async () => {
  await using vault = await testVault({ 'a.psd': 'version https://git-lfs', 'b.txt': '', '.gitmodules': '' });
  const { users, repo, head } = vault;
  await users.git('update-index', '--add', '--cacheinfo', `160000,${head},lib`);
  await users.write({ '.gitattributes': '# *.txt filter=none\n[attr]big filter=lfs -text\n*.psd big\n' });
  await users.git('add', '.gitattributes', '.gitmodules');
  await users.git('commit', '-q', '-m', 'unusual');
  const lfs = await users.git('rev-parse', 'HEAD');
  await bringIn(repo, lfs);
  expect(await unusual(repo, await repo.trees.treeOf(lfs), ['b.txt'])).toEqual([
    'lib is a submodule: its folder is empty for brain and judge, and it stays at its commit.',
    'a.psd: brain and judge see this as pointers of Git LFS, since no git filter ("lfs") is run for them; a change to it is refused.',
  ]);
  const plain = await users.commit('plain', { '.gitattributes': '* text=auto eol=lf\n# x filter=lfs\n' });
  await bringIn(repo, plain);
  expect(await unusual(repo, await repo.trees.treeOf(plain))).toEqual([]);
  const own = await users.commit('own', { '.gitattributes': '*.txt filter=crypt\n' });
  await bringIn(repo, own);
  await expect(unusual(repo, await repo.trees.treeOf(own), ['b.txt'])).rejects.toMatchObject({
    message: expect.stringContaining('b.txt goes through the git filter "crypt"'),
    exit: 'cannot-start',
  });
});

test('without a commit there is an empty base, the same everywhere, on shelf and vault', async () => {
  await using one = await testVault();
  await using two = await testVault({ a: '1' });
  const base = await emptyBase(one.repo);
  expect(await emptyBase(one.repo)).toBe(base);
  expect(await emptyBase(two.repo)).toBe(base);
  expect(gitIn(one.repo.shelf.dir, ['log', '--format=%an %ae %at %s', base]).trim()).toBe(
    'agentloop agentloop@localhost 0 Empty start',
  );
  expect(inTree(one.repo.shelf.dir, base)).toEqual({});
  expect(gitIn(one.repo.shelf.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
});
