import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refill } from '../../src/workspace/refill.ts';
import type { SeenFiles } from '../../src/workspace/seen.ts';
import { takeFile } from '../../src/workspace/take-file.ts';
import { takeSnapshot } from '../../src/workspace/take-snapshot.ts';
import { changeTime } from '../../src/workspace/touched.ts';
import { look } from '../../src/workspace/walk.ts';
import { inTree, put, testSlot, testVault } from './vaults.ts';

const { repo, room, ...vault } = await testVault({ a: 'a', 'd/b': 'b', 'd/c': 'c', z: 'z' });
afterAll(() => vault[Symbol.asyncDispose]());
const tree = await repo.trees.treeOf(vault.head);
let count = 0;

/** A filled folder, in which snapshots are taken while commands may go on. */
async function work(signal = new AbortController().signal) {
  count += 1;
  const slot = testSlot(join(room, `meanwhile-${count}`));
  await refill(repo, slot, tree);
  const seen: SeenFiles = new Map();
  const caps = { maxFileBytes: 9_000_000, maxTotalBytes: 9_000_000 };
  const options = { base: tree, filled: tree, skip: new Set<string>(), ...caps };
  return {
    slot,
    top: slot.tree,
    save: () => takeSnapshot(repo, slot, { ...options, meanwhile: { signal, seen } }),
    /** Waits for the next tick of the file system's clock: what was written before is older then. */
    tick: (path: string) => {
      while (changeTime(join(slot.dir, 'tick')) <= lstatSync(join(slot.tree, path)).ctimeMs);
    },
  };
}

/** Calls `then` when a blob with this text is written into the vault. */
function whenPut(text: string, then: () => void): void {
  const own = repo.objects.put;
  repo.objects.put = (type, body) => {
    if (body.toString() === text) {
      repo.objects.put = own;
      then();
    }
    return own.call(repo.objects, type, body);
  };
}

test('a file that changes before the end of a snapshot stays as the one before had it, and is taken in the next', async () => {
  const { top, save } = await work();
  put(top, 'a', 'first');
  put(top, 'z', 'first');
  const first = await save();
  expect(inTree(repo.vault.dir, first.tree)).toMatchObject({ a: '100644 first', z: '100644 first' });
  put(top, 'a', 'second');
  put(top, 'd/new', 'new');
  put(top, 'z', 'second');
  whenPut('second', () => {
    put(top, 'a', 'third, of another length');
    put(top, 'd/new', 'changed');
    rmSync(join(top, 'd/c'));
  });
  const second = await save();
  const held = inTree(repo.vault.dir, second.tree);
  expect(held).toMatchObject({ a: '100644 first', z: '100644 second', 'd/c': '100644 c' });
  expect(inTree(repo.vault.dir, (await save()).tree)).toEqual({
    a: '100644 third, of another length',
    'd/b': '100644 b',
    'd/new': '100644 changed',
    z: '100644 second',
  });
});

test('only what has changed since the last snapshot is read again', async () => {
  const { top, save, tick } = await work();
  for (const name of ['a', 'n1', 'n2', 'n3']) put(top, name, `new ${name}`);
  tick('n3');
  const first = await save();
  put(top, 'n2', 'again');
  tick('n2');
  const read: string[] = [];
  const own = repo.objects.put;
  repo.objects.put = (type, body) => {
    if (type === 'blob') read.push(body.toString());
    return own.call(repo.objects, type, body);
  };
  const second = await save();
  repo.objects.put = own;
  expect(read).toEqual(['again']);
  expect(second.tree).not.toBe(first.tree);
  expect(inTree(repo.vault.dir, second.tree)).toMatchObject({ n1: '100644 new n1', n2: '100644 again' });
  expect((await save()).tree).toBe(second.tree);
});

test('a link that takes the place of a folder leads nowhere: nothing outside is listed or read', async () => {
  const { top } = await work();
  const outside = join(room, 'outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  writeFileSync(join(outside, 'b'), 'a secret');
  writeFileSync(join(outside, 'deep/b'), 'a secret');
  const caps = { maxFileBytes: 1000, left: 1000, bulk: false };
  const take = (path: string) =>
    takeFile(repo.objects, top, { path, before: undefined, seen: undefined }, caps);
  expect(take('d/b')).toMatchObject({ is: 'entry' });
  renameSync(join(top, 'd'), join(top, 'was'));
  symlinkSync(outside, join(top, 'd'));
  for (const path of ['d/b', 'd/deep/b']) expect(take(path)).toEqual({ is: 'no-file' });
  for (const folder of ['d', 'd/deep']) expect(look(top, folder)).toEqual([]);
  expect(repo.objects.isLoose(repo.objects.nameOf('blob', Buffer.from('a secret')))).toBe(false);
});

test('a large file goes through in pieces and is the same blob', async () => {
  const { top, save } = await work();
  const text = 'large\n'.repeat(600_000);
  put(top, 'd/large', text);
  const { tree: taken, problems } = await save();
  expect(problems).toEqual([]);
  expect(inTree(repo.vault.dir, taken)['d/large']).toBe(`100644 ${text}`);
});

test('it can be given up; a folder or index that was deleted is no empty tree', async () => {
  const over = new AbortController();
  const called = await work(over.signal);
  over.abort();
  await expect(called.save()).rejects.toThrow();
  for (const what of ['tree', 'index'] as const) {
    const { slot, save } = await work();
    put(slot.tree, 'a', 'changed');
    rmSync(slot[what], { recursive: true });
    expect(await save()).toEqual({ tree, changed: false, problems: [], gone: true });
  }
});
