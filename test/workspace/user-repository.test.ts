import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { userRepository } from '../../src/workspace/user-repository.ts';
import { tempRepo } from '../helpers/repo.ts';
import { gitIn, userState } from './vaults.ts';

test('names are resolved to commits, and what is none is undefined', async () => {
  await using users = await tempRepo({ a: '1' });
  const user = userRepository(users.dir, process.env);
  const first = await users.git('rev-parse', 'HEAD');
  await users.git('tag', '-m', 'annotated', 'v1');
  const second = await users.commit('second');
  expect(await user.resolve('main')).toBe(second);
  expect(await user.resolve('v1')).toBe(first);
  expect(await user.resolve(first.slice(0, 10))).toBe(first);
  expect(await user.resolve('HEAD:a')).toBeUndefined();
  expect(await user.resolve('--all')).toBeUndefined();
  expect(await user.resolve('nothing')).toBeUndefined();
  expect(await user.isAncestor(first, second)).toBe(true);
  expect(await user.isAncestor(second, second)).toBe(true);
  expect(await user.isAncestor(second, first)).toBe(false);
  expect(await user.isAncestor('6'.repeat(40), first)).toBe(false);
});

test('the branch is told on a branch, before the first commit, and not on a detached HEAD', async () => {
  await using users = await tempRepo({ a: '1' });
  const user = userRepository(users.dir, process.env);
  expect(await user.currentBranch()).toBe('main');
  await users.git('checkout', '-q', '--detach');
  expect(await user.currentBranch()).toBeUndefined();
  await using fresh = await tempRepo();
  const unborn = userRepository(fresh.dir, process.env);
  expect(await unborn.currentBranch()).toBe('main');
  expect(await unborn.resolve('HEAD')).toBeUndefined();
  expect(await user.branchExists('main')).toBe(true);
  expect(await user.branchExists('mai')).toBe(false);
});

test('the identity is what git would use, or none where git would guess', async () => {
  await using users = await tempRepo({ a: '1' });
  const { GIT_CONFIG_GLOBAL: _, ...without }: NodeJS.ProcessEnv = { ...process.env, HOME: users.dir };
  expect(await userRepository(users.dir, process.env).identity()).toEqual({
    name: 'Test Person',
    email: 'person@example.com',
  });
  expect(await userRepository(users.dir, without).identity()).toBeUndefined();
  const own = { ...without, GIT_AUTHOR_NAME: 'Ümit Ö', GIT_AUTHOR_EMAIL: 'u@example.com' };
  expect(await userRepository(users.dir, own).identity()).toEqual({ name: 'Ümit Ö', email: 'u@example.com' });
});

test('settings that come through the environment are honoured, as CI machines set them', async () => {
  await using users = await tempRepo({ a: '1' });
  const set = {
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: 'From Env',
    GIT_CONFIG_KEY_1: 'credential.helper',
    GIT_CONFIG_VALUE_1: 'store',
    GIT_CONFIG_KEY_2: 'url.https://example.com/.insteadOf',
    GIT_CONFIG_VALUE_2: 'ex:',
    EDITOR: 'vi',
    GIT_SSH_COMMAND: 'ssh -q',
  };
  const user = userRepository(users.dir, { ...process.env, ...set });
  expect(await user.identity()).toEqual({ name: 'From Env', email: 'person@example.com' });
});

test('the status names what is changed, staged, untracked or ignored among the asked paths', async () => {
  await using users = await tempRepo({ a: '1', b: '1', 'c d.txt': '1', '.gitignore': 'ignored\n' });
  const user = userRepository(users.dir, process.env);
  await users.write({ a: '2', 'ü.txt': 'new', ignored: 'x', elsewhere: 'x' });
  await users.write({ b: '2' });
  await users.git('add', 'b');
  const asked = ['a', 'b', 'c d.txt', 'ü.txt', 'ignored', 'none'];
  expect([...(await user.statusOf(asked))].sort()).toEqual(['a', 'b', 'ignored', 'ü.txt']);
});

test('just the named files are committed; what else is staged or changed stays as it was', async () => {
  await using users = await tempRepo({ a: '1', b: '1' });
  const user = userRepository(users.dir, process.env);
  await users.write({ a: '2', b: '2', 'new file': 'x', staged: 'y' });
  await users.git('add', 'staged');
  const commit = await user.commitFiles(['a', 'new file'], 'subject\n\n# no comment\nbody\n');
  expect(await users.git('rev-parse', 'HEAD')).toBe(commit);
  expect(await users.git('show', '--format=%B', '--name-only', 'HEAD')).toBe(
    'subject\n\n# no comment\nbody\n\n\na\nnew file',
  );
  expect(await users.git('status', '--porcelain')).toBe('M b\nA  staged');
});

test('the first commit of a repository can be made, an ignored file too', async () => {
  await using users = await tempRepo();
  const user = userRepository(users.dir, process.env);
  await users.write({ 'AGENTS.md': 'x', '.gitignore': 'AGENTS.md\n', other: '1' });
  await user.commitFiles(['AGENTS.md'], 'first');
  expect(await users.git('ls-tree', '--name-only', 'HEAD')).toBe('AGENTS.md');
});

test("the user's hooks are honoured: one that refuses is quoted, and the index is as before", async () => {
  await using users = await tempRepo({ a: '1' });
  await using fresh = await tempRepo();
  for (const one of [users, fresh]) {
    await one.write({
      '.git/hooks/pre-commit': { script: '#!/bin/sh\ncat\necho "no tabs, please" >&2\nexit 1\n' },
    });
    await one.write({ a: '2', b: 'new' });
    const index = join(one.dir, '.git/index');
    const before = await one.git('ls-files', '--stage');
    const refused = userRepository(one.dir, process.env).commitFiles(['a', 'b'], 'x');
    await expect(refused).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('no tabs, please'),
    });
    expect(await one.git('ls-files', '--stage')).toBe(before);
    expect(readFileSync(index).length).toBeGreaterThan(0);
  }
});

test('fetching leaves no FETCH_HEAD, takes no tags, and gives the words of git when it is refused', async () => {
  await using users = await tempRepo({ a: '1' });
  await using ours = await tempRepo({ b: '1' });
  await ours.git('tag', 'v9');
  await ours.git('branch', 'agentloop/one');
  const user = userRepository(users.dir, process.env);
  const before = userState(users);
  expect(
    await user.fetchFrom(ours.dir, ['refs/heads/agentloop/one:refs/heads/agentloop/one']),
  ).toBeUndefined();
  expect(userState(users)).toEqual(before);
  const refs = await user.refs('refs/heads/');
  expect(refs.map(({ ref, checkedOutIn }) => [ref, checkedOutIn])).toEqual([
    ['refs/heads/agentloop/one', ''],
    ['refs/heads/main', users.dir],
  ]);
  const refused = await user.fetchFrom(ours.dir, ['refs/heads/agentloop/one:refs/heads/main']);
  expect(refused).toMatch(/refusing to fetch into branch|rejected/);
});

test("the user's config is honoured, also when it forbids local transport", async () => {
  await using users = await tempRepo({ a: '1' });
  await using ours = await tempRepo({ b: '1' });
  writeFileSync(
    join(users.dir, 'gitconfig'),
    '[protocol "file"]\n\tallow = never\n[transfer]\n\tfsckObjects = true\n',
  );
  const user = userRepository(users.dir, { ...process.env, GIT_CONFIG_GLOBAL: join(users.dir, 'gitconfig') });
  expect(await user.fetchFrom(ours.dir, ['refs/heads/main:refs/heads/theirs'])).toBeUndefined();
  expect(gitIn(users.dir, ['log', '--format=%s', 'theirs']).trim()).toBe('first');
});
