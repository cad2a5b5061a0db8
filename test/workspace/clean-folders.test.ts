import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CleanFolders } from '../../src/workspace/clean-folders.ts';
import { refill } from '../../src/workspace/refill.ts';
import { changeTime } from '../../src/workspace/touched.ts';
import { type Stranger, strangers } from '../../src/workspace/walk.ts';
import { testSlot, testVault } from './vaults.ts';

const shared = await testVault({ 'a/one': '1', 'a/deep/two': '2', 'b/three': '3', top: 't' });
afterAll(() => shared[Symbol.asyncDispose]());
const { repo, head } = shared;
const tree = await repo.trees.treeOf(head);
let count = 0;

/** A filled folder, and walks through it that know of each other. */
async function folder() {
  count += 1;
  const slot = testSlot(join(shared.room, `clean-${count}`));
  await refill(repo, slot, tree);
  await pastNow(slot.dir);
  const clean = new CleanFolders();
  const walk = (skip: readonly string[] = []): Stranger[] => {
    const before = clean.walk(slot.tree, changeTime(join(slot.dir, 'looked')));
    return strangers(slot.tree, repo.nodes, tree, { clean: before, skip: new Set(skip) });
  };
  /** Which folders the next walk would not read. */
  const known = () => {
    const before = clean.walk(slot.tree, Number.NEGATIVE_INFINITY);
    const oids = new Map([...repo.nodes.node(tree)].map(([name, { oid }]) => [name, oid]));
    return ['a', 'b'].filter((name) => before.holds(name, oids.get(name) ?? ''));
  };
  return { slot, clean, at: (path: string) => join(slot.tree, path), walk, known };
}

/** Until the time of the file system is another one: what was changed before is older from then on. */
async function pastNow(dir: string): Promise<void> {
  const now = changeTime(join(dir, 'looked'));
  while (changeTime(join(dir, 'looked')) <= now) await new Promise((resolve) => setImmediate(resolve));
}

test('a folder that was clean and has not changed is not read again', async () => {
  const { walk, known } = await folder();
  expect(known()).toEqual([]);
  expect(walk()).toEqual([]);
  expect(known()).toEqual(['a', 'b']);
});

test.each<[string, (at: (path: string) => string) => void]>([
  ['something stands in it', (at) => writeFileSync(at('b/new'), '')],
  ['something was there and is gone', (at) => rmSync(at('b/three'))],
  ['it has other rights', (at) => chmodSync(at('b'), 0o711)],
  [
    'another one stands in its place, with the same names',
    (at) => {
      mkdirSync(at('c'));
      writeFileSync(at('c/three'), '3');
      renameSync(at('b'), at('gone'));
      renameSync(at('c'), at('b'));
    },
  ],
  [
    'a link to it stands in its place',
    (at) => {
      renameSync(at('b'), at('moved'));
      symlinkSync('moved', at('b'));
    },
  ],
])('one that has changed is read again: %s', async (_what, change) => {
  const { walk, known, at } = await folder();
  walk();
  change(at);
  expect(known()).toEqual(['a']);
});

test('what one walk leaves out is told by the next one that does not', async () => {
  const { slot, walk, at } = await folder();
  mkdirSync(at('b/node_modules'));
  await pastNow(slot.dir);
  expect(walk(['b/node_modules'])).toEqual([]);
  expect(walk()).toEqual([{ path: 'b/node_modules', kind: 'folder' }]);
});

test('one that changed in the same tick of the clock in which it is looked at is read again', async () => {
  const { slot, known, clean, at } = await folder();
  writeFileSync(at('b/new'), '');
  rmSync(at('b/new'));
  const before = clean.walk(slot.tree, lstatSync(at('b')).ctimeMs);
  strangers(slot.tree, repo.nodes, tree, { clean: before });
  expect(known()).toEqual(['a']);
});

const path = fc.constantFrom('a', 'a/deep', 'a/deep/two', 'a/x', 'b', 'b/three', 'b/y', 'c', 'top');
const change = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path }),
  fc.record({ do: fc.constant('remove' as const), path }),
  fc.record({ do: fc.constant('folder' as const), path }),
  fc.record({ do: fc.constant('move' as const), path, to: path }),
  fc.record({ do: fc.constant('link' as const), path, to: path }),
);

test('whatever is done between two walks, they find what a walk finds that knows nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 5 }), async (rounds) => {
      const { slot, walk, at } = await folder();
      for (const round of [[], ...rounds]) {
        for (const one of round) {
          try {
            if (one.do === 'write') writeFileSync(at(one.path), 'x');
            else if (one.do === 'remove') rmSync(at(one.path), { recursive: true });
            else if (one.do === 'folder') mkdirSync(at(one.path));
            else if (one.do === 'move') renameSync(at(one.path), at(one.to));
            else symlinkSync(at(one.to), at(one.path));
          } catch {
            // Not possible as things stand: the next change may be.
          }
        }
        expect(walk()).toEqual(strangers(slot.tree, repo.nodes, tree));
      }
    }),
    { numRuns: 60 },
  );
});
