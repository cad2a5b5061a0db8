import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeClean, refill } from '../../src/workspace/refill.ts';
import type { Slot } from '../../src/workspace/slot.ts';
import {
  evilScript,
  inTree,
  makePipes,
  put,
  standing,
  type TestVault,
  testSlot,
  testVault,
} from './vaults.ts';

interface Filled {
  readonly vault: TestVault;
  readonly slot: Slot;
  readonly tree: string;
  /** Another tree, with files changed, added and gone. */
  readonly other: string;
  /** A folder beside the slot that nothing may touch. */
  readonly outside: string;
}

const sources = {
  'src/a.ts': 'one\n',
  'src/deep/b.ts': 'two\n',
  'bin/run': { script: '#!/bin/sh\n' },
  link: { link: 'src/a.ts' },
  'with space': 's',
  'line\nbreak "quoted"': 'n',
  'ü.txt': 'u',
};

const shared = await testVault(sources);
afterAll(() => shared[Symbol.asyncDispose]());
let count = 0;

/** A slot that was filled once, and a folder outside it. */
async function filled(vault = shared): Promise<Filled> {
  const { repo, head } = vault;
  count += 1;
  const room = join(vault.room, String(count));
  const first = await repo.trees.treeOf(head);
  const latin = { path: 'caf\xe9', mode: '100755' as const, oid: await repo.trees.write('latin') };
  const tree = await repo.trees.overlay(first, [latin]);
  const other = await repo.trees.overlay(tree, [
    { path: 'src/a.ts', mode: '100644', oid: await repo.trees.write('ONE\n') },
    { path: 'src/deep/b.ts', mode: '100644', oid: null },
    { path: 'bin/run', mode: '100644', oid: await repo.trees.write('#!/bin/sh\n') },
    { path: 'link/now/folder', mode: '100644', oid: await repo.trees.write('x') },
  ]);
  const slot = testSlot(join(room, 'slot'));
  await refill(repo, slot, tree);
  const outside = join(room, 'outside');
  put(outside, 'a.ts', 'precious');
  put(outside, 'deep/b.ts', 'precious');
  return { vault, slot, tree, other, outside };
}

const precious = { 'a.ts': '100644 precious', 'deep/b.ts': '100644 precious' };

async function expectExact({ vault, slot }: Filled, tree: string): Promise<void> {
  await refill(vault.repo, slot, tree);
  expect(standing(slot.tree)).toEqual(inTree(vault.repo.vault.dir, tree));
  expect(existsSync(join(slot.tree, '.git'))).toBe(false);
}

test('a folder is filled with exactly a tree: modes, links and names of any kind', async () => {
  const one = await filled();
  expect(Object.keys(standing(one.slot.tree))).toHaveLength(8);
  for (const tree of [one.tree, one.other, one.tree, one.tree]) await expectExact(one, tree);
});

/** What a brain may leave, by name. Each gets the folder and the precious one outside. */
const misdeeds: Record<string, (tree: string, outside: string) => void | Promise<void>> = {
  'a file changed, its size and times as before': (tree) => {
    const file = join(tree, 'src/a.ts');
    const { atime, mtime } = lstatSync(file);
    writeFileSync(file, 'ONE\n');
    utimesSync(file, atime, mtime);
  },
  'files deleted, made executable, renamed': (tree) => {
    unlinkSync(join(tree, 'ü.txt'));
    chmodSync(join(tree, 'src/a.ts'), 0o777);
    renameSync(join(tree, 'with space'), join(tree, 'src/with space'));
  },
  'a file replaced by a link out': (tree, outside) => {
    unlinkSync(join(tree, 'src/a.ts'));
    symlinkSync(join(outside, 'a.ts'), join(tree, 'src/a.ts'));
  },
  'a folder replaced by a link out': (tree, outside) => {
    rmSync(join(tree, 'src'), { recursive: true });
    symlinkSync(outside, join(tree, 'src'));
  },
  'a folder moved out and linked back: the very same files stand behind the link': (tree, outside) => {
    const moved = mkdtempSync(join(outside, '../moved-'));
    renameSync(join(tree, 'src'), join(moved, 'src'));
    symlinkSync(join(moved, 'src'), join(tree, 'src'));
  },
  'a file replaced by a folder, a folder by a file': (tree) => {
    unlinkSync(join(tree, 'src/a.ts'));
    put(tree, 'src/a.ts/in/it', 'x');
    rmSync(join(tree, 'bin'), { recursive: true });
    put(tree, 'bin', 'x');
  },
  'a file replaced by a pipe, pipes and sockets beside it': async (tree) => {
    unlinkSync(join(tree, 'src/a.ts'));
    makePipes(join(tree, 'src/a.ts'), join(tree, 'pipe'), join(tree, 'src/pipe'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(tree, 'socket'), resolve));
    // Closing would remove the socket; the process that left it is gone in real life.
    renameSync(join(tree, 'socket'), join(tree, 'left-socket'));
    await new Promise((resolve) => server.close(resolve));
  },
  'new files, new folders, empty folders, odd names': (tree) => {
    put(tree, 'new/deep/file', 'x');
    put(tree, 'src/deep/new', 'x');
    put(tree, '\xff\n"', 'x');
    mkdirSync(join(tree, 'src/empty/nested'), { recursive: true });
  },
  'repositories nested in tracked and new folders': (tree) => {
    put(tree, 'src/.git/config', '[core]\n\tworktree = /\n');
    put(tree, 'src/deep/.git', 'gitdir: /nowhere\n');
    put(tree, 'lib/.git/HEAD', 'ref: refs/heads/main\n');
  },
  'the .git replaced by a repository whose work tree is elsewhere': (tree, outside) => {
    put(tree, '.git/HEAD', 'ref: refs/heads/main\n');
    put(tree, '.git/config', `[core]\n\tworktree = ${outside}\n\trepositoryformatversion = 0\n`);
    mkdirSync(join(tree, '.git/objects'));
    mkdirSync(join(tree, '.git/refs'));
  },
  'folders without permissions, read-only, sticky': (tree) => {
    put(tree, 'closed/in/it', 'x');
    chmodSync(join(tree, 'closed/in'), 0o000);
    chmodSync(join(tree, 'closed'), 0o000);
    chmodSync(join(tree, 'src/deep'), 0o1555);
    chmodSync(join(tree, 'src'), 0o000);
  },
  'a path deeper than a path may be': (tree) => {
    const before = process.cwd();
    process.chdir(join(tree, 'src'));
    try {
      for (let depth = 0; depth < 50; depth += 1) {
        mkdirSync('n'.repeat(120));
        process.chdir('n'.repeat(120));
      }
    } finally {
      process.chdir(before);
    }
  },
  'the folder itself replaced by a link out': (tree, outside) => {
    rmSync(tree, { recursive: true });
    symlinkSync(outside, tree);
  },
  'the folder itself replaced by a file': (tree) => {
    rmSync(tree, { recursive: true });
    writeFileSync(tree, 'x');
  },
  'everything deleted': (tree) => rmSync(tree, { recursive: true }),
};

for (const [name, misdeed] of Object.entries(misdeeds)) {
  test(`made exact again, and nothing outside is touched: ${name}`, async () => {
    const one = await filled();
    await misdeed(one.slot.tree, one.outside);
    await expectExact(one, one.tree);
    await misdeed(one.slot.tree, one.outside);
    await expectExact(one, one.other);
    expect(standing(one.outside)).toEqual(precious);
    expect(lstatSync(join(one.slot.tree, 'src')).mode & 0o7777).toBe(0o755);
  });
}

test.runIf(process.getuid?.() === 0)('a process that is not root mends closed folders too', async () => {
  await using own = await testVault(sources);
  const one = await filled(own);
  const { users, room } = one.vault;
  const wanted = inTree(one.vault.repo.vault.dir, one.tree);
  misdeeds['folders without permissions, read-only, sticky']?.(one.slot.tree, one.outside);
  execFileSync('chown', ['-R', '65534:65534', users.dir, room]);
  process.seteuid?.(65_534);
  try {
    await refill(one.vault.repo, one.slot, one.tree);
  } finally {
    process.seteuid?.(0);
  }
  expect(standing(one.slot.tree)).toEqual(wanted);
});

/** What a crash may leave of a fill. */
const crashes: Record<string, (one: Filled) => void> = {
  'a lock on the index': ({ slot }) => writeFileSync(`${slot.index}.lock`, 'half'),
  'no index': ({ slot }) => unlinkSync(slot.index),
  'an index that is no index': ({ slot }) => writeFileSync(slot.index, 'DIRC garbage'),
  'files of another tree than the index tells': ({ slot }) => {
    writeFileSync(join(slot.tree, 'src/a.ts'), 'ONE\n');
    rmSync(join(slot.tree, 'src/deep'), { recursive: true, force: true });
    put(slot.tree, 'later', 'half');
    writeFileSync(`${slot.index}.lock`, '');
  },
};

for (const [name, crash] of Object.entries(crashes)) {
  test(`a fill that was cut short is completed: ${name}`, async () => {
    const one = await filled();
    crash(one);
    await expectExact(one, one.other);
    crash(one);
    await expectExact(one, one.tree);
  });
}

test('from the moment a slot is filled anew there is nothing to recover in it', async () => {
  const one = await filled();
  writeFileSync(one.slot.note, '{}');
  await expect(makeClean(one.vault.repo, one.slot, 'c'.repeat(40))).rejects.toThrow('not a tree object');
  expect(existsSync(one.slot.note)).toBe(false);
});

test('attributes of the tree change no byte and run no filter', async () => {
  await using vault = await testVault();
  const { repo, room } = vault;
  const canary = join(room, 'canary');
  const script = evilScript(room, canary);
  const text = 'line\r\n$Id$\nline\n';
  const tree = await repo.trees.overlay(repo.nodes.put(new Map()), [
    {
      path: '.gitattributes',
      mode: '100644',
      oid: await repo.trees.write('* text eol=crlf ident filter=evil working-tree-encoding=UTF-16\n'),
    },
    { path: 'text', mode: '100644', oid: await repo.trees.write(text) },
    {
      path: '.gitconfig',
      mode: '100644',
      oid: await repo.trees.write(`[filter "evil"]\n\tsmudge = ${script}\n\tclean = ${script}\n`),
    },
  ]);
  const slot = testSlot(join(room, 'slot'));
  await refill(repo, slot, tree);
  expect(readFileSync(join(slot.tree, 'text'), 'utf8')).toBe(text);
  const place = { index: slot.index, workTree: slot.tree };
  writeFileSync(join(slot.tree, 'text'), text);
  expect(await repo.vault.run(['diff-files', '--name-only'], place)).toBe('');
  await refill(repo, slot, tree);
  expect(existsSync(canary)).toBe(false);
});

test("a submodule's folder stays and stays empty", async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head, room } = vault;
  const link = { path: 'vendor/sub', mode: '160000' as const, oid: head };
  const tree = await repo.trees.overlay(await repo.trees.treeOf(head), [link]);
  const slot = testSlot(join(room, 'slot'));
  await refill(repo, slot, tree);
  expect(standing(slot.tree)).toEqual({ a: '100644 1', 'vendor/sub/': 'empty' });
  put(slot.tree, 'vendor/sub/.git/HEAD', 'x');
  put(slot.tree, 'vendor/sub/file', 'x');
  await refill(repo, slot, tree);
  expect(standing(slot.tree)).toEqual({ a: '100644 1', 'vendor/sub/': 'empty' });
  rmSync(join(slot.tree, 'vendor'), { recursive: true });
  put(slot.tree, 'vendor/sub', 'a file');
  await refill(repo, slot, tree);
  expect(standing(slot.tree)).toEqual({ a: '100644 1', 'vendor/sub/': 'empty' });
});
