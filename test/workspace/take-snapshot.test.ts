import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refill } from '../../src/workspace/refill.ts';
import type { Slot } from '../../src/workspace/slot.ts';
import type { Snapshot } from '../../src/workspace/snapshot.ts';
import { leadsOut } from '../../src/workspace/take-file.ts';
import { type SnapshotOptions, takeSnapshot } from '../../src/workspace/take-snapshot.ts';
import {
  bytes,
  evilScript,
  gitIn,
  inTree,
  makePipes,
  put,
  standing,
  type TestVault,
  testSlot,
  testVault,
} from './vaults.ts';

interface Work {
  readonly vault: TestVault;
  /** A folder of its own, in which the slot stands. */
  readonly room: string;
  readonly slot: Slot;
  /** The filled folder. */
  readonly top: string;
  readonly tree: string;
  snapshot(more?: Partial<SnapshotOptions>): Promise<Snapshot>;
}

const shared = await testVault({ 'in the repository': 'x' });
afterAll(() => shared[Symbol.asyncDispose]());
let count = 0;

/** A folder filled with these files, through the vault alone. */
async function work(
  files: Readonly<Record<string, string | { link: string } | { script: string }>>,
  vault = shared,
): Promise<Work> {
  const { repo } = vault;
  count += 1;
  const room = join(vault.room, String(count));
  const entries = Object.entries(files).map(async ([path, content]) => {
    const isLink = typeof content === 'object' && 'link' in content;
    const mode =
      typeof content === 'string' ? ('100644' as const) : isLink ? ('120000' as const) : ('100755' as const);
    const text = typeof content === 'string' ? content : 'link' in content ? content.link : content.script;
    return { path: bytes(path), mode, oid: await repo.trees.write(text) };
  });
  const tree = await repo.trees.overlay(repo.nodes.put(new Map()), await Promise.all(entries));
  const slot = testSlot(join(room, 'slot'));
  await refill(repo, slot, tree);
  const caps = { maxFileBytes: 2_000_000, maxTotalBytes: 3_000_000 };
  const snapshot = (more: Partial<SnapshotOptions> = {}) =>
    takeSnapshot(repo, slot, { base: tree, filled: tree, skip: new Set(), ...caps, ...more });
  return { vault, room, slot, top: slot.tree, tree, snapshot };
}

/** Without the folders, which a tree cannot hold. */
function filesOf(top: string): Record<string, string> {
  return Object.fromEntries(Object.entries(standing(top)).filter(([path]) => !path.endsWith('/')));
}

test('an untouched folder, a touched file and an empty folder are no change', async () => {
  const one = await work({ a: '1', 'b/c': '2' });
  expect(await one.snapshot()).toEqual({ tree: one.tree, changed: false, problems: [] });
  utimesSync(join(one.top, 'a'), 1, 1);
  writeFileSync(join(one.top, 'b/c'), '2');
  mkdirSync(join(one.top, 'empty/deep'), { recursive: true });
  expect(await one.snapshot()).toEqual({ tree: one.tree, changed: false, problems: [] });
});

test('what stands there is what is taken: changes, additions, deletions, modes, links, renames, odd names', async () => {
  const one = await work({
    a: '1',
    'b/c': '2',
    'b/d': '3',
    file: 'was a file',
    'folder/x': 'was a folder',
    'run.sh': { script: '#!/bin/sh\n' },
    'ü ö': 'same',
    old: 'moves',
    link: { link: 'a' },
  });
  const { top } = one;
  writeFileSync(join(top, 'a'), '2');
  unlinkSync(join(top, 'b/c'));
  unlinkSync(join(top, 'file'));
  put(top, 'file/now/folder', 'x');
  rmSync(join(top, 'folder'), { recursive: true });
  put(top, 'folder', 'a file');
  chmodSync(join(top, 'run.sh'), 0o644);
  chmodSync(join(top, 'b/d'), 0o755);
  renameSync(join(top, 'old'), join(top, 'b/new name'));
  unlinkSync(join(top, 'link'));
  symlinkSync('./b/../b/d'.replace('b/../', ''), join(top, 'link'));
  symlinkSync('../a', join(top, 'b/up'));
  symlinkSync('nowhere', join(top, 'dangling'));
  put(top, 'caf\xe9/line\nbreak "q"\\', '\x00\xff');
  put(top, ':(glob)*', 'magic');
  put(top, 'empty', '');
  const { tree, changed, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(changed).toBe(true);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual(filesOf(top));
  expect(gitIn(one.vault.repo.vault.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
  expect((await one.snapshot()).tree).toBe(tree);
  writeFileSync(join(top, 'a'), '1');
  expect(inTree(one.vault.repo.vault.dir, (await one.snapshot()).tree)).toEqual(filesOf(top));
});

test('a change of the same size within the same instant is seen', async () => {
  const one = await work({ a: '1111', b: '1' });
  const { atime, mtime } = lstatSync(join(one.top, 'a'));
  writeFileSync(join(one.top, 'a'), '2222');
  utimesSync(join(one.top, 'a'), atime, mtime);
  expect(inTree(one.vault.repo.vault.dir, (await one.snapshot()).tree)['a']).toBe('100644 2222');
});

test('large files and very many files are taken like any other', async () => {
  const one = await work({ 'a b': '1' });
  const large = 'x'.repeat(1_500_000);
  put(one.top, 'new "large"\n\\file', large);
  put(one.top, 'caf\xe9', large.slice(1));
  const first = await one.snapshot({ maxTotalBytes: 3_100_000 });
  expect(first.problems).toEqual([]);
  expect(inTree(one.vault.repo.vault.dir, first.tree)['new "large"\n\\file']).toBe(`100644 ${large}`);
  for (let n = 0; n < 300; n += 1) put(one.top, `many/${n % 7}/f\xe4${n}\n`, `${n}`);
  const { tree, problems } = await one.snapshot({ maxTotalBytes: 3_100_000 });
  expect(problems).toEqual([]);
  expect(Object.keys(inTree(one.vault.repo.vault.dir, tree))).toHaveLength(303);
});

test("new files follow the base's ignore rules, whatever the brain made of them", async () => {
  const rules = {
    '.gitignore': 'node_modules/\n*.log\n!keep.log\n/build\n',
    'src/.gitignore': 'gen/\n',
    'deep/er/.gitignore': '*\n!.gitignore\n',
  };
  const one = await work({ 'src/kept.log': 'tracked though ignored', ...rules });
  const { top } = one;
  for (const path of [
    'a.log',
    'x/b.log',
    'node_modules/m/i.js',
    'p/node_modules/q',
    'src/gen/g',
    ':(top)x.log',
    ':!y.log',
    'build/o',
    'deep/er/x',
  ]) {
    put(top, path, 'ignored');
  }
  for (const path of ['keep.log', 'gen/g', 'x/build', 'node_modules.txt', ':b.log.txt', 'x/y/z'])
    put(top, path, 'new');
  writeFileSync(join(top, 'src/kept.log'), 'changed');
  appendFileSync(join(top, '.gitignore'), 'x/\nkeep.log\n*\n');
  put(top, 'gen/.gitignore', '*\n');
  put(top, '.git/info/exclude', '*\n');
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  const taken = Object.keys(inTree(one.vault.repo.vault.dir, tree)).sort();
  expect(taken).toEqual(
    [
      '.gitignore',
      ':b.log.txt',
      'deep/er/.gitignore',
      'gen/.gitignore',
      'gen/g',
      'keep.log',
      'node_modules.txt',
    ]
      .concat(['src/.gitignore', 'src/kept.log', 'x/build', 'x/y/z'])
      .sort(),
  );
  expect(inTree(one.vault.repo.vault.dir, tree)['src/kept.log']).toBe('100644 changed');
});

test('a new folder that a tool marks as its cache is left out, one that only looks like it is not', async () => {
  const one = await work({ 'kept/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55\n' });
  const { top } = one;
  for (const folder of ['.pytest_cache', 'deep/er/.ruff_cache']) {
    put(top, `${folder}/CACHEDIR.TAG`, 'Signature: 8a477f597d28d172789f06886806bc55\n# made by a tool');
    put(top, `${folder}/v/cache/nodeids`, '[]');
  }
  put(top, 'deep/er/new', 'x');
  put(top, 'kept/new', 'x');
  put(top, 'short/CACHEDIR.TAG', 'Signature: 8a47');
  put(top, 'other/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc56\n');
  put(top, 'linked/tag', 'Signature: 8a477f597d28d172789f06886806bc55\n');
  symlinkSync('tag', join(top, 'linked/CACHEDIR.TAG'));
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(Object.keys(inTree(one.vault.repo.vault.dir, tree)).sort()).toEqual([
    'deep/er/new',
    'kept/CACHEDIR.TAG',
    'kept/new',
    'linked/CACHEDIR.TAG',
    'linked/tag',
    'other/CACHEDIR.TAG',
    'short/CACHEDIR.TAG',
  ]);
});

test('the base decides what is ignored, not the unfinished work that was put on it', async () => {
  const one = await work({ '.gitignore': '*.log\n' });
  const { repo } = one.vault;
  const looser = await repo.trees.overlay(one.tree, [
    { path: '.gitignore', mode: '100644', oid: await repo.trees.write('') },
  ]);
  await refill(repo, one.slot, looser);
  put(one.top, 'a.log', 'x');
  put(one.top, 'b.txt', 'x');
  const { tree } = await one.snapshot({ filled: looser });
  expect(inTree(repo.vault.dir, tree)).toEqual({ '.gitignore': '100644 ', 'b.txt': '100644 x' });
});

test('a link in the place of a .gitignore of the base is not followed', async () => {
  const one = await work({ rules: '*\n', '.gitignore': { link: 'rules' } });
  put(one.top, 'new', 'x');
  expect(inTree(one.vault.repo.vault.dir, (await one.snapshot()).tree)).toHaveProperty('new');
});

test('what is ignored is never a problem', async () => {
  const one = await work({ '.gitignore': 'node_modules/\n', a: '1' });
  const { top } = one;
  for (let n = 0; n < 20; n += 1) put(top, `node_modules/m${n % 5}/f${n}`, '');
  put(top, 'node_modules/m1/.git/HEAD', 'x');
  makePipes(join(top, 'node_modules/m2/pipe'));
  symlinkSync('/etc/passwd', join(top, 'node_modules/out'));
  put(top, 'zz/new', 'x');
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(Object.keys(inTree(one.vault.repo.vault.dir, tree))).toEqual(['.gitignore', 'a', 'zz/new']);
});

test('prepared folders are never taken, unless the tree has files there', async () => {
  const one = await work({ a: '1', 'deps/own.ts': '1' });
  put(one.top, 'node_modules/m/index.js', 'x');
  put(one.top, 'deps/own.ts', '2');
  put(one.top, 'deps/lib/x', '2');
  put(one.top, 'gone/away/deps/x', '2');
  const skip = new Set(['node_modules', 'deps/lib', 'gone/away/deps']);
  const { tree, problems } = await one.snapshot({ skip });
  expect(problems).toEqual([]);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual({ a: '100644 1', 'deps/own.ts': '100644 2' });
});

/** What cannot be taken: how it is made, and which problem is told where. */
const troubles: Record<string, { make: (top: string) => void; told: [path: string, kind: string][] }> = {
  'links to absolute paths and out of the tree': {
    make(top) {
      symlinkSync('/etc/passwd', join(top, 'abs'));
      symlinkSync('../../x', join(top, 'src/out'));
      symlinkSync('deep/../../..', join(top, 'src/middle'));
      unlinkSync(join(top, 'src/a'));
      symlinkSync(top, join(top, 'src/a'));
    },
    told: [
      ['abs', 'link-out'],
      ['src/a', 'link-out'],
      ['src/middle', 'link-out'],
      ['src/out', 'link-out'],
    ],
  },
  'pipes, new and in the place of a file': {
    make(top) {
      unlinkSync(join(top, 'src/a'));
      makePipes(join(top, 'src/a'), join(top, 'pipe'));
    },
    told: [
      ['pipe', 'special-file'],
      ['src/a', 'special-file'],
    ],
  },
  'repositories in new and tracked folders, under every name that some file system takes for .git': {
    make(top) {
      put(top, 'lib/.git/config', '[core]\n\tfsmonitor = touch /tmp/x\n');
      put(top, 'lib/code', 'x');
      put(top, 'src/.git', 'gitdir: /nowhere\n');
      put(top, 'w/.GIT/x', 'x');
      put(top, 'w2/git~1', 'x');
      put(top, 'w3/.git./x', 'x');
      put(top, 'w4/.g\xe2\x80\x8cit', 'x');
      put(top, 'GIT~1', 'x');
    },
    told: [
      ['GIT~1', 'nested-repository'],
      ['lib/.git', 'nested-repository'],
      ['src/.git', 'nested-repository'],
      ['w/.GIT', 'nested-repository'],
      ['w2/git~1', 'nested-repository'],
      ['w3/.git.', 'nested-repository'],
      ['w4/.g\xe2\x80\x8cit', 'nested-repository'],
    ],
  },
  'a file under two names': {
    make(top) {
      linkSync(join(top, 'src/a'), join(top, 'second'));
      put(top, 'x', 'x');
      linkSync(join(top, 'x'), join(top, 'y'));
    },
    told: [
      ['second', 'hard-link'],
      ['x', 'hard-link'],
      ['y', 'hard-link'],
    ],
  },
  'a link for .gitmodules': {
    make: (top) => symlinkSync('src/a', join(top, '.gitmodules')),
    told: [['.gitmodules', 'link-out']],
  },
  'a file that is too large, though nothing stands in it': {
    make(top) {
      put(top, 'huge', '');
      truncateSync(join(top, 'huge'), 3_000_000_000);
    },
    told: [['huge', 'too-large']],
  },
  'files that are too large together': {
    make(top) {
      put(top, 'one', 'x'.repeat(1_900_000));
      put(top, 'two', 'x'.repeat(1_900_000));
    },
    told: [['two', 'total-too-large']],
  },
};

/** All that may be in the tree beside such trouble; `one` is the first of two files that are too large together. */
const allowed = { 'src/a': 1, 'src/deep/b': 1, honest: 1, one: 1 };

for (const [name, { make, told }] of Object.entries(troubles)) {
  test(`told by name and left as it was: ${name}`, async () => {
    const one = await work({ 'src/a': '1', 'src/deep/b': '2' });
    make(one.top);
    put(one.top, 'honest', 'x');
    const { tree, problems } = await one.snapshot();
    expect(problems.map(({ path, kind }) => [path, kind]).sort()).toEqual(told);
    for (const { detail } of problems) expect(detail).toMatch(/^(is|has) /);
    const taken = inTree(one.vault.repo.vault.dir, tree);
    expect(taken).toMatchObject({ 'src/a': '100644 1', 'src/deep/b': '100644 2', honest: '100644 x' });
    expect(
      Object.keys(taken)
        .filter((path) => !(path in allowed))
        .sort(),
    ).toEqual([]);
    expect(gitIn(one.vault.repo.vault.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });
}

test('a repository in the place of a file is told at once, also when a pipe stands for its HEAD', async () => {
  const one = await work({ 'src/a': '1', b: '1' });
  unlinkSync(join(one.top, 'src/a'));
  mkdirSync(join(one.top, 'src/a/.git'), { recursive: true });
  makePipes(join(one.top, 'src/a/.git/HEAD'));
  const { tree, problems } = await one.snapshot();
  expect(problems).toMatchObject([{ path: 'src/a', kind: 'nested-repository' }]);
  expect(tree).toBe(one.tree);
});

test('a folder replaced by a link counts as deleted files and one new link', async () => {
  const one = await work({ 'src/a': '1', 'other/a': '1' });
  rmSync(join(one.top, 'src'), { recursive: true });
  symlinkSync('other', join(one.top, 'src'));
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual({ 'other/a': '100644 1', src: '120000 other' });
});

test('what stands behind a link is not read, though the tree has files of that name', async () => {
  const one = await work({ 'src/a': '1', b: '1' });
  put(one.room, 'outside/a', 'secret');
  rmSync(join(one.top, 'src'), { recursive: true });
  symlinkSync(join(one.room, 'outside'), join(one.top, 'src'));
  const { tree, problems } = await one.snapshot();
  expect(problems).toMatchObject([{ path: 'src', kind: 'link-out' }]);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual({ b: '100644 1' });
  const secret = one.vault.repo.objects.nameOf('blob', Buffer.from('secret'));
  expect(one.vault.repo.objects.isLoose(secret)).toBe(false);
});

test('a submodule stays what it is; what was put in its place is told', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head, room } = vault;
  const link = { path: 'sub', mode: '160000' as const, oid: head };
  const tree = await repo.trees.overlay(await repo.trees.treeOf(head), [link]);
  const slot = testSlot(join(room, 'slot'));
  await refill(repo, slot, tree);
  const snapshot = () =>
    takeSnapshot(repo, slot, {
      base: tree,
      filled: tree,
      skip: new Set(),
      maxFileBytes: 100,
      maxTotalBytes: 100,
    });
  expect(await snapshot()).toEqual({ tree, changed: false, problems: [] });
  put(slot.tree, 'sub/.git/HEAD', 'ref: refs/heads/main\n');
  put(slot.tree, 'sub/file', 'x');
  expect(await snapshot()).toMatchObject({ tree, problems: [{ path: 'sub', kind: 'nested-repository' }] });
  rmSync(join(slot.tree, 'sub'), { recursive: true });
  expect(await snapshot()).toEqual({ tree, changed: false, problems: [] });
  put(slot.tree, 'sub', 'a file');
  expect(await snapshot()).toMatchObject({ tree, problems: [{ path: 'sub', kind: 'nested-repository' }] });
});

test('no git dir, config, attribute or index of the workspace has a say, and nothing of it is run', async () => {
  const one = await work({ a: '1', b: '1' });
  const { top, vault, room } = one;
  const canary = join(room, 'canary');
  const script = evilScript(room, canary);
  rmSync(join(top, '.git'), { recursive: true, force: true });
  gitIn(room, ['clone', '-q', '--no-hardlinks', vault.users.dir, 'clone']);
  renameSync(join(room, 'clone/.git'), join(top, '.git'));
  writeFileSync(
    join(top, '.git/config'),
    `[core]\n\tfsmonitor = ${script}\n\thooksPath = ${room}\n\tworktree = /\n[filter "x"]\n\tclean = ${script}\n\tprocess = ${script}\n[diff]\n\texternal = ${script}\n`,
  );
  put(top, '.gitattributes', '* filter=x diff=x text eol=crlf ident\n');
  put(top, '.git/info/attributes', '* filter=x\n');
  for (const hook of ['pre-commit', 'post-index-change', 'reference-transaction']) {
    writeFileSync(join(top, '.git/hooks', hook), readFileSync(script), { mode: 0o755 });
  }
  writeFileSync(join(top, 'a'), 'crlf\r\n$Id$\n');
  put(top, 'new', 'x\r\n');
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(inTree(vault.repo.vault.dir, tree)).toMatchObject({
    a: '100644 crlf\r\n$Id$\n',
    new: '100644 x\r\n',
    b: '100644 1',
  });
  await refill(vault.repo, one.slot, one.tree);
  expect(existsSync(canary)).toBe(false);
});

test.runIf(process.getuid?.() === 0)(
  'what cannot be read is told, by a process that is not root',
  async () => {
    await using own = await testVault({ x: '1' });
    const one = await work({ a: '1', 'src/b': '1' }, own);
    put(one.top, 'closed/x', 'x');
    chmodSync(join(one.top, 'closed'), 0o000);
    chmodSync(join(one.top, 'src'), 0o000);
    chmodSync(join(one.top, 'a'), 0o000);
    execFileSync('chown', ['-R', '65534:65534', one.vault.users.dir, one.vault.room]);
    process.seteuid?.(65_534);
    try {
      const { tree, problems } = await one.snapshot();
      expect(tree).toBe(one.tree);
      expect(problems.map(({ path, kind }) => [path, kind]).sort()).toEqual([
        ['a', 'unreadable'],
        ['closed', 'unreadable'],
        ['src', 'unreadable'],
      ]);
    } finally {
      process.seteuid?.(0);
    }
  },
);

test('a link may go up only as far as the top, and only at its start', () => {
  const inside = ['a', './a', '../a', '../../top', 'x/y', '.', './/.', '../..'];
  const out = ['/etc', '/', '../../..', '../../../x', 'x/../y', 'x/..', './../../..//..'];
  for (const target of inside) expect(leadsOut('one/two/link', target)).toBeUndefined();
  for (const target of out) expect(leadsOut('one/two/link', target)).toMatch(/^is a link/);
});

test("files that only a filter could store are told, whatever the brain's own attributes say; deleting them is fine", async () => {
  const one = await work({
    '.gitattributes': '*.psd filter=lfs\nart/** filter=crypt\n',
    'a.psd': 'pointer',
    'art/b': 'cipher',
    'art/c': 'cipher',
    d: 'd',
  });
  const canary = join(one.room, 'canary');
  put(one.top, '.git/config', `[filter "lfs"]\n\tclean = ${evilScript(one.room, canary)}\n`);
  put(one.top, '.gitattributes', '');
  for (const path of ['a.psd', 'art/b', 'new.psd', 'd']) put(one.top, path, 'changed');
  unlinkSync(join(one.top, 'art/c'));
  const { tree, problems } = await one.snapshot();
  expect(problems.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
    'filtered a.psd',
    'filtered art/b',
    'filtered new.psd',
  ]);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual({
    '.gitattributes': '100644 ',
    'a.psd': '100644 pointer',
    'art/b': '100644 cipher',
    d: '100644 changed',
  });
  expect(existsSync(canary)).toBe(false);
});

test('a rename that changes nothing but the case of a name is a rename', async () => {
  const one = await work({ 'Read.md': 'x', 'Dir/a': 'y' });
  renameSync(join(one.top, 'Read.md'), join(one.top, 'READ.md'));
  renameSync(join(one.top, 'Dir'), join(one.top, 'dir'));
  const { tree, problems } = await one.snapshot();
  expect(problems).toEqual([]);
  expect(inTree(one.vault.repo.vault.dir, tree)).toEqual({ 'READ.md': '100644 x', 'dir/a': '100644 y' });
  await refill(one.vault.repo, one.slot, tree);
  expect(filesOf(one.top)).toEqual({ 'READ.md': '100644 x', 'dir/a': '100644 y' });
});
