import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/workspace/repository.ts';
import { restore } from '../../src/workspace/restore.ts';
import { moveRunBranch, publish, runBranch, saveSession, toShelf } from '../../src/workspace/vault.ts';
import { commitOn, gitIn, inTree, type TestVault, testVault } from './vaults.ts';

const branch = 'agentloop/night';

interface Night extends TestVault {
  readonly tip: string;
  readonly kept: string;
  /** Opens the repository again, as the next invocation does. */
  again(): ReturnType<typeof openRepository>;
}

/** A run that has landed one commit and keeps unfinished work, all of it published. */
async function night(): Promise<Night> {
  const vault = await testVault({ a: '1', d: 'deep' });
  const { repo, head, room, users } = vault;
  const tip = await commitOn(repo, head, { a: '2' });
  const kept = await commitOn(repo, tip, { half: 'x' });
  await moveRunBranch(repo, 'night', tip);
  await toShelf(repo, 'night');
  await saveSession(repo, 'night', 2, kept);
  expect(await publish(repo, { run: 'night', branch })).toEqual({});
  return { ...vault, tip, kept, again: () => openRepository(users.dir, { cacheDir: join(room, 'cache') }) };
}

for (const gone of [['vault'], ['shelf'], ['vault', 'shelf']] as const) {
  test(`made anew from the user's repository: ${gone.join(' and ')}`, async () => {
    await using n = await night();
    for (const one of gone) rmSync(join(n.repo.stateDir, `${one}.git`), { recursive: true });
    const repo = await n.again();
    const expected = { run: 'night', base: n.head, tip: n.tip, kept: [n.kept], branch };
    const told = await restore(repo, expected);
    expect(told.join(' ')).toMatch(new RegExp(`The ${gone[0]} was made anew`));
    expect(await runBranch(repo, 'night')).toBe(n.tip);
    expect(await restore(repo, expected)).toEqual([]);
    await toShelf(repo, 'night');
    for (const git of [repo.vault, repo.shelf])
      expect(gitIn(git.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
    expect(inTree(repo.vault.dir, n.kept)).toMatchObject({ half: '100644 x', a: '100644 2' });
    const next = await commitOn(repo, n.tip, { a: '3' });
    await moveRunBranch(repo, 'night', next);
    expect(await publish(repo, { run: 'night', branch, last: n.tip })).toEqual({});
  });
}

test('what is nowhere any more is said: unfinished work as a sentence, a landed commit as a refusal', async () => {
  await using n = await night();
  await n.users.git('update-ref', '-d', 'refs/agentloop/night/sessions/2');
  await n.users.git('gc', '-q', '--prune=now');
  rmSync(n.repo.vault.dir, { recursive: true });
  const repo = await n.again();
  const expected = { run: 'night', base: n.head, tip: n.tip, kept: [n.kept], branch };
  expect((await restore(repo, expected)).join(' ')).toContain(`nowhere any more: ${n.kept.slice(0, 12)}`);
  const never = { ...expected, tip: n.kept };
  rmSync(repo.vault.dir, { recursive: true });
  await expect(restore(await n.again(), never)).rejects.toMatchObject({
    message: expect.stringMatching(/last commit of run night \([0-9a-f]{12}\) is nowhere any more/),
    help: expect.stringContaining(`agentloop run --new --base ${branch}`),
    exit: 'cannot-start',
  });
});

test('a vault that goes in the middle is a sentence, not a bug', async () => {
  await using n = await night();
  rmSync(n.repo.vault.dir, { recursive: true });
  await expect(n.repo.vault.run(['rev-parse', 'HEAD'])).rejects.toMatchObject({
    message: expect.stringContaining('was deleted while agentloop worked with it'),
    exit: 'cannot-start',
  });
});

test("locks that a killed git left in vault and shelf are ours to remove; the user's are told and stay", async () => {
  await using n = await night();
  const next = await commitOn(n.repo, n.tip, { a: '3' });
  const ours = [
    'vault.git/refs/heads/agentloop/night.lock',
    'vault.git/packed-refs.lock',
    'shelf.git/refs/heads/agentloop/night.lock',
    'shelf.git/shallow.lock',
  ];
  for (const lock of ours) writeFileSync(join(n.repo.stateDir, lock), '');
  const theirs = join(n.users.dir, '.git/refs/heads/agentloop/night.lock');
  for (const lock of [theirs, join(n.users.dir, '.git/index.lock')]) writeFileSync(lock, '');
  await moveRunBranch(n.repo, 'night', next);
  await toShelf(n.repo, 'night');
  const { held } = await publish(n.repo, { run: 'night', branch, last: n.tip });
  expect(held).toContain(`When no git works there: rm '${theirs}'`);
  expect(await n.users.git('rev-parse', branch)).toBe(n.tip);
  rmSync(theirs);
  expect(await publish(n.repo, { run: 'night', branch, last: n.tip })).toEqual({});
});

test('a run branch that a person deleted is not made again before they say so', async () => {
  await using n = await night();
  await n.users.git('branch', '-D', branch);
  const { held = '' } = await publish(n.repo, { run: 'night', branch, last: n.tip });
  expect(held).toContain(`${branch} was deleted by somebody`);
  expect(await publish(n.repo, { run: 'night', branch, last: n.tip, heldBefore: held })).toEqual({ held });
  const next = await commitOn(n.repo, n.tip, { a: '3' });
  await moveRunBranch(n.repo, 'night', next);
  expect((await publish(n.repo, { run: 'night', branch, last: n.tip, heldBefore: held })).held).toContain(
    'was deleted by somebody',
  );
  await n.users.git('branch', branch, n.tip);
  expect(await publish(n.repo, { run: 'night', branch, last: n.tip, heldBefore: held })).toEqual({});
  expect(await n.users.git('rev-parse', branch)).toBe(next);
});
