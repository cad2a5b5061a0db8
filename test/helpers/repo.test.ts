import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempRepo } from './repo.ts';

test('a temporary repository has the test identity, its files and the branch main', async () => {
  await using repo = await tempRepo({
    'a b/ü.txt': 'one\n',
    run: { script: '#!/bin/sh\n' },
    to: { link: 'run' },
  });
  expect(await repo.git('log', '--format=%an <%ae> %D')).toBe(
    'Test Person <person@example.com> HEAD -> main',
  );
  expect(lstatSync(join(repo.dir, 'to')).isSymbolicLink()).toBe(true);
  expect(await repo.git('ls-files', '--stage', 'run')).toMatch(/^100755 /);
});

test('a commit takes added, changed and deleted files and gives its name', async () => {
  await using repo = await tempRepo({ a: '1', b: '2' });
  const sha = await repo.commit('second', { a: null, c: '3' });
  expect(await repo.git('rev-parse', 'HEAD')).toBe(sha);
  expect(await repo.git('ls-tree', '--name-only', 'HEAD')).toBe('b\nc');
});

test('without files there is no commit, and removing it leaves nothing', async () => {
  const repo = await tempRepo();
  await expect(repo.git('rev-parse', '--verify', 'HEAD')).rejects.toThrow();
  await repo.remove();
  expect(existsSync(repo.dir)).toBe(false);
});

test('the environment of the tests holds nothing of ours and no extra certificates', () => {
  const left = Object.keys(process.env).filter((name) =>
    /^(ANTHROPIC_|AGENTLOOP_|NODE_EXTRA_CA_CERTS)/.test(name),
  );
  expect(left).toEqual([]);
});
