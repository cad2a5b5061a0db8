import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Fence, findFence } from '../../src/workspace/fence.ts';
import { openWorkspace, type WorkspaceOptions } from '../../src/workspace/open-workspace.ts';
import { recoverWorkspace } from '../../src/workspace/recover-workspace.ts';
import { openRepository, type Repository } from '../../src/workspace/repository.ts';
import {
  bringIn,
  emptyBase,
  moveRunBranch,
  publish,
  saveSession,
  toShelf,
} from '../../src/workspace/vault.ts';
import type { FenceMode, Workspace } from '../../src/workspace/workspace.ts';
import { tempRepo } from '../helpers/repo.ts';
import { modes, until } from './places.ts';
import {
  commitOn,
  evilScript,
  gitIn,
  inTree,
  openField,
  put,
  standing,
  testVault,
  userState,
} from './vaults.ts';

async function fenceOf(repo: Repository, mode: FenceMode): Promise<Fence> {
  const hide = [repo.top, repo.commonDir];
  return findFence({ mode, hide, cacheRoot: dirname(repo.cacheDir), env: process.env });
}

const caps = { maxFileBytes: 20_000_000, maxTotalBytes: 200_000_000 };

function options(base: string, more: Partial<WorkspaceOptions> = {}): WorkspaceOptions {
  return { run: 'night', session: 1, base, fence: openField, ...caps, ...more };
}

/** Runs a command and gives its output; fails when it fails. */
async function sh(workspace: Pick<Workspace, 'exec'>, command: string): Promise<string> {
  const { code, output, fenceFailed } = await workspace.exec(command, { timeoutMs: 20_000 });
  expect({ code, output, fenceFailed }).toMatchObject({ code: 0, fenceFailed: undefined });
  return output.trim();
}

for (const mode of modes) {
  test(`a brain finds a git worktree in which status, log, diff and commit work (fence: ${mode})`, async () => {
    await using vault = await testVault({ a: '1', 'bin/run': { script: '#!/bin/sh\necho ran\n' } });
    const { repo } = vault;
    const base = await vault.users.commit('second', { 'ü b': '2' });
    await bringIn(repo, base);
    await using workspace = await openWorkspace(repo, options(base, { fence: await fenceOf(repo, mode) }));
    expect(await sh(workspace, 'git status --porcelain --branch')).toBe('## agentloop/night');
    expect(await sh(workspace, 'git log --format=%s')).toBe('second\nfirst');
    expect(await sh(workspace, './bin/run && pwd && git rev-parse --show-toplevel')).toBe(
      `ran\n${workspace.inside}\n${workspace.inside}`,
    );
    await sh(
      workspace,
      'echo two > a && git mv "ü b" c && git commit -qam "brain was here" && git stash list',
    );
    expect(await sh(workspace, 'git diff HEAD~1 --stat | tail -1')).toContain('2 files changed');
    expect(await sh(workspace, 'git fsck --strict --no-dangling 2>&1 | grep -v ^notice || true')).toBe('');
    const { tree, changed, problems } = await workspace.snapshot();
    expect({ changed, problems }).toEqual({ changed: true, problems: [] });
    expect(inTree(repo.vault.dir, tree)).toEqual(standing(workspace.path));
    // The brain's own commit is nowhere but in its own repository.
    const made = await sh(workspace, 'git rev-parse HEAD');
    expect(await repo.objects.has([made])).toBe(false);
    const refs = gitIn(repo.shelf.dir, ['for-each-ref', '--format=%(refname)']).trim().split('\n');
    expect(refs.sort()).toEqual([vault.head, base].map((one) => `refs/agentloop/bases/${one}`).sort());
  });

  test(`unfinished work is in place and the brain's git knows it (fence: ${mode})`, async () => {
    await using vault = await testVault({ a: '1', b: '2' });
    const { repo, head } = vault;
    const unfinished = await commitOn(repo, head, { a: 'half', 'new/file': 'x', b: null });
    const tree = await repo.trees.treeOf(unfinished);
    const fence = await fenceOf(repo, mode);
    await using workspace = await openWorkspace(repo, options(head, { tree, fence }));
    expect(await sh(workspace, 'git status --porcelain')).toBe('M  a\nD  b\nA  new/file');
    expect(await sh(workspace, 'git diff --cached a | tail -1; git show :new/file')).toContain('x');
    await sh(workspace, 'git commit -qm more');
    expect(await workspace.snapshot()).toEqual({ tree, changed: false, problems: [] });
  });
}

test.runIf(modes.includes('bubblewrap'))(
  'inside the fence nothing of the vault or of the user can be seen',
  async () => {
    await using vault = await testVault({ a: '1' });
    const { repo, users, head } = vault;
    const candidate = await commitOn(repo, head, { a: 'candidate' });
    const future = await users.commit('future', { a: 'solution' });
    const fence = await fenceOf(repo, 'bubblewrap');
    await using workspace = await openWorkspace(repo, options(head, { fence }));
    const there = (commit: string) => workspace.exec(`git cat-file -e ${commit}`, { timeoutMs: 10_000 });
    expect((await there(head)).code).toBe(0);
    expect((await there(candidate)).code).not.toBe(0);
    expect((await there(future)).code).not.toBe(0);
    expect(await sh(workspace, `ls -A ${users.dir} ${dirname(repo.cacheDir)} 2>&1 || true`)).not.toMatch(
      /\.git|slots/,
    );
    const objects = await sh(
      workspace,
      "git cat-file --batch-all-objects --batch-check='%(objectname)' | sort",
    );
    const shelf = gitIn(repo.shelf.dir, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']);
    expect(objects).toBe(shelf.trim());
    expect(
      (await workspace.exec('touch /tmp/agentloop/shelf.git/objects/x', { timeoutMs: 10_000 })).code,
    ).not.toBe(0);
  },
);

test('the next session starts clean: same folder, new repository, empty HOME, /tmp and out folder', async () => {
  await using vault = await testVault({ a: '1', '.gitignore': 'ignored\n' });
  const { repo, head } = vault;
  let path: string;
  {
    await using first = await openWorkspace(repo, options(head));
    path = first.path;
    await sh(
      first,
      'echo x > ignored; echo x > new; echo 2 > a; git config user.name evil; git commit -qam x',
    );
    await sh(first, 'echo x > "$HOME/.npmrc"; echo x > "$TMPDIR/left"');
    writeFileSync(join(first.out.path, 'outcome.json'), '{}');
  }
  await using second = await openWorkspace(repo, options(head, { session: 2 }));
  expect(second.path).toBe(path);
  expect(standing(path)).toEqual({ a: '100644 1', '.gitignore': '100644 ignored\n' });
  expect(
    await sh(
      second,
      'git log --format=%s; git config user.name; git status --porcelain; ls -A "$HOME" "$TMPDIR"',
    ),
  ).toBe(`first\nagentloop\n${await sh(second, 'ls -A "$HOME" "$TMPDIR"')}`);
  expect(readdirSync(second.out.path)).toEqual([]);
  for (const folder of ['home', 'tmp', 'out']) expect(readdirSync(join(dirname(path), folder))).toEqual([]);
});

test('two workspaces at the same time never share a folder; that of a dead process is free', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  const lock = join(repo.cacheDir, 'slots/work.lock');
  let held: string;
  {
    await using one = await openWorkspace(repo, options(head));
    await using two = await openWorkspace(repo, options(head, { session: 2 }));
    expect([one, two].map(({ path }) => basename(dirname(path)))).toEqual(['work', 'work-2']);
    held = readFileSync(lock, 'utf8');
  }
  const dead = spawn('true');
  await new Promise((resolve) => dead.once('exit', resolve));
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(held), pid: dead.pid }));
  await using again = await openWorkspace(repo, options(head));
  expect(basename(dirname(again.path))).toBe('work');
});

test('opening that fails gives the folder back', async () => {
  await using vault = await testVault({ a: '1' });
  const { repo, head } = vault;
  await expect(openWorkspace(repo, options('a'.repeat(40)))).rejects.toThrow('is missing');
  await using workspace = await openWorkspace(repo, options(head));
  expect(basename(dirname(workspace.path))).toBe('work');
});

test('quiet ends what runs and what was left in the background; then the workspace is still of use', async () => {
  await using vault = await testVault({ a: '1' });
  await using workspace = await openWorkspace(vault.repo, options(vault.head));
  const background = workspace.start('echo up; sleep 300', { timeoutMs: 60_000 });
  const running = workspace.exec('echo $$ > half && mv half pid; sleep 300', { timeoutMs: 60_000 });
  await until(() => existsSync(join(workspace.path, 'pid')));
  await workspace.quiet();
  expect((await running).ended).toBe('aborted');
  expect(background.poll().finished?.ended).toBe('aborted');
  const pid = readFileSync(join(workspace.path, 'pid'), 'utf8').trim();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(await sh(workspace, 'cat a')).toBe('1');
});

test('a shallow base, an empty base and names of sha256 work inside', async () => {
  await using origin = await tempRepo({ a: '1' });
  const tip = await origin.commit('second', { a: '2' });
  await using vault = await testVault();
  const cacheDir = join(vault.room, 'cache');
  gitIn(vault.room, ['clone', '-q', '--depth=1', `file://${origin.dir}`, 'clone']);
  const shallow = await openRepository(join(vault.room, 'clone'), { cacheDir });
  await bringIn(shallow, tip);
  {
    await using workspace = await openWorkspace(shallow, options(tip));
    expect(
      await sh(
        workspace,
        'git log --format=%s && git commit -q --allow-empty -m x && git log --format=%s | wc -l',
      ),
    ).toBe('second\n2');
  }
  const base = await emptyBase(vault.repo);
  {
    await using workspace = await openWorkspace(vault.repo, options(base));
    expect(
      await sh(
        workspace,
        'ls; git log --format=%s; echo x > a; git add a; git commit -qm a; git status --porcelain',
      ),
    ).toBe('Empty start');
    expect(inTree(vault.repo.vault.dir, (await workspace.snapshot()).tree)).toEqual({ a: '100644 x\n' });
  }
  const other = join(vault.room, 'sha256');
  mkdirSync(other);
  gitIn(other, ['init', '-q', '--object-format=sha256']);
  put(other, 'a', '1');
  gitIn(other, ['add', 'a']);
  gitIn(other, ['commit', '-qm', 'first']);
  const sha256 = await openRepository(other, { cacheDir });
  const head = (await sha256.user.resolve('HEAD')) as string;
  await bringIn(sha256, head);
  await using workspace = await openWorkspace(sha256, options(head));
  await sh(workspace, 'git log --format=%s; echo 2 > a; git commit -qam x');
  const { tree } = await workspace.snapshot();
  expect(inTree(sha256.vault.dir, tree)).toEqual({ a: '100644 2\n' });
  const landed = await commitOn(sha256, head, { b: 'x' });
  await moveRunBranch(sha256, 'night', landed);
  await toShelf(sha256, 'night');
  expect(await publish(sha256, { run: 'night', branch: 'agentloop/night' })).toEqual({});
  expect(gitIn(other, ['log', '--format=%s', 'agentloop/night']).trim()).toBe('work\nfirst');
});

test('after a kill the work of the session is found as it stands, once, and never that of another', async () => {
  await using vault = await testVault({ a: '1', '.gitignore': 'out\n' });
  const { repo, head } = vault;
  const config = { workspace: caps };
  const workspace = await openWorkspace(repo, options(head, { session: 4 }));
  await sh(workspace, 'echo half > a; echo new > b; echo x > out');
  // The process is gone: its lock stays behind, and another process looks.
  const later = await openRepository(vault.users.dir, { cacheDir: dirname(repo.cacheDir) });
  expect(await recoverWorkspace(later, { run: 'night', session: 3, config })).toBeUndefined();
  expect(await recoverWorkspace(later, { run: 'day', session: 4, config })).toBeUndefined();
  const left = await recoverWorkspace(later, { run: 'night', session: 4, config });
  const found = await left?.snapshot();
  expect(inTree(repo.vault.dir, found?.tree ?? '')).toEqual({
    '.gitignore': '100644 out\n',
    a: '100644 half\n',
    b: '100644 new\n',
  });
  await workspace[Symbol.asyncDispose]();
  await using next = await openWorkspace(repo, options(head, { session: 5 }));
  expect(await recoverWorkspace(later, { run: 'night', session: 4, config })).toBeUndefined();
  rmSync(dirname(next.path), { recursive: true });
  expect(await recoverWorkspace(later, { run: 'night', session: 5, config })).toBeUndefined();
  writeFileSync(join(repo.cacheDir, 'slots', 'torn'), '');
  expect(await recoverWorkspace(later, { run: 'night', session: 5, config })).toBeUndefined();
});

test('whatever a brain makes of its git, none of our calls runs it or acts outside', async () => {
  await using vault = await testVault({ a: '1', 'src/b': '2' });
  const { repo, users, head, room } = vault;
  const canary = join(room, 'canary');
  const script = evilScript(room, canary);
  const before = userState(users);
  const plant = (workspace: Workspace) => {
    const own = join(dirname(workspace.path), 'repo.git');
    const settings = ['fsmonitor', 'hooksPath', 'sshCommand', 'pager', 'editor', 'askPass'];
    const core = settings
      .map((name) => `\t${name} = ${name === 'hooksPath' ? join(own, 'hooks') : script}\n`)
      .join('');
    const drivers = `[filter "x"]\n\tclean = ${script}\n\tsmudge = ${script}\n\tprocess = ${script}\n[diff "x"]\n\ttextconv = ${script}\n\tcommand = ${script}\n[merge "x"]\n\tdriver = ${script}\n`;
    const more = `[gpg]\n\tprogram = ${script}\n[commit]\n\tgpgSign = true\n[remote "origin"]\n\turl = ${users.dir}\n\tuploadpack = ${script}\n[core]\n\tworktree = ${users.dir}\n`;
    for (const file of [join(own, 'config'), join(own, 'worktrees/tree/config.worktree')])
      appendFileSync(file, `[core]\n${core}${drivers}${more}`);
    for (const hook of [
      'pre-commit',
      'post-checkout',
      'post-index-change',
      'reference-transaction',
      'post-commit',
    ]) {
      put(own, `hooks/${hook}`, readFileSync(script, 'utf8'));
    }
    put(workspace.path, '.gitattributes', '* filter=x diff=x merge=x\n');
    put(join(dirname(workspace.path), 'home'), '.gitconfig', `[core]\n${core}${drivers}`);
    put(own, 'objects/info/alternates', `${join(users.dir, '.git/objects')}\n`);
    put(own, 'info/exclude', '*\n');
    put(own, `refs/replace/${head}`, `${head}\n`);
    put(own, 'worktrees/tree/index.lock', '');
    writeFileSync(join(own, 'worktrees/tree/HEAD'), 'ref: refs/heads/main\n');
  };
  const changes: ((workspace: Workspace) => void)[] = [
    () => undefined,
    ({ path }) => unlinkSync(join(path, '.git')),
    ({ path }) => {
      unlinkSync(join(path, '.git'));
      symlinkSync(join(users.dir, '.git'), join(path, '.git'));
    },
    ({ path }) => {
      unlinkSync(join(path, '.git'));
      renameSync(join(dirname(path), 'repo.git'), join(path, '.git'));
    },
    ({ path }) => writeFileSync(join(path, '.git'), `gitdir: ${join(users.dir, '.git')}\n`),
  ];
  for (const [round, change] of changes.entries()) {
    await using workspace = await openWorkspace(repo, options(head, { session: round + 1 }));
    plant(workspace);
    put(workspace.path, 'a', `changed ${round}`);
    put(workspace.path, 'new', 'x');
    change(workspace);
    const { tree, problems } = await workspace.snapshot();
    expect(problems).toEqual([]);
    expect(Object.keys(inTree(repo.vault.dir, tree))).toEqual(['.gitattributes', 'a', 'new', 'src/b']);
    expect(await repo.trees.diff(await repo.trees.treeOf(head), tree, 10_000)).toContain(`+changed ${round}`);
    const kept = await commitOn(repo, head, { a: `kept ${round}` });
    await saveSession(repo, 'night', round + 1, kept);
    expect(await publish(repo, { run: 'night', branch: 'agentloop/night' })).toEqual({});
  }
  await using last = await openWorkspace(repo, options(head, { session: 99 }));
  expect(standing(last.path)).toEqual({ a: '100644 1', 'src/b': '100644 2' });
  expect(existsSync(canary)).toBe(false);
  expect(userState(users)).toEqual(before);
});

test('a whole session leaves branches, index, stash and files of the user byte for byte as they were', async () => {
  await using vault = await testVault({ a: '1', 'b c': '2', 'run.sh': { script: '#!/bin/sh\n' } });
  const { users, repo } = vault;
  await users.write({ a: 'to be stashed' });
  await users.git('stash');
  await users.git('branch', 'other');
  await users.git('tag', '-m', 'x', 'v1');
  await users.write({ a: 'staged', untracked: 'x', '.gitignore': 'ignored\n', ignored: 'x' });
  await users.git('add', 'a');
  await users.write({ a: 'staged and changed', 'b c': 'dirty' });
  await users.git('checkout', '-q', '--detach');
  const before = userState(users);
  const head = await users.git('rev-parse', 'HEAD');
  await bringIn(repo, head);
  let tip = head;
  for (const session of [1, 2]) {
    await using workspace = await openWorkspace(repo, options(tip, { session }));
    await sh(workspace, `echo ${session} > made${session}; git add -A; git commit -qm x`);
    const { tree } = await workspace.snapshot();
    tip = await commitOn(repo, tip, { [`made${session}`]: `${session}\n` });
    expect(await repo.trees.treeOf(tip)).toBe(tree);
    await moveRunBranch(repo, 'night', tip);
    await saveSession(repo, 'night', session, tip);
    await Promise.all([toShelf(repo, 'night'), publish(repo, { run: 'night', branch: 'agentloop/night' })]);
  }
  expect(userState(users)).toEqual(before);
  expect(await users.git('log', '--format=%s', 'agentloop/night')).toBe('work\nwork\nfirst');
});
