import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckout } from '../../src/workspace/checkout.ts';
import { openWorkspace } from '../../src/workspace/open-workspace.ts';
import {
  type Prepared,
  type PrepareFailed,
  type PrepareOptions,
  prepare,
} from '../../src/workspace/prepare.ts';
import { openRepository, type Repository } from '../../src/workspace/repository.ts';
import type { Tree } from '../../src/workspace/trees.ts';
import { bringIn } from '../../src/workspace/vault.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { type Content, type TempRepo, tempRepo } from '../helpers/repo.ts';
import { modes, testFence } from './places.ts';

/** Every run of it leaves another id: equal ids are one run. */
const init = {
  script:
    '#!/bin/sh\nset -e\nmkdir -p node_modules/lib\ncat /proc/sys/kernel/random/uuid > node_modules/id\n',
};
const manifest = '{"name":"sample"}';

interface World extends AsyncDisposable {
  readonly user: TempRepo;
  readonly repo: Repository;
  readonly store: string;
  readonly options: PrepareOptions;
  /** Commits these files and gives the commit and its tree, brought in. */
  commit(files: Record<string, Content>): Promise<{ base: string; tree: Tree }>;
  /** Prepares, and expects it to succeed. */
  prepared(tree: Tree, more?: Partial<PrepareOptions>): Promise<Prepared>;
  failed(tree: Tree, more?: Partial<PrepareOptions>): Promise<PrepareFailed>;
  session(base: string, prepared: Prepared): Promise<Workspace>;
}

async function world(
  options: Omit<PrepareOptions, 'run' | 'outputs' | 'inputs' | 'timeoutMs'>,
): Promise<World> {
  const user = await tempRepo();
  const cacheDir = await realpath(await mkdtemp(join(tmpdir(), 'prepare-')));
  const repo = await openRepository(user.dir, { cacheDir });
  const all: PrepareOptions = {
    run: 'test',
    outputs: ['node_modules', '.venv', 'deps', 'target'],
    inputs: [],
    timeoutMs: 20_000,
    ...options,
  };
  let session = 0;
  return {
    user,
    repo,
    store: join(repo.cacheDir, 'prepared'),
    options: all,
    async commit(files) {
      const base = await user.commit('more', files);
      await bringIn(repo, base);
      return { base, tree: await repo.trees.treeOf(base) };
    },
    async prepared(tree, more) {
      const outcome = await prepare(repo, tree, { ...all, ...more });
      if ('reason' in outcome) throw new Error(`${outcome.reason}: ${outcome.output}`);
      return outcome;
    },
    async failed(tree, more) {
      const outcome = await prepare(repo, tree, { ...all, ...more });
      if (!('reason' in outcome)) throw new Error('it did not fail');
      return outcome;
    },
    session: (base, prepared) =>
      openWorkspace(repo, {
        ...{ run: 'test', session: ++session, base, prepared, fence: all.fence },
        ...{ maxFileBytes: 1e6, maxTotalBytes: 1e7 },
      }),
    async [Symbol.asyncDispose]() {
      await user.remove();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

const limits = { timeoutMs: 20_000 };

describe.each(modes)('what init.sh makes, fence %s', async (mode) => {
  const fence = await testFence(mode);

  test('is made once, lent to two sessions, and neither can spoil it for the other', async () => {
    await using w = await world({ fence });
    const { base, tree } = await w.commit({ 'init.sh': init, 'package.json': manifest, 'a.js': '1' });
    const first = await w.prepared(tree);
    expect(first).toMatchObject({ reused: false, outputs: [{ path: 'node_modules' }] });
    const ids: string[] = [];
    for (let round = 0; round < 2; round++) {
      const again = await w.prepared(tree);
      expect(again).toEqual({ ...first, reused: true });
      await using session = await w.session(base, again);
      const { output } = await session.exec(
        'cat node_modules/id; echo spoilt > node_modules/id; rm -r node_modules/lib',
        limits,
      );
      ids.push(output.slice(0, 36));
      expect((await session.snapshot()).changed).toBe(false);
    }
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test('is lent to the judge too: whole and clean after each fill', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': init });
    await using checkout = await openCheckout(w.repo, {
      name: 'judge',
      run: 'test',
      fence,
      prepared: await w.prepared(tree),
    });
    for (let round = 0; round < 2; round++) {
      await checkout.fill(tree);
      const { output } = await checkout.exec('ls node_modules; echo x > node_modules/spoilt', limits);
      expect(output).toMatch(/^id\nlib\n/);
    }
  });

  test('is carried where it is a dependency folder, nested too; builds, and folders the tree has files of, are not', async () => {
    await using w = await world({ fence });
    const script = [
      '#!/bin/sh',
      'for p in packages/a packages/group/b; do mkdir -p $p/node_modules; echo $p > $p/node_modules/id; done',
      'mkdir -p dist a/b/c/d/node_modules node_modules deps; echo stale > dist/out.js; echo mine > deps/more; ln -s ../deps node_modules/x',
    ];
    const { base, tree } = await w.commit({
      'init.sh': { script: script.join('\n') },
      'deps/own.c': 'own',
      'packages/a/x': '',
    });
    const prepared = await w.prepared(tree);
    const paths = ['node_modules', 'packages/a/node_modules', 'packages/group/b/node_modules'];
    expect(prepared.outputs.map(({ path }) => path).sort()).toEqual(paths);
    await using session = await w.session(base, prepared);
    const command = 'cat packages/group/b/node_modules/id; ls deps node_modules/x/; ls dist a';
    const { output } = await session.exec(command, limits);
    expect(output).toContain('packages/group/b\n');
    expect(output).toContain('deps:\nown.c\n\nnode_modules/x/:\nown.c\n');
    expect(output).not.toContain('out.js');
  });

  test('is copied where tools build in it, and older than any source, so that no stale build is taken', async () => {
    await using w = await world({ fence });
    const script =
      '#!/bin/sh\nmkdir -p target/debug; echo built > target/debug/app; ln -s app target/debug/link\n';
    const { base, tree } = await w.commit({ 'init.sh': { script }, 'main.rs': 'x' });
    const prepared = await w.prepared(tree);
    await using session = await w.session(base, prepared);
    const seen = await session.exec(
      'cat target/debug/link; echo more > target/debug/own && [ main.rs -nt target/debug/app ]',
      limits,
    );
    expect(seen).toMatchObject({ code: 0, output: 'built\n' });
    expect((await stat(join(prepared.outputs[0]?.source ?? '', 'debug/app'))).mtime.getFullYear()).toBe(2001);
    expect(await readdir(join(prepared.outputs[0]?.source ?? '', 'debug'))).not.toContain('own');
    expect((await session.snapshot()).changed).toBe(false);
  });

  test('is not lent through a link that a tree has in its place', async () => {
    await using w = await world({ fence });
    const outside = join(w.user.dir, 'outside');
    await mkdir(outside);
    const { tree: with_ } = await w.commit({ 'init.sh': init });
    const { base } = await w.commit({ node_modules: { link: outside } });
    await using session = await w.session(base, await w.prepared(with_));
    expect(await session.exec('readlink node_modules', limits)).toMatchObject({
      code: 0,
      output: `${outside}\n`,
    });
    expect(await readdir(outside)).toEqual([]);
  });

  test('is made again for another lock file and not for another source', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': init, 'package.json': manifest, 'a.js': '1' });
    const { key } = await w.prepared(tree);
    const source = await w.commit({ 'a.js': '2', 'a/b/c/d/package.json': manifest });
    expect(await w.prepared(source.tree)).toMatchObject({ key, reused: true });
    const lock = await w.commit({ 'packages/a/package-lock.json': '{}' });
    const other = await w.prepared(lock.tree);
    expect(other.reused).toBe(false);
    expect(other.key).not.toBe(key);
    const asked = await w.prepared(lock.tree, { inputs: ['**/*.js'] });
    expect([other.key, key]).not.toContain(asked.key);
    expect(await w.prepared(tree)).toMatchObject({ key, reused: true });
  });

  test('is made once when two ask at the same time', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': init });
    const both = await Promise.all([w.prepared(tree), w.prepared(tree), w.prepared(tree)]);
    expect(both.map((one) => one.reused).sort()).toEqual([false, true, true]);
    expect(new Set(both.map((one) => one.outputs[0]?.source)).size).toBe(1);
  });

  test('is nothing without an init.sh', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'package.json': manifest });
    expect(await w.prepared(tree)).toEqual({ key: 'none', reused: true, ms: 0, outputs: [] });
    expect(existsSync(w.store)).toBe(false);
  });
});

describe.each(modes)('an init.sh that does not get through, fence %s', async (mode) => {
  const fence = await testFence(mode);

  test('is told with its code and the end of what it said, and run again when asked again', async () => {
    await using w = await world({ fence });
    const script = '#!/bin/sh\nmkdir node_modules; seq 1 100000; echo "no such package" >&2; exit 7\n';
    const { tree } = await w.commit({ 'init.sh': { script } });
    const failed = await w.failed(tree);
    expect(failed).toMatchObject({ reason: 'init.sh ended with exit code 7', code: 7, ended: null });
    expect(failed.output).toMatch(/bytes left out.*no such package\n$/s);
    expect(failed.output.length).toBeLessThan(17_000);
    expect(await readdir(w.store)).toEqual([]);
    const mended = await w.commit({ 'init.sh': init });
    expect((await w.prepared(mended.tree)).reused).toBe(false);
  });

  test('is ended after its time, and when the work is called off', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': { script: '#!/bin/sh\nexec sleep 300\n' } });
    expect(await w.failed(tree, { timeoutMs: 1000 })).toMatchObject({
      reason: 'init.sh was not done after 1 s',
      ended: 'timeout',
    });
    const signal = AbortSignal.timeout(300);
    expect(await w.failed(tree, { signal })).toMatchObject({
      reason: 'init.sh was called off',
      ended: 'aborted',
    });
  });

  test('called off by one, it is still made for the other who asked', async () => {
    await using w = await world({ fence });
    const script = '#!/bin/sh\nsleep 0.5; mkdir node_modules\n';
    const { tree } = await w.commit({ 'init.sh': { script } });
    const signal = AbortSignal.timeout(100);
    const [off, on] = await Promise.all([prepare(w.repo, tree, { ...w.options, signal }), w.prepared(tree)]);
    expect(off).toMatchObject({ ended: 'aborted' });
    expect(on).toMatchObject({ reused: false, outputs: [{ path: 'node_modules' }] });
  });

  test('that needs no executable bit and speaks bash is understood', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': 'set -euo pipefail\n[[ -d . ]] && mkdir node_modules\n' });
    expect((await w.prepared(tree)).outputs).toHaveLength(1);
  });
});

describe('the store of what was prepared', async () => {
  const fence = await testFence('none');

  test('a crash in the middle leaves nothing that is taken for whole', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': init });
    const { key } = await w.prepared(tree);
    const folder = join(w.store, key);
    await rm(join(folder, 'done.json'));
    await mkdir(join(w.store, `${key}.draft-999999999-x`, 'node_modules'), { recursive: true });
    await mkdir(join(w.store, `${key}.draft-1-x`));
    expect(await w.prepared(tree)).toMatchObject({ key, reused: false });
    expect((await readdir(w.store)).sort()).toEqual([key, `${key}.draft-1-x`]);
  });

  test('a cache that was deleted in parts is made again', async () => {
    await using w = await world({ fence });
    const { tree } = await w.commit({ 'init.sh': init });
    const before = await w.prepared(tree);
    await rm(before.outputs[0]?.source ?? '', { recursive: true });
    const after = await w.prepared(tree);
    expect(after.reused).toBe(false);
    expect(existsSync(join(after.outputs[0]?.source ?? '', 'id'))).toBe(true);
  });

  test('four are kept, the ones used last', async () => {
    await using w = await world({ fence });
    const trees: Tree[] = [];
    const keys: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { tree } = await w.commit({ 'init.sh': init, 'package.json': `{"version":"${n}"}` });
      trees.push(tree);
      keys.push((await w.prepared(tree)).key);
      const long = new Date(Date.now() - (10 - n) * 60_000);
      await utimes(join(w.store, keys[n] as string, 'done.json'), long, long);
      if (n === 3) await w.prepared(trees[0] as Tree);
    }
    expect((await readdir(w.store)).sort()).toEqual([keys[0], keys[2], keys[3], keys[4]].sort());
  });

  test('one that is in use stays, however many are made beside it; when its process is dead it is free', async () => {
    await using w = await world({ fence });
    const make = async (n: number) => w.commit({ 'init.sh': init, 'package.json': `{"version":"${n}"}` });
    const { base, tree } = await make(0);
    const used = await w.prepared(tree);
    const session = await w.session(base, used);
    for (let n = 1; n < 6; n++) await w.prepared((await make(n)).tree);
    expect((await session.exec('cat node_modules/id', { timeoutMs: 10_000 })).code).toBe(0);
    await session[Symbol.asyncDispose]();
    expect((await readdir(w.store)).filter((name) => name.includes('.used-'))).toEqual([]);
    // 4194305 is no process: one more than Linux can have.
    await writeFile(join(w.store, `${used.key}.used-4194305-0`), '');
    await w.prepared((await make(6)).tree);
    const left = await readdir(w.store);
    expect(left.filter((name) => name.startsWith(used.key))).toEqual([]);
    expect(left.length).toBe(4);
  });
});

describe('a Python virtual environment without a fence', async () => {
  const fence = await testFence('none');
  const script =
    '#!/bin/sh\nset -e\nmkdir -p .venv node_modules; pwd > .venv/pyvenv.cfg; cat /proc/sys/kernel/random/uuid > node_modules/id\n';

  test('knows its own path, so init.sh makes it in every checkout itself', async () => {
    await using w = await world({ fence });
    const { base, tree } = await w.commit({ 'init.sh': { script } });
    const prepared = await w.prepared(tree);
    await using session = await w.session(base, prepared);
    expect((await session.exec('cat .venv/pyvenv.cfg', limits)).output).toBe(`${session.path}\n`);
  });

  test('that cannot be made a second time is a trouble a person is told of', async () => {
    await using w = await world({ fence });
    const once = join(w.user.dir, '.git', 'once');
    const { base, tree } = await w.commit({
      'init.sh': { script: `${script}[ ! -e ${once} ] || { echo "no network"; exit 1; }; touch ${once}\n` },
    });
    const prepared = await w.prepared(tree);
    await expect(w.session(base, prepared)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/init\.sh succeeded when it was prepared, and failed in .*: no network/),
    });
  });
});

describe.each(modes)('the registries of the user, fence %s', (mode) => {
  test('are told to init.sh and to nobody else, without credentials', async () => {
    const home = await mkdtemp(join(tmpdir(), 'home-'));
    await writeFile(
      join(home, '.npmrc'),
      'registry=https://npm.example/\n//npm.example/:_authToken=secret-token\n',
    );
    const env = { ...process.env, HOME: home, PIP_INDEX_URL: 'https://pip.example/simple' };
    await using w = await world({ fence: await testFence(mode, env) });
    const script =
      '#!/bin/sh\nmkdir node_modules; env > node_modules/env; cat "$npm_config_userconfig" > node_modules/npmrc\n';
    const { base, tree } = await w.commit({ 'init.sh': { script: `${script}[ ! -e fail ]` } });
    const prepared = await w.prepared(tree);
    const made = async (name: string) => readFile(join(prepared.outputs[0]?.source ?? '', name), 'utf8');
    expect(await made('npmrc')).toBe('registry = https://npm.example/\n');
    expect(await made('env')).toContain('PIP_INDEX_URL=https://pip.example/simple\n');
    await using session = await w.session(base, prepared);
    expect((await session.exec('env; cat "$HOME/.npmrc"', limits)).output).not.toMatch(/example|secret/);
    const broken = await w.commit({ fail: '', 'package.json': manifest });
    expect((await w.failed(broken.tree)).reason).toBe(
      'init.sh ended with exit code 1 (it does not get the credentials in ~/.npmrc)',
    );
    await rm(home, { recursive: true });
  });
});
