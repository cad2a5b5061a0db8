import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { UserError } from '../../src/errors.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { tempRepo } from '../helpers/repo.ts';
import { gitIn } from './vaults.ts';

const room = realpathSync(mkdtempSync(join(tmpdir(), 'repository-')));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const cacheDir = join(room, 'cache');

test('the repository is found from a subfolder, through a symlink and from a linked worktree', async () => {
  await using users = await tempRepo({ 'deep/down/a': '1' });
  const linked = join(room, 'linked worktree');
  await users.git('worktree', 'add', '-q', '--detach', linked);
  symlinkSync(users.dir, join(room, 'by-link'));
  const found = await Promise.all(
    [users.dir, join(users.dir, 'deep/down'), join(room, 'by-link'), linked].map((cwd) =>
      openRepository(cwd, { cacheDir }),
    ),
  );
  expect(found.map(({ top }) => top)).toEqual([users.dir, users.dir, users.dir, linked]);
  for (const repo of found) {
    expect(repo.commonDir).toBe(join(users.dir, '.git'));
    expect(repo.stateDir).toBe(join(users.dir, '.git/agentloop'));
    expect(repo.cacheDir).toBe(found[0]?.cacheDir);
    expect(basename(repo.cacheDir)).toMatch(new RegExp(`^${basename(users.dir)}-[0-9a-f]{12}$`));
  }
});

test('opening writes nothing; ensure makes vault and shelf for the user alone, once', async () => {
  await using users = await tempRepo({ a: '1' });
  const before = readdirSync(join(users.dir, '.git'));
  const repo = await openRepository(users.dir, { cacheDir: join(room, 'new cache') });
  expect(readdirSync(join(users.dir, '.git'))).toEqual(before);
  expect(existsSync(join(room, 'new cache'))).toBe(false);
  await Promise.all([repo.ensure(), repo.ensure()]);
  await repo.ensure();
  expect(readdirSync(repo.stateDir).sort()).toEqual(['shelf.git', 'vault.git']);
  for (const folder of [repo.stateDir, repo.vault.dir, repo.shelf.dir, repo.cacheDir]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  expect(gitIn(repo.vault.dir, ['rev-parse', '--is-bare-repository']).trim()).toBe('true');
  expect(await users.git('status', '--porcelain')).toBe('');
});

test('a kill while the vault is made leaves nothing that is taken for a vault', async () => {
  await using users = await tempRepo({ a: '1' });
  const repo = await openRepository(users.dir, { cacheDir });
  mkdirSync(join(repo.stateDir, `vault.git.new-${process.pid}`, 'objects'), { recursive: true });
  mkdirSync(join(repo.stateDir, 'shelf.git.new-1'), { recursive: true });
  await repo.ensure();
  expect(gitIn(repo.vault.dir, ['count-objects']).trim()).toBe('0 objects, 0 kilobytes');
});

test('a repository of sha256 names is opened as one', async () => {
  const dir = join(room, 'sha256');
  mkdirSync(dir);
  gitIn(dir, ['init', '-q', '--object-format=sha256']);
  const repo = await openRepository(dir, { cacheDir });
  await repo.ensure();
  expect(repo.objects.put('blob', Buffer.from('x'))).toBe(gitIn(dir, ['hash-object', '--stdin'], 'x').trim());
  expect(gitIn(repo.vault.dir, ['rev-parse', '--show-object-format']).trim()).toBe('sha256');
});

test('GIT_DIR and its like, as a hook or an alias leaves them, do not point us elsewhere', async () => {
  await using users = await tempRepo({ a: '1' });
  await using other = await tempRepo({ b: '1' });
  const env = {
    ...process.env,
    GIT_DIR: join(other.dir, '.git'),
    GIT_WORK_TREE: other.dir,
    GIT_INDEX_FILE: '/nowhere',
  };
  const repo = await openRepository(users.dir, { cacheDir, env });
  expect(repo.top).toBe(users.dir);
  expect(await repo.user.resolve('HEAD')).toBe(await users.git('rev-parse', 'HEAD'));
});

async function refusal(cwd: string, env?: NodeJS.ProcessEnv, cache = cacheDir): Promise<Partial<UserError>> {
  const opened = openRepository(cwd, { cacheDir: cache, ...(env ? { env } : {}) });
  const { name, message, help, exit } = (await opened.then(
    () => new Error('was opened'),
    (error) => error,
  )) as UserError;
  return { name, message, help, exit };
}

test('where there is no repository, the sentence says so and how to make one', async () => {
  const dir = join(room, 'plain');
  mkdirSync(dir);
  expect(await refusal(dir)).toEqual({
    name: 'UserError',
    message: `There is no git repository in ${dir} or above.`,
    help: 'git init && git add -A && git commit -m "first commit"',
    exit: 'cannot-start',
  });
  expect((await refusal(join(dir, 'missing'))).message).toMatch(/cannot be entered: ENOENT/);
});

test('a bare repository and the inside of a git dir are refused', async () => {
  const bare = join(room, 'bare.git');
  mkdirSync(bare);
  gitIn(bare, ['init', '-q', '--bare']);
  expect((await refusal(bare)).message).toBe(`${bare} is a bare repository: it has no working tree.`);
  await using users = await tempRepo({ a: '1' });
  expect((await refusal(join(users.dir, '.git/objects'))).message).toBe(
    `${users.dir}/.git/objects is inside a git dir.`,
  );
});

test('a git that is too old or missing is named', async () => {
  await using users = await tempRepo({ a: '1' });
  const bin = join(room, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\necho git version 2.30.2\n');
  chmodSync(join(bin, 'git'), 0o755);
  const old = await refusal(users.dir, { ...process.env, PATH: bin });
  expect(old.message).toBe('agentloop needs git 2.38 or newer; here is "git version 2.30.2".');
  rmSync(join(bin, 'git'));
  const none = await refusal(users.dir, { ...process.env, PATH: bin });
  expect(none.message).toMatch(/^git could not be started: .*ENOENT/s);
  expect(none.exit).toBe('cannot-start');
});

test('a cache folder inside the repository is refused', async () => {
  await using users = await tempRepo({ a: '1' });
  const inside = await refusal(users.dir, undefined, join(users.dir, 'not yet/there'));
  expect(inside.message).toBe(
    `The cache folder ${users.dir}/not yet/there lies inside the repository ${users.dir}.`,
  );
  expect(existsSync(join(users.dir, 'not yet'))).toBe(false);
});

test('a repository of somebody else is refused with the command that makes it safe', async () => {
  await using users = await tempRepo({ a: '1' });
  const env = { ...process.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
  const git = join(room, 'foreign');
  mkdirSync(git);
  // Our own environment drops git's test switches, so they are put back by a git of the test's.
  writeFileSync(
    join(git, 'git'),
    '#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec /usr/bin/env -u NOTHING "$REAL_GIT" "$@"\n',
  );
  chmodSync(join(git, 'git'), 0o755);
  const real = gitIn(users.dir, ['--exec-path']).trim();
  const foreign = await refusal(users.dir, {
    ...env,
    REAL_GIT: join(real, 'git'),
    PATH: `${git}:${process.env['PATH']}`,
  });
  expect(foreign.message).toMatch(/dubious ownership/);
  expect(foreign.help).toBe(`git config --global --add safe.directory ${users.dir}`);
});
