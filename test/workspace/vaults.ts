import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fence } from '../../src/workspace/fence.ts';
import { openRepository, type Repository } from '../../src/workspace/repository.ts';
import type { Slot } from '../../src/workspace/slot.ts';
import type { BytePath } from '../../src/workspace/trees.ts';
import { bringIn, commit } from '../../src/workspace/vault.ts';
import { type Content, type TempRepo, tempRepo } from '../helpers/repo.ts';
import { testFence } from './places.ts';

/** A user's repository with its vault, in temp folders. */
export interface TestVault extends AsyncDisposable {
  readonly users: TempRepo;
  readonly repo: Repository;
  /** HEAD of the user's repository, brought in; empty without commits. */
  readonly head: string;
  /** Beside the repository: the cache, and room for a test's own things. */
  readonly room: string;
}

/** Makes a repository with these files, opens it and brings its HEAD in. Without files it has no commit. */
export async function testVault(files?: Readonly<Record<string, Content>>): Promise<TestVault> {
  const users = await tempRepo(files);
  const room = realpathSync(mkdtempSync(join(tmpdir(), 'vault-')));
  const repo = await openRepository(users.dir, { cacheDir: join(room, 'cache') });
  await repo.ensure();
  const head = files === undefined ? '' : await users.git('rev-parse', 'HEAD');
  if (head) await bringIn(repo, head);
  return {
    users,
    repo,
    head,
    room,
    async [Symbol.asyncDispose]() {
      rmSync(room, { recursive: true, force: true, maxRetries: 3 });
      await users.remove();
    },
  };
}

/** No fence: commands run as they are. */
export const openField: Fence = await testFence('none');

/** What every test's commits are by. */
export const author = { name: 'Test Person', email: 'person@example.com' };

/** A commit in the vault on `parent`, with these files set (null: removed). */
export async function commitOn(
  repo: Repository,
  parent: string,
  files: Readonly<Record<string, string | null>>,
  message = 'work',
): Promise<string> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({
      path: bytes(path),
      mode: '100644' as const,
      oid: text === null ? null : await repo.trees.write(text),
    })),
  );
  const tree = await repo.trees.overlay(await repo.trees.treeOf(parent), entries);
  return commit(repo, { tree, parents: [parent], message, author, date: 1_700_000_000_000 });
}

/** A path as the workspace room keeps it. */
export function bytes(path: string): BytePath {
  return Buffer.from(path).toString('latin1');
}

/** Git in a repository of ours or of the user's, with raw output as latin1. */
export function gitIn(dir: string, args: readonly string[], input?: string): string {
  return execFileSync('git', ['-C', dir, ...args], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input: Buffer.from(input, 'latin1') }),
  });
}

/** All that stands in a folder but its top `.git`: path to kind, executable bit and content. Folders only when empty. */
export function standing(top: string): Record<string, string> {
  const found: Record<string, string> = {};
  const enter = (folder: Buffer, prefix: string) => {
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      const path = prefix + name.toString('latin1');
      if (path === '.git') continue;
      const host = Buffer.concat([folder, Buffer.from('/'), name]);
      const stat = lstatSync(host);
      if (stat.isDirectory()) {
        if (readdirSync(host).length === 0) found[`${path}/`] = 'empty';
        enter(host, `${path}/`);
      } else if (stat.isSymbolicLink()) found[path] = `120000 ${readlinkSync(host, { encoding: 'latin1' })}`;
      else if (stat.isFile())
        found[path] = `${stat.mode & 0o100 ? '100755' : '100644'} ${readFileSync(host, 'latin1')}`;
      else found[path] = 'special';
    }
  };
  enter(Buffer.from(top), '');
  return found;
}

/** The same of a tree, as git reads it. */
export function inTree(dir: string, tree: string): Record<string, string> {
  const found: Record<string, string> = {};
  const blobs: [path: string, mode: string, oid: string][] = [];
  for (const line of gitIn(dir, ['ls-tree', '-r', '-z', tree]).split('\0').filter(Boolean)) {
    const [, mode, type, oid, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) as unknown as string[];
    if (type === 'commit') found[`${path}/`] = 'empty';
    else blobs.push([path as string, mode as string, oid as string]);
  }
  const out = gitIn(dir, ['cat-file', '--batch'], blobs.map(([, , oid]) => `${oid}\n`).join(''));
  let at = 0;
  for (const [path, mode] of blobs) {
    const end = out.indexOf('\n', at);
    const size = Number(out.slice(at, end).split(' ')[2]);
    found[path] = `${mode} ${out.slice(end + 1, end + 1 + size)}`;
    at = end + 1 + size + 1;
  }
  return found;
}

/** A slot that no lock protects. */
export function testSlot(root: string): Slot {
  mkdirSync(root, { recursive: true });
  const at = (name: string) => join(root, name);
  const folders = {
    tree: at('tree'),
    index: at('index'),
    repo: at('repo.git'),
    home: at('home'),
    out: at('out'),
    tmp: at('tmp'),
    given: at('given'),
  };
  return { name: 'test', dir: root, ...folders, note: at('session.json'), release: async () => undefined };
}

/** Writes a file below a folder, with the folders on its way. The name may hold any byte (latin1). */
export function put(top: string, path: string, content: string): void {
  const host = Buffer.from(`${top}/${path}`, 'latin1');
  const slash = host.lastIndexOf('/');
  mkdirSync(host.subarray(0, slash), { recursive: true });
  writeFileSync(host, content, 'latin1');
}

/** Makes named pipes. */
export function makePipes(...paths: readonly string[]): void {
  execFileSync('sh', ['-c', 'mkfifo "$@"', 'sh', ...paths]);
}

/** A script that would leave `canary` behind if anybody ran it. Nobody does: tests only plant it. */
export function evilScript(room: string, canary: string): string {
  const script = join(room, 'evil.sh');
  writeFileSync(script, `#!/bin/sh\necho ran >> '${canary}'\ncat\n`, { mode: 0o755 });
  return script;
}

/** Everything the user can see change: refs, index, stash, HEAD, working tree. */
export function userState(users: TempRepo): Record<string, unknown> {
  const at = (name: string) => join(users.dir, '.git', name);
  const file = (name: string) => {
    try {
      return readFileSync(at(name), 'latin1');
    } catch {
      return 'none';
    }
  };
  const refs = gitIn(users.dir, ['for-each-ref', '--format=%(refname) %(objectname)'])
    .split('\n')
    .filter(Boolean);
  return {
    refs: refs.filter((ref) => !/refs\/(heads\/)?agentloop\//.test(ref)),
    index: file('index'),
    head: file('HEAD'),
    fetchHead: file('FETCH_HEAD'),
    config: file('config'),
    stash: gitIn(users.dir, ['stash', 'list']),
    files: standing(users.dir),
    gitDir: readdirSync(join(users.dir, '.git'))
      .filter((name) => name !== 'agentloop')
      .sort(),
  };
}
