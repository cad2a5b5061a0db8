import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ProcessOptions, runProcess, spawnProcess } from '../../src/workspace/run-process.ts';
import { alive, uniqueSleep } from './places.ts';

const options: ProcessOptions = { cwd: '/', env: { PATH: process.env['PATH'] ?? '' } };
const sh = (script: string, more: Partial<ProcessOptions> = {}) =>
  runProcess(['sh', '-c', script], { ...options, ...more });

describe('a short process of ours', () => {
  test('gives its bytes as they are', async () => {
    const result = await sh("printf 'a\\377\\000b\\n\\n'; echo oops >&2; exit 7");
    expect(result).toMatchObject({ code: 7, signal: null });
    expect(result.stdout.toString('latin1')).toBe('a\xff\0b\n\n');
    expect(result.stderr.toString()).toBe('oops\n');
    expect(result).not.toHaveProperty('trouble');
  });

  test('gets exactly the environment it was given, and is not searched for in node_modules', async () => {
    const { stdout } = await runProcess(['/usr/bin/env'], { cwd: process.cwd(), env: { ONLY: 'this' } });
    expect(stdout.toString()).toBe('ONLY=this\n');
    const biome = await runProcess(['biome', '--version'], {
      cwd: process.cwd(),
      env: { PATH: '/usr/bin:/bin' },
    });
    expect(biome.trouble).toContain('ENOENT');
  });

  test('takes its arguments as they are: there is no shell', async () => {
    const { stdout } = await runProcess(['printf', '%s', '$HOME; echo "x" `id` *'], options);
    expect(stdout.toString()).toBe('$HOME; echo "x" `id` *');
  });

  test.each([
    ['text', 'words'],
    ['bytes', Buffer.from('words')],
    ['a stream', Readable.from([Buffer.from('wo'), Buffer.from('rds')])],
  ])('reads %s on stdin', async (_, input) => {
    expect((await sh('cat', { input })).stdout.toString()).toBe('words');
  });

  test('has nothing on stdin otherwise, and does not wait for it', async () => {
    expect((await sh('cat; echo end')).stdout.toString()).toBe('end\n');
  });

  test('that cannot be started is told, not thrown', async () => {
    const missing = await runProcess(['/no/such/program'], options);
    expect(missing).toMatchObject({ code: null, signal: null, trouble: expect.stringContaining('ENOENT') });
    const nowhere = await runProcess(['true'], { ...options, cwd: '/no/such/folder' });
    expect(nowhere).toMatchObject({ code: null, trouble: expect.stringMatching(/ENOENT|cwd/) });
  });

  test('is ended after its time, when the work is called off, and when it prints too much', async () => {
    expect(await sh('exec sleep 300', { timeoutMs: 50 })).toMatchObject({
      code: null,
      trouble: 'ended after 50 ms',
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect((await sh('exec sleep 300', { signal: stop.signal })).trouble).toBe(
      'ended because the work was called off',
    );
    const much = await sh('head -c 1000000 /dev/zero', { maxBytes: 1000 });
    expect(much.trouble).toBe('printed more than is kept');
    expect(much.stdout.length).toBe(1000);
  });

  test('may be ended by a signal', async () => {
    expect(await sh('kill -9 $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
  });
});

describe('a process read while it runs', () => {
  test('has exited when it has exited, whoever still holds its pipes', async () => {
    const sleep = uniqueSleep();
    const child = spawnProcess(['sh', '-c', `sleep ${sleep} & exit 3`], {
      ...options,
      stdin: 'none',
      detached: true,
    });
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(await alive(sleep)).not.toEqual([]);
    process.kill(-(child.pid as number), 'SIGKILL');
    child.stdout.destroy();
  });

  test('can tell its state on a descriptor of its own', async () => {
    const script = 'echo state >&3; echo output';
    const child = spawnProcess(['sh', '-c', script], {
      ...options,
      stdin: 'none',
      detached: false,
      status: true,
    });
    const read = async (stream: Readable | null) => Buffer.concat((await stream?.toArray()) ?? []).toString();
    expect(await Promise.all([read(child.status), read(child.stdout)])).toEqual(['state\n', 'output\n']);
  });

  test('that cannot be started says so as its end', async () => {
    const child = spawnProcess(['/no/such/program'], {
      ...options,
      stdin: 'pipe',
      detached: true,
      status: true,
    });
    expect(await child.exited).toMatchObject({
      code: null,
      signal: null,
      notStarted: expect.stringContaining('ENOENT'),
    });
    expect(child.pid).toBeUndefined();
    const tooLong = 'x'.repeat(200_000);
    const big = spawnProcess(['true', tooLong], { ...options, stdin: 'none', detached: false });
    expect((await big.exited).notStarted).toContain('E2BIG');
  });
});

test('no other file of the project starts processes', async () => {
  const top = await realpath('src');
  const offenders: string[] = [];
  for (const name of await readdir(top, { recursive: true })) {
    if (!name.endsWith('.ts') || name === join('workspace', 'run-process.ts')) continue;
    const text = await readFile(join(top, name), 'utf8');
    if (/from '(execa|(node:)?child_process)'|import\('(execa|(node:)?child_process)'\)/.test(text))
      offenders.push(name);
  }
  expect(offenders).toEqual([]);
});

test('a temp folder stays usable as cwd with blanks and non-ASCII in its name', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ordnér mit leer ')));
  expect((await sh('pwd', { cwd: folder })).stdout.toString()).toBe(`${folder}\n`);
  await rm(folder, { recursive: true });
});
