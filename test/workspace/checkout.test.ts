import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckout } from '../../src/workspace/checkout.ts';
import { findFence } from '../../src/workspace/fence.ts';
import { modes } from './places.ts';
import { commitOn, inTree, openField, put, standing, testVault } from './vaults.ts';

const soon = { timeoutMs: 20_000 };

for (const mode of modes) {
  test(`a checkout holds exactly the tree it was filled with, each time (fence: ${mode})`, async () => {
    await using vault = await testVault({ a: '1', 'run.sh': { script: '#!/bin/sh\ncat a\n' } });
    const { repo, head } = vault;
    const fence = await findFence({
      mode,
      hide: [repo.top],
      cacheRoot: dirname(repo.cacheDir),
      env: process.env,
    });
    const base = await repo.trees.treeOf(head);
    const candidate = await repo.trees.treeOf(await commitOn(repo, head, { a: '2', new: 'x' }));
    await using checkout = await openCheckout(repo, { name: 'judge', run: 'night', fence });
    for (const tree of [base, candidate, base]) {
      await checkout.fill(tree);
      expect(standing(checkout.path)).toEqual(inTree(repo.vault.dir, tree));
      expect(readdirSync(checkout.out.path)).toEqual([]);
      const { code, output } = await checkout.exec('./run.sh; pwd; git rev-parse --show-toplevel', soon);
      const top = checkout.inside;
      expect([code, output]).toEqual([0, `${tree === base ? 1 : 2}${top}\n${top}\n`]);
      const left =
        'rm a; echo x > left; mkdir .hidden; echo x > "$HOME/x"; echo x > "$TMPDIR/x"; git config core.fsmonitor false';
      expect((await checkout.exec(left, soon)).code).toBe(0);
      writeFileSync(join(checkout.out.path, 'report.xml'), '');
    }
  });
}

test('git in a checkout knows its files and no history: nothing of shelf and vault is lent', async () => {
  await using vault = await testVault({ a: '1', 'b/c': '1' });
  const { repo, head } = vault;
  await using checkout = await openCheckout(repo, { name: 'judge', run: 'night', fence: openField });
  await checkout.fill(await repo.trees.treeOf(head));
  expect((await checkout.exec('git ls-files; git status --porcelain', soon)).output).toBe(
    'a\nb/c\nA  a\nA  b/c\n',
  );
  expect((await checkout.exec(`git cat-file -e ${head} 2>&1 || git log 2>&1`, soon)).code).not.toBe(0);
  expect(existsSync(join(dirname(checkout.path), 'repo.git/objects/info/alternates'))).toBe(false);
});

test('checkouts of one name that are open together stand in different folders, and are kept for the next', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const open = () => openCheckout(repo, { name: 'judge', run: 'night', fence: openField });
  {
    await using one = await open();
    await using two = await open();
    await Promise.all([one.fill(tree), two.fill(tree)]);
    expect([one, two].map(({ path }) => basename(dirname(path)))).toEqual(['judge', 'judge-2']);
    put(two.path, 'a', 'only here');
    expect(standing(one.path)).toEqual({ a: '100644 1' });
  }
  await using again = await open();
  expect(basename(dirname(again.path))).toBe('judge');
  await using other = await openCheckout(repo, { name: 'prepare', run: 'night', fence: openField });
  expect(basename(dirname(other.path))).toBe('prepare');
});
