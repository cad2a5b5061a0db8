import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCheckout } from '../../src/workspace/checkout.ts';
import { openWorkspace } from '../../src/workspace/open-workspace.ts';
import { takePortBlock } from '../../src/workspace/port-block.ts';
import { openField, testVault } from './vaults.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('each gets the first block that nobody has, and gives it back', async () => {
  const [one, two] = [await takePortBlock(folder, 'a'), await takePortBlock(folder, 'b')];
  expect([one.base, two.base]).toEqual([20_000, 20_100]);
  await one.release();
  expect((await takePortBlock(folder, 'c')).base).toBe(20_000);
  expect(await readdir(folder)).toEqual(['20000', '20100']);
});

test('many at once get different blocks', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => takePortBlock(folder, 'a')));
  expect(new Set(all.map(({ base }) => base)).size).toBe(20);
});

test('a block of a process that was killed is free, one of a living process is not', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
  await (await takePortBlock(folder, 'a')).release();
  const mine = await takePortBlock(folder, 'a');
  const holder = JSON.parse(await readFile(join(folder, '20000'), 'utf8'));
  await mine.release();
  const { started: _, ...theirs } = { ...holder, id: '00000000-1111', pid: other.pid };
  await writeFile(join(folder, '20000'), JSON.stringify(theirs));
  expect((await takePortBlock(folder, 'a')).base).toBe(20_100);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect((await takePortBlock(folder, 'a')).base).toBe(20_000);
});

test('a session and the judge beside it are told different ports, and can listen on theirs', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const caps = { maxFileBytes: 1000, maxTotalBytes: 1000 };
  await using workspace = await openWorkspace(repo, {
    run: 'night',
    session: 1,
    base: head,
    fence: openField,
    ...caps,
  });
  await using checkout = await openCheckout(repo, { name: 'judge', run: 'night', fence: openField });
  await checkout.fill(await repo.trees.treeOf(head));
  const told = async (place: Pick<typeof checkout, 'exec'>) =>
    Number((await place.exec('echo $AGENTLOOP_PORT_BASE', { timeoutMs: 10_000 })).output);
  const [session, judge] = [await told(workspace), await told(checkout)];
  expect(Math.abs(session - judge)).toBeGreaterThanOrEqual(100);
  // The last one of the block: on the first ones something else of this machine may listen.
  const server = createServer().listen(judge + 99, '127.0.0.1');
  await once(server, 'listening');
  server.close();
});
