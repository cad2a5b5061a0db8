import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../src/workspace/trees.ts';
import { bytes, gitIn, inTree, testVault } from './vaults.ts';

const odd = { 'with space.txt': '1', 'line\nbreak': '2', 'quo"te\\': '3', 'ümläut/é.txt': '4' };

test('a tree is listed with its modes and whatever its names are', async () => {
  await using vault = await testVault({
    ...odd,
    'bin/run': { script: '#!/bin/sh\n' },
    link: { link: 'bin/run' },
  });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const entries = await repo.trees.list(tree);
  const listed = gitIn(repo.vault.dir, ['ls-tree', '-r', '-z', tree]).split('\0').filter(Boolean);
  expect(entries.map(({ path, mode, oid }) => `${mode} blob ${oid}\t${path}`).sort()).toEqual(listed.sort());
  expect((await repo.trees.read(tree, bytes('ümläut/é.txt')))?.toString()).toBe('4');
  expect(await repo.trees.read(tree, 'bin')).toBeUndefined();
  expect(await repo.trees.read(tree, 'bin/run/more')).toBeUndefined();
  expect(await repo.trees.has(tree)).toBe(true);
  expect(await repo.trees.has('3'.repeat(40))).toBe(false);
});

test('a Latin-1 name that is no UTF-8 goes through a tree unchanged', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const entry = { path: 'caf\xe9/\xff', mode: '100644' as const, oid: await repo.trees.write('x') };
  const tree = await repo.trees.overlay(await repo.trees.treeOf(head), [entry]);
  expect(inTree(repo.vault.dir, tree)).toEqual({ a: '100644 1', 'caf\xe9/\xff': '100644 x' });
});

const names = fc.constantFrom('a', 'b', 'a.b', 'a0', 'sub', 'z');
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.constantFrom(null, 'one', 'two', 'three');
/** Files in which no path stands where another needs a folder. */
const files = fc.dictionary(path, content, { maxKeys: 8 }).map((wanted) => {
  const kept: Record<string, string | null> = {};
  for (const [one, text] of Object.entries(wanted)) {
    const clashes = Object.entries(kept).some(([other, was]) => {
      const inside = one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
      return inside && was !== null && text !== null;
    });
    if (!clashes) kept[one] = text;
  }
  return kept;
});

test('setting and removing entries gives the tree that git makes of the same index', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo } = vault;
  const empty = repo.nodes.put(new Map());
  const index = `${vault.room}/index`;
  await fc.assert(
    fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 3 }), async (rounds) => {
      let tree = empty;
      for (const round of rounds) {
        const edits = await Promise.all(
          Object.entries(round).map(async ([name, text]) => ({
            path: name,
            mode: '100644' as const,
            oid: text === null ? null : await repo.trees.write(text),
          })),
        );
        const mine = await repo.trees.overlay(tree, edits);
        await repo.vault.run(['read-tree', tree === empty ? '--empty' : tree], { index });
        const zero = '0'.repeat(40);
        const line = (mode: string, oid: string, name: string) => `${mode} ${oid}\t${name}\0`;
        // The removals first: git takes its lines in order. --replace is what lets a file take a folder's place.
        const gone = edits.filter(({ oid }) => oid === null).map((one) => line('0', zero, one.path));
        const set = edits.flatMap(({ path: name, mode, oid }) => (oid ? [line(mode, oid, name)] : []));
        await repo.vault.run(['update-index', '--replace', '-z', '--index-info'], {
          index,
          input: [...gone, ...set].join(''),
        });
        expect(mine).toBe((await repo.vault.run(['write-tree'], { index })).trim());
        const told = (await repo.trees.changes(tree, mine)).map(line2);
        expect(told).toEqual(diffTree(repo.vault.dir, tree, mine));
        tree = mine;
      }
    }),
    { numRuns: 20 },
  );
});

function line2({ path: name, status, old, new: now }: Change): string {
  return `${status[0]?.toUpperCase()} ${old?.oid ?? ''} ${now?.oid ?? ''} ${name}`;
}

function diffTree(dir: string, from: string, to: string): string[] {
  const parts = gitIn(dir, ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--abbrev=40', from, to]).split(
    '\0',
  );
  const lines: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, , old, now, status] = (parts[at] as string).split(' ') as [
      string,
      string,
      string,
      string,
      string,
    ];
    const shown = (oid: string) => (/^0+$/.test(oid) ? '' : oid);
    lines.push(`${status} ${shown(old)} ${shown(now)} ${parts[at + 1]}`);
  }
  return lines.sort((a, b) => (a.slice(a.lastIndexOf(' ')) < b.slice(b.lastIndexOf(' ')) ? -1 : 1));
}

test('a file takes the place of a folder that still has files, but not of one that gets some', async () => {
  await using vault = await testVault({ 'b/x': '1', 'b/y': '2' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const oid = await repo.trees.write('a file');
  const file = { path: 'b', mode: '100644' as const, oid };
  const replaced = await repo.trees.overlay(tree, [{ path: 'b/x', mode: '100644', oid: null }, file]);
  expect(inTree(repo.vault.dir, replaced)).toEqual({ b: '100644 a file' });
  const both = repo.trees.overlay(tree, [file, { path: 'b/z/deep', mode: '100644', oid }]);
  await expect(both).rejects.toThrow('"b" cannot be a file and a folder');
});

test('a folder goes with its last file, and the folders above it too', async () => {
  await using vault = await testVault({ a: '1', 'b/c/d/e': '2', 'b/x': '3' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const without = await repo.trees.overlay(tree, [{ path: 'b/c/d/e', mode: '100644', oid: null }]);
  expect(gitIn(repo.vault.dir, ['ls-tree', '-r', '-t', '--name-only', without])).toBe('a\nb\nb/x\n');
});

test('removing what is not there changes nothing, and what git refuses in a tree is refused', async () => {
  await using vault = await testVault({ a: '1', 'b/c': '2' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  const remove = (name: string) => repo.trees.overlay(tree, [{ path: name, mode: '100644', oid: null }]);
  expect(await remove('b/x')).toBe(tree);
  expect(await remove('a/x')).toBe(tree);
  expect(await remove('b')).toBe(tree);
  expect(await repo.trees.overlay(tree, [])).toBe(tree);
  const oid = await repo.trees.write('x');
  for (const name of ['../a', 'b/.git/config', '/a', 'b//c', '.GIT', 'a/./b']) {
    await expect(repo.trees.overlay(tree, [{ path: name, mode: '100644', oid }])).rejects.toThrow(
      'cannot stand in a tree',
    );
  }
});

test('a diff is bounded and says so', async () => {
  await using vault = await testVault({ a: 'one\n', 'ü.txt': 'x\n' });
  const { repo, head } = vault;
  const from = await repo.trees.treeOf(head);
  const to = await repo.trees.overlay(from, [
    { path: bytes('ü.txt'), mode: '100644', oid: await repo.trees.write('größer\n'.repeat(2000)) },
  ]);
  const whole = await repo.trees.diff(from, to, 1_000_000);
  expect(whole).toContain('+größer');
  expect(whole).not.toContain('cut at');
  const cut = await repo.trees.diff(from, to, 500);
  expect(Buffer.byteLength(cut)).toBeLessThan(600);
  expect(cut).toContain('[... the diff goes on; cut at 500 bytes ...]');
});

test('a commit that is none and a tree that is missing are bugs of ours', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const tree = await repo.trees.treeOf(head);
  await expect(repo.trees.treeOf(tree)).rejects.toThrow('is no commit');
  await expect(repo.trees.list('4'.repeat(40))).rejects.toThrow('not a tree object');
});

test('trees that nobody asks for any more do not pile up, and can be asked for again', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const oid = await repo.trees.write('x');
  const file = (path: string) => ({ path, mode: '100644' as const, oid });
  const many = Array.from({ length: 1000 }, (_, n) => file(`out/${n}`));
  const first = await repo.trees.overlay(await repo.trees.treeOf(head), many);
  // Each is the last one and a file more, as after each session of a night.
  const all = [first];
  for (let n = 0; n < 40; n += 1)
    all.push(await repo.trees.overlay(all.at(-1) as string, [file(`out/more-${n}`)]));
  expect(() => repo.nodes.node(first)).toThrow('is not in memory');
  const kept = all.filter((tree) => {
    try {
      return repo.nodes.node(tree).size > 0;
    } catch {
      return false;
    }
  });
  expect(kept.length).toBeGreaterThan(2);
  expect(kept.length).toBeLessThan(25);
  const last = all.at(-1) as string;
  expect(await repo.trees.changes(first, last)).toHaveLength(40);
  expect(await repo.trees.list(first)).toHaveLength(1001);
});
