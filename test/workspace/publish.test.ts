import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/workspace/repository.ts';
import { bringIn, moveRunBranch, publish, saveSession } from '../../src/workspace/vault.ts';
import { tempRepo } from '../helpers/repo.ts';
import { commitOn, gitIn, inTree, testVault, userState } from './vaults.ts';

const branch = 'agentloop/night';

test('the run branch and the sessions appear in the repository, and nothing else of the user changes', async () => {
  await using vault = await testVault({ a: '1', 'b c': '2' });
  const { users, repo, head } = vault;
  await users.write({ a: 'dirty', 'b c': 'staged', untracked: 'x' });
  await users.git('add', 'b c');
  await users.git('stash', 'push', '-q', '--', 'b c');
  const before = userState(users);
  const one = await commitOn(repo, head, { a: '2' });
  const unfinished = await commitOn(repo, head, { a: 'half' });
  await saveSession(repo, 'night', 1, unfinished);
  await moveRunBranch(repo, 'night', one);
  expect(await publish(repo, { run: 'night', branch })).toEqual({});
  expect(await users.git('rev-parse', branch, 'refs/agentloop/night/sessions/1')).toBe(
    `${one}\n${unfinished}`,
  );
  const two = await commitOn(repo, one, { a: '3' });
  const again = await commitOn(repo, head, { a: 'other half' });
  await moveRunBranch(repo, 'night', two);
  await saveSession(repo, 'night', 1, again);
  for (const _ of [1, 2]) expect(await publish(repo, { run: 'night', branch, last: one })).toEqual({});
  expect(await users.git('rev-parse', branch, 'refs/agentloop/night/sessions/1')).toBe(`${two}\n${again}`);
  expect(userState(users)).toEqual(before);
  expect(await users.git('fsck', '--strict', '--no-dangling')).toBe('');
});

test('only sessions, and nothing at all, can be published too', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  expect(await publish(repo, { run: 'night', branch })).toEqual({});
  await saveSession(repo, 'night', 2, head);
  expect(await publish(repo, { run: 'night', branch })).toEqual({});
  expect(await users.git('for-each-ref', '--format=%(refname)')).toBe(
    'refs/agentloop/night/sessions/2\nrefs/heads/main',
  );
});

test('a branch that is checked out anywhere is held and says where; sessions still go', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  await moveRunBranch(repo, 'night', one);
  await publish(repo, { run: 'night', branch });
  const linked = join(vault.room, 'review');
  await users.git('worktree', 'add', '-q', linked, branch);
  const two = await commitOn(repo, one, { a: '3' });
  await moveRunBranch(repo, 'night', two);
  await saveSession(repo, 'night', 7, head);
  const held = await publish(repo, { run: 'night', branch, last: one });
  expect(held.held).toBe(
    `${branch} is checked out in ${linked}; it follows once another branch is checked out there.`,
  );
  expect(await users.git('rev-parse', branch, 'refs/agentloop/night/sessions/7')).toBe(`${one}\n${head}`);
  gitIn(linked, ['checkout', '-q', '--detach']);
  expect(await publish(repo, { run: 'night', branch, last: one })).toEqual({});
  expect(await users.git('rev-parse', branch)).toBe(two);
  expect(gitIn(linked, ['rev-parse', 'HEAD']).trim()).toBe(one);
});

test('a branch with a commit of a person is held, and never forced', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  await moveRunBranch(repo, 'night', one);
  await publish(repo, { run: 'night', branch });
  const mine = gitIn(users.dir, ['commit-tree', '-m', 'mine', '-p', one, `${one}^{tree}`]).trim();
  await users.git('update-ref', `refs/heads/${branch}`, mine);
  await moveRunBranch(repo, 'night', await commitOn(repo, one, { a: '3' }));
  const { held = '' } = await publish(repo, { run: 'night', branch, last: one });
  expect(held).toContain(`${branch} was moved by somebody to ${mine.slice(0, 12)}`);
  expect(await users.git('rev-parse', branch)).toBe(mine);
  await users.git('branch', '-m', branch, `${branch}-mine`);
  expect(await publish(repo, { run: 'night', branch, last: one, heldBefore: held })).toEqual({});
});

test('a branch that a person set back stays where it is', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  const two = await commitOn(repo, one, { a: '3' });
  await moveRunBranch(repo, 'night', two);
  await publish(repo, { run: 'night', branch });
  await users.git('branch', '-f', branch, one);
  expect((await publish(repo, { run: 'night', branch, last: two })).held).toContain('was moved by somebody');
  expect(await users.git('rev-parse', branch)).toBe(one);
});

test('when we died after publishing and before writing it down, the next call goes on from there', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  const one = await commitOn(repo, head, { a: '2' });
  const two = await commitOn(repo, one, { a: '3' });
  const three = await commitOn(repo, two, { a: '4' });
  for (const [to, last] of [[one], [two, one]] as const) {
    await moveRunBranch(repo, 'night', to);
    await publish(repo, { run: 'night', branch, ...(last === undefined ? {} : { last }) });
  }
  await moveRunBranch(repo, 'night', three);
  expect(await publish(repo, { run: 'night', branch, last: one })).toEqual({});
  expect(await users.git('rev-parse', branch)).toBe(three);
});

test('a lock in the way of the branch is told in the words of git', async () => {
  await using vault = await testVault({ a: '1' });
  const { users, repo, head } = vault;
  await users.write({ '.git/refs/heads/agentloop/night.lock': '' });
  await moveRunBranch(repo, 'night', await commitOn(repo, head, { a: '2' }));
  expect((await publish(repo, { run: 'night', branch })).held).toMatch(
    /git did not take agentloop\/night: .*night\.lock/s,
  );
});

test('a shallow clone and a clone that was made deep since can be published to', async () => {
  await using origin = await tempRepo({ a: '1' });
  const tip = await origin.commit('second', { a: '2' });
  await using vault = await testVault();
  const clone = join(vault.room, 'clone');
  gitIn(vault.room, ['clone', '-q', '--depth=1', `file://${origin.dir}`, clone]);
  const repo = await openRepository(clone, { cacheDir: join(vault.room, 'cache') });
  await bringIn(repo, tip);
  const one = await commitOn(repo, tip, { b: '1' });
  await moveRunBranch(repo, 'night', one);
  expect(await publish(repo, { run: 'night', branch })).toEqual({});
  gitIn(clone, ['fetch', '-q', '--unshallow', 'origin']);
  await moveRunBranch(repo, 'night', await commitOn(repo, one, { b: '2' }));
  expect(await publish(repo, { run: 'night', branch, last: one })).toEqual({});
  expect(gitIn(clone, ['log', '--format=%s', branch]).trim()).toBe('work\nwork\nsecond\nfirst');
  expect(inTree(clone, branch)).toEqual({ a: '100644 2', b: '100644 2' });
});
