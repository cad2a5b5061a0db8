import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exec } from '../../src/workspace/exec.ts';
import { type Fence, findFence } from '../../src/workspace/fence.ts';
import { noFence, testFence, testPlace } from './places.ts';

const limits = { timeoutMs: 20_000 };

/** What `ls -A /tmp` prints inside: our folder, and what leads to a toolchain that lies below /tmp on this machine. */
function inTmp({ givenBack }: Fence): string {
  const lent = givenBack.filter((path) => path.startsWith('/tmp/')).map((path) => path.split('/')[2] ?? '');
  return [...new Set(['agentloop', ...lent])]
    .sort()
    .map((name) => `${name}\n`)
    .join('');
}

/** A program in the place of bubblewrap, first in PATH. */
async function fakeLauncher(root: string, script: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(root, 'fake');
  await mkdir(bin);
  await writeFile(join(bin, 'bwrap'), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
}

describe('finding the fence', () => {
  test('mode none is a fence that says so', async () => {
    const fence = await testFence('none');
    expect(fence).toMatchObject({ mode: 'none', bwrap: '', hidden: [], givenBack: [] });
    expect(fence.why).toBe('the fence is switched off (fence.mode is none)');
    expect(fence.env['PATH']).toContain('/usr/bin');
  });

  test('without bubblewrap it says what to install, and refuses to start where a fence was asked for', async () => {
    const env = { ...process.env, PATH: '/nonexistent' };
    const fence = await testFence('auto', env);
    expect(fence.mode).toBe('none');
    expect(fence.why).toMatch(/bubblewrap \(bwrap\) is not installed; .*apt install bubblewrap/);
    await expect(testFence('bubblewrap', env)).rejects.toMatchObject({
      name: 'UserError',
      exit: 'cannot-start',
      message: expect.stringContaining('not installed'),
      help: expect.stringContaining('apt install bubblewrap'),
    });
  });

  test('a launcher that cannot make namespaces is told with its own words and a way out', async () => {
    await using place = await testPlace(await testFence('none'));
    const env = await fakeLauncher(
      place.root,
      'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
    );
    const fence = await testFence('auto', env);
    expect(fence.mode).toBe('none');
    expect(fence.why).toContain('setting up uid map: Permission denied');
    expect(fence.why).toMatch(/; (allow|start)/);
  });

  test('a launcher that starts the command and fences nothing is found out by the probes', async () => {
    await using place = await testPlace(await testFence('none'));
    const script = [
      'while [ "$1" != -- ]; do shift; done; shift',
      `export HOME=${place.home} TMPDIR=${place.tmp}; cd ${place.tree}`,
      `"\${@//\\/tmp\\/agentloop/${place.root}}"; code=$?`,
      `echo '{ "exit-code": 0 }' >&3; exit $code`,
    ];
    const env = await fakeLauncher(place.root, script.join('\n'));
    const cacheRoot = join(place.root, 'cache');
    const options = { hide: [process.cwd()], cacheRoot, env: { ...env, HOME: place.home } };
    await writeFile(join(place.home, '.secret'), 'x');
    const fence = await findFence({ ...options, mode: 'auto' });
    expect(fence.mode).toBe('none');
    expect(fence.why).toContain('the fence has holes');
    expect(fence.why).toContain('canary can be seen');
    expect(fence.why).toContain(`${place.home}/.secret can be seen`);
    const open = [process.cwd(), userInfo().homedir].filter(
      (path) => existsSync(path) && !path.startsWith('/tmp'),
    );
    for (const path of open) expect(fence.why).toContain(`${path} can be written`);
    expect(fence.why).toContain('fence-test could be written');
  });

  test('on another system it says so', async () => {
    await using place = await testPlace(await testFence('none'));
    const cacheRoot = join(place.root, 'cache');
    const fence = await findFence({
      mode: 'auto',
      hide: [],
      cacheRoot,
      env: process.env,
      platform: 'darwin',
    });
    expect(fence.why).toContain('bubblewrap works on Linux only, this is darwin');
  });
});

describe.skipIf(noFence)(`inside the fence${noFence ? ` (skipped: ${noFence})` : ''}`, async () => {
  const fence = await testFence('auto');
  const look = async (command: string, more = {}, given: Partial<Fence> = {}) => {
    await using place = await testPlace({ ...fence, ...given }, more);
    return await exec(place, command, limits);
  };

  test('the user’s repository and HOME look empty, and so does /run with its sockets', async () => {
    expect(await readdir(process.cwd())).not.toEqual([]);
    // A project below /tmp is not only empty but gone.
    const empty = await look(`[ ! -e '${process.cwd()}' ] || ls -A '${process.cwd()}'; ls -A /run`);
    expect(empty).toMatchObject({ code: 0, output: '' });
    const { output } = await look(`[ ! -e '${homedir()}' ] || ls -A '${homedir()}'`);
    const lent = (name: string) =>
      fence.givenBack.some((path) => `${path}/`.startsWith(`${join(homedir(), name)}/`));
    for (const name of output.split('\n').filter(Boolean)) expect([name, lent(name)]).toEqual([name, true]);
  });

  test('nothing outside can be written, also in what looks empty; its own folders can', async () => {
    const outside = [
      '/',
      '/etc',
      '/usr',
      '/run',
      process.cwd(),
      homedir(),
      // A clone straight below /tmp has a parent that is the commands' own inside.
      ...(dirname(process.cwd()) === '/tmp' ? [] : [dirname(process.cwd())]),
      '/tmp/agentloop',
    ];
    const { output } = await look(
      `for f in ${outside.join(' ')}; do touch "$f/probe" 2>/dev/null && echo "$f"; done`,
    );
    expect(output).toBe('');
    const own = await look(
      'for f in . "$HOME" "$TMPDIR" /tmp/agentloop/out /var/tmp /dev/shm; do touch $f/x || exit 1; done',
    );
    expect(own.code).toBe(0);
  });

  test('nobody gets a capability, not even root, so nothing can be mounted again or uncovered', async () => {
    const { output } = await look('grep CapEff /proc/self/status; mount -o remount,rw / && echo REMOUNTED');
    expect(output).toMatch(/CapEff:\s0+\n/);
    expect(output).not.toContain('REMOUNTED');
    const nested = await look(
      'unshare -Urm sh -c "umount /run && echo UNCOVERED; mount -o remount,bind,rw / && echo AGAIN"',
    );
    expect(nested.output).not.toMatch(/UNCOVERED|AGAIN/);
  });

  test('no process shows a secret of ours, the launcher neither', async () => {
    process.env['ANTHROPIC_API_KEY'] = 'canary-key';
    const { output } = await look('ls -d /proc/[0-9]*; cat /proc/[0-9]*/environ');
    delete process.env['ANTHROPIC_API_KEY'];
    expect(output).toContain('/proc/1\n');
    expect(output).toContain('AGENTLOOP_RUN_ID');
    expect(output).not.toContain('canary-key');
  });

  test('only its own processes can be seen', async () => {
    expect((await look('ls -d /proc/[0-9]* | wc -l')).output.trim()).toMatch(/^[3-5]$/);
  });

  test('every checkout has the same path, and its own files', async () => {
    await using one = await testPlace(fence);
    await using two = await testPlace(fence);
    for (const place of [one, two]) {
      expect((await exec(place, 'pwd; echo "$TMPDIR" > file', limits)).output).toBe('/tmp/agentloop/tree\n');
    }
    await exec(two, 'echo two > file; echo out > /tmp/agentloop/out/brief; echo tmp > /tmp/scratch', limits);
    expect(await readFile(join(one.tree, 'file'), 'utf8')).toBe('/tmp\n');
    expect(await readFile(join(two.tree, 'file'), 'utf8')).toBe('two\n');
    expect(await readFile(join(two.out, 'brief'), 'utf8')).toBe('out\n');
    expect((await exec(two, 'cat /tmp/scratch', limits)).output).toBe('tmp\n');
    expect((await exec(one, 'ls -A /tmp', limits)).output).toBe(inTmp(fence));
  });

  test('the folders of the place cannot be moved away, so that we never follow a link in their stead', async () => {
    const { output } = await look(
      'mv /tmp/agentloop /tmp/x; mv ../out ../y; rmdir ../tree; cd /; rm -rf /tmp/agentloop; ls -A /tmp /tmp/agentloop',
    );
    expect(output).toContain('/tmp:\nagentloop\n');
    expect(output).toContain('/tmp/agentloop:\nhome\nout\ntree\n');
  });

  test('the throw-away repository can be written, of the shelf only objects can be read', async () => {
    await using place = await testPlace(fence);
    const shelf = join(place.root, 'shelf.git');
    const repo = join(place.root, 'repo.git');
    await mkdir(join(shelf, 'objects', 'pack'), { recursive: true });
    await mkdir(join(shelf, 'refs'));
    await mkdir(repo);
    await writeFile(join(shelf, 'shallow'), 'sha\n');
    const command =
      'cd /tmp/agentloop; ls shelf.git shelf.git/objects; touch repo.git/HEAD; touch shelf.git/objects/x';
    const { output } = await exec({ ...place, shelf, repo }, command, limits);
    expect(output).toContain('shelf.git:\nobjects\nshallow\n\nshelf.git/objects:\npack\n');
    expect(output).toContain('Read-only file system');
    expect(existsSync(join(repo, 'HEAD'))).toBe(true);
    expect(existsSync(join(shelf, 'objects', 'x'))).toBe(false);
  });

  test('what was prepared is seen read-only, its caches can be written and are gone after the command', async () => {
    await using place = await testPlace(fence);
    const source = join(place.root, 'prepared');
    await mkdir(join(source, '.cache'), { recursive: true });
    await writeFile(join(source, 'module.js'), 'prepared');
    const mounts = [{ path: 'packages/a/node_modules', source, caches: ['.cache'] }];
    const command =
      'cd packages/a/node_modules; cat module.js; echo spoilt > module.js; echo hot > .cache/x; cat .cache/x';
    const { output } = await exec({ ...place, mounts }, command, limits);
    expect(output).toMatch(/^prepared.*Read-only file system\nhot\n$/s);
    expect(await readFile(join(source, 'module.js'), 'utf8')).toBe('prepared');
    expect(await readdir(join(source, '.cache'))).toEqual([]);
  });

  test('a link where something prepared belongs leads nothing out: it is simply not there', async () => {
    await using place = await testPlace(fence);
    const source = join(place.root, 'prepared');
    await mkdir(source);
    await symlink('/tmp/agentloop/home', join(place.tree, 'node_modules'));
    await symlink('/etc', join(place.tree, 'packages'));
    const mounts = ['node_modules', 'packages/a/node_modules'].map((path) => ({ path, source, caches: [] }));
    const finished = await exec({ ...place, mounts }, 'readlink node_modules packages', limits);
    expect(finished).toMatchObject({ code: 0, output: '/tmp/agentloop/home\n/etc\n' });
  });

  test('paths of the user are given back where the config or a brain names them', async () => {
    await using root = await testPlace(fence);
    const login = join(root.root, 'login');
    await writeFile(login, 'token');
    const brain = await look(`cat ${login}; echo x > ${login}`, { readOnly: [login, '/nowhere'] });
    expect(brain.output).toMatch(/^token.*Read-only file system/s);
    const given = await findFence({
      mode: 'bubblewrap',
      hide: [process.cwd()],
      cacheRoot: join(root.root, 'cache'),
      env: process.env,
      readOnly: [join(process.cwd(), 'package.json')],
    });
    const { output } = await look(
      `ls -A ${process.cwd()}; head -c 1 ${process.cwd()}/package.json`,
      {},
      given,
    );
    expect(output).toBe('package.json\n{');
  });

  test('HOME=/ is no reason to do without a fence, and is told', async () => {
    const odd = await testFence('bubblewrap', { ...process.env, HOME: '/' });
    expect(odd.holes).toEqual(['/ holds what every program needs and is not hidden']);
    expect((await look('touch /probe || echo no', {}, odd)).output).toContain('no\n');
  });

  test('HOME=/tmp is as good as any', async () => {
    const odd = await testFence('bubblewrap', { ...process.env, HOME: '/tmp' });
    expect(odd).toMatchObject({ mode: 'bubblewrap', holes: [] });
    expect((await look('ls -A /tmp', {}, odd)).output).toBe(inTmp(odd));
  });

  test('git, node and npm are found', async () => {
    const finished = await look('git --version && node --version && npm --version');
    expect(finished.code).toBe(0);
  });

  const hasPython = (await look('python3 -m pytest --version')).code === 0;
  test.skipIf(!hasPython)('python finds pytest, wherever it was installed', async () => {
    expect((await look('python3 -m pytest --version')).output).toMatch(/pytest \d/);
  });

  test('names of hosts can still be looked up: what /etc/resolv.conf leads to is there', async () => {
    if (existsSync('/etc/resolv.conf')) expect((await look('cat /etc/resolv.conf > /dev/null')).code).toBe(0);
  });
});
