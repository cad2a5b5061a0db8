import { existsSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exec, start } from '../../src/workspace/exec.ts';
import { alive, modes, noFence, testFence, testPlace, uniqueSleep, until } from './places.ts';

const limits = { timeoutMs: 20_000 };

describe.each(modes)('a command in a place, fence %s', async (mode) => {
  const fence = await testFence(mode);

  test('ends with its code and with what it printed on both outputs', async () => {
    await using place = await testPlace(fence);
    const finished = await exec(place, 'echo to out; echo to err >&2; exit 3', limits);
    expect(finished).toMatchObject({
      code: 3,
      signal: null,
      ended: null,
      output: 'to out\nto err\n',
      bytes: 14,
    });
    expect(finished).not.toHaveProperty('fenceFailed');
  });

  test('has both outputs in the order in which they were written', async () => {
    await using place = await testPlace(fence);
    const command = 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo out $i; echo err $i >&2; done';
    const { output } = await exec(place, command, limits);
    const lines = Array.from({ length: 200 }, (_, at) => `out ${at + 1}\nerr ${at + 1}\n`);
    expect(output).toBe(lines.join(''));
    expect((await exec(place, 'if', limits)).output).toMatch(/syntax error/i);
  });

  test('sees a clean environment: nothing of ours, and what it was given', async () => {
    process.env['ANTHROPIC_API_KEY'] = 'canary-key';
    process.env['NODE_EXTRA_CA_CERTS'] = '/canary-certs';
    await using place = await testPlace(await testFence(mode));
    const { output } = await exec(place, 'env; cat /proc/self/environ', {
      ...limits,
      env: { TZ: 'Asia/Tokyo', GIVEN: 'yes' },
    });
    delete process.env['ANTHROPIC_API_KEY'];
    delete process.env['NODE_EXTRA_CA_CERTS'];
    expect(output).not.toContain('canary');
    for (const line of ['CI=1', 'TERM=dumb', 'TZ=Asia/Tokyo', 'GIVEN=yes', 'AGENTLOOP_RUN_ID=test-run']) {
      expect(output).toContain(`${line}\n`);
    }
    expect(output).toContain(mode === 'none' ? `HOME=${place.home}\n` : 'HOME=/tmp/agentloop/home\n');
    expect(output).not.toContain(`HOME=${process.env['HOME']}\n`);
  });

  test('starts in the folder it was told; one that is not there is its failure, not that of the fence', async () => {
    await using place = await testPlace(fence);
    await exec(place, 'mkdir "a folder"; echo x > "a folder/file"', limits);
    expect(await exec(place, 'ls; echo "$0 $#"', { ...limits, cwd: 'a folder' })).toMatchObject({
      code: 0,
      output: 'file\n/bin/sh 0\n',
    });
    const missing = await exec(place, 'echo ran', { ...limits, cwd: 'nowhere' });
    expect(missing.code).toBeGreaterThan(0);
    expect(missing.output).toContain('nowhere');
    expect(missing.output).not.toContain('ran');
    expect(missing.fenceFailed).toBeUndefined();
  });

  test('reads what it is given on stdin, then EOF; without input it is at the end at once', async () => {
    await using place = await testPlace(fence);
    expect((await exec(place, 'cat; echo end', { ...limits, input: 'words\n' })).output).toBe('words\nend\n');
    expect((await exec(place, 'cat; echo end', limits)).output).toBe('end\n');
    const big = 'x'.repeat(3_000_000);
    expect((await exec(place, 'wc -c', { ...limits, input: big })).output.trim()).toBe('3000000');
    expect(await exec(place, 'exit 4', { ...limits, input: big })).toMatchObject({ code: 4, ended: null });
  });

  test('reads pieces as they come: what it prints can decide the next one, and the last is followed by EOF', async () => {
    await using place = await testPlace(fence);
    const heard: string[] = [];
    let answered = (_: string): void => undefined;
    async function* talk(): AsyncGenerator<string> {
      for (const word of ['one', 'two', 'x'.repeat(300_000)]) {
        const answer = new Promise<string>((resolve) => (answered = resolve));
        yield `${word}\n`;
        heard.push(await answer);
      }
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    const command = 'while read -r word; do echo "got ${#word}"; done; echo end';
    const onLine = (line: string): void => answered(line);
    const finished = await exec(place, command, { ...limits, input: talk(), onLine });
    expect(finished).toMatchObject({ code: 0, ended: null, output: 'got 3\ngot 3\ngot 300000\nend\n' });
    expect(heard).toEqual(['got 3', 'got 3', 'got 300000']);
  });

  test('one that ends while pieces are to come ends them quietly, whether it read them or not', async () => {
    await using place = await testPlace(fence);
    let left = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield 'x'.repeat(100_000);
      } finally {
        left = true;
      }
    }
    expect(await exec(place, 'head -c 1', { ...limits, input: endless() })).toMatchObject({
      code: 0,
      output: 'x',
    });
    await until(() => left);
    const never: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    expect(await exec(place, 'exit 4', { ...limits, input: never })).toMatchObject({ code: 4, ended: null });
  });

  test('pieces that break off are the end of its input, no crash', async () => {
    await using place = await testPlace(fence);
    // biome-ignore lint/correctness/useYield: it breaks before its first
    async function* broken(): AsyncGenerator<string> {
      throw new Error('nothing to say');
    }
    expect(await exec(place, 'cat; echo end', { ...limits, input: broken() })).toMatchObject({
      output: 'end\n',
    });
  });

  test('that keeps stdin open does not keep it from being silent for too long', async () => {
    await using place = await testPlace(fence);
    const never: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const finished = await exec(place, 'cat', { ...limits, idleMs: 300, input: never });
    expect(finished).toMatchObject({ ended: 'idle' });
  });

  test('has time to put things away when its time is over', async () => {
    await using place = await testPlace(fence);
    const command = 'trap "echo put away; exit 0" TERM; echo ready; while :; do sleep 0.02; done';
    const finished = await exec(place, command, { timeoutMs: 400 });
    expect(finished).toMatchObject({ code: 0, signal: null, ended: 'timeout' });
    expect(finished.output).toMatch(/^ready\n(Terminated\n)?put away\n$/);
    expect(finished.ms).toBeLessThan(2000);
  });

  test('is killed when it does not listen', async () => {
    await using place = await testPlace(fence);
    const finished = await exec(place, 'trap "" TERM; while :; do sleep 0.02; done', {
      timeoutMs: 300,
      graceMs: 100,
    });
    expect(finished).toMatchObject({ code: null, signal: 'SIGKILL', ended: 'timeout' });
    expect(finished.ms).toBeGreaterThanOrEqual(390);
    expect(finished.ms).toBeLessThan(3000);
  });

  test('is told by the first reason for which it was ended', async () => {
    await using place = await testPlace(fence);
    const options = { timeoutMs: 200, graceMs: 400, signal: AbortSignal.timeout(400) };
    expect(await exec(place, 'trap "" TERM; while :; do sleep 0.02; done', options)).toMatchObject({
      ended: 'timeout',
      signal: 'SIGKILL',
    });
  });

  test('is told by the signal that ended it when it did listen', async () => {
    await using place = await testPlace(fence);
    const finished = await exec(place, 'sleep 300', { timeoutMs: 200 });
    expect(finished).toMatchObject({ code: null, signal: 'SIGTERM', ended: 'timeout' });
  });

  test('is ended when it has been silent for too long, and only then', async () => {
    await using place = await testPlace(fence);
    const silent = await exec(place, 'echo last words; sleep 300', { ...limits, idleMs: 200 });
    expect(silent).toMatchObject({ ended: 'idle', output: 'last words\n' });
    const busy = 'for i in 1 2 3 4 5 6 7 8; do echo $i >&2; sleep 0.1; done';
    expect(await exec(place, busy, { ...limits, idleMs: 500 })).toMatchObject({ ended: null, code: 0 });
  });

  test('is ended by a signal of ours, and never started after one', async () => {
    await using place = await testPlace(fence);
    const stop = new AbortController();
    const onLine = () => stop.abort();
    const finished = await exec(place, 'echo ready; sleep 300', { ...limits, signal: stop.signal, onLine });
    expect(finished).toMatchObject({ ended: 'aborted', signal: 'SIGTERM' });
    const never = { code: null, signal: null, ended: 'aborted', output: '', bytes: 0, ms: 0 };
    expect(await exec(place, 'echo > file', { ...limits, signal: stop.signal })).toEqual(never);
    expect(existsSync(join(place.tree, 'file'))).toBe(false);
  });

  test('leaves no process: none that holds its output, none in a session of its own, none that ignores SIGTERM', async () => {
    await using place = await testPlace(fence);
    const [holder, hidden, deaf] = [uniqueSleep(), uniqueSleep(), uniqueSleep()];
    const command = [
      `sleep ${holder} &`,
      `setsid sh -c 'sleep ${hidden} >/dev/null 2>&1 </dev/null & exit'`,
      `(setsid sh -c 'trap "" TERM HUP; echo $$ > deaf; sleep ${deaf}; sleep ${deaf}' >/dev/null 2>&1 &)`,
      'while [ ! -s deaf ]; do sleep 0.01; done; echo done',
    ].join('\n');
    const finished = await exec(place, command, limits);
    expect(finished).toMatchObject({ code: 0, output: 'done\n', ended: null });
    expect(finished.ms).toBeLessThan(5000);
    for (const sleep of [holder, hidden, deaf]) expect(await alive(sleep)).toEqual([]);
  });

  test('leaves no process that has shed its parents, its session, its environment, its descriptors and its name', async () => {
    await using place = await testPlace(fence);
    const sleep = uniqueSleep();
    const script = `trap "" TERM; : > "$0/shed"; exec -a quiet sleep ${sleep}`;
    const shed = `top=$PWD; cd /; env -i /usr/bin/setsid -f bash -c '${script}' "$top" <&- >&- 2>&-`;
    const finished = await exec(place, `(${shed}); while [ ! -e shed ]; do sleep 0.01; done`, limits);
    expect(finished).toMatchObject({ code: 0, ended: null });
    expect(await alive(`quiet\0${sleep}`)).toEqual([]);
  });

  test('has as long to put things away as its place says', async () => {
    await using place = await testPlace(fence, { graceMs: 50 });
    const finished = await exec(place, 'trap "" TERM; while :; do sleep 0.05; done', { timeoutMs: 300 });
    expect(finished).toMatchObject({ ended: 'timeout', signal: 'SIGKILL' });
    expect(finished.ms).toBeLessThan(2200);
  });

  test('leaves no process either when it is ended', async () => {
    await using place = await testPlace(fence);
    const sleep = uniqueSleep();
    const command = `setsid sh -c 'trap "" TERM; sleep ${sleep}' & sleep ${sleep} & wait`;
    const running = start(place, command, limits);
    await until(
      async () => (await alive(`sleep ${sleep}`)).length > 0 && (await alive(`sleep\0${sleep}`)).length === 2,
    );
    expect(await running.kill()).toMatchObject({ ended: 'aborted' });
    expect(await alive(sleep)).toEqual([]);
  });

  test('may print two hundred megabytes: head and tail are kept, and memory does not grow', async () => {
    await using place = await testPlace(fence);
    const spill = join(place.root, 'spill');
    await exec(place, 'head -c 20000000 /dev/zero', limits);
    let peak = 0;
    const sample = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    const before = process.memoryUsage().rss;
    const command = 'echo first; head -c 200000000 /dev/zero | tr "\\0" x; echo; echo last';
    const finished = await exec(place, command, { ...limits, keepBytes: 4096, spill });
    clearInterval(sample);
    expect(finished).toMatchObject({ code: 0, bytes: 200_000_012 });
    expect(finished.output).toMatch(/^first\nx+\n\[\.\.\. \d+ bytes left out \.\.\.\]\nx+\nlast\n$/);
    expect(finished.output.length).toBeLessThan(4096 + 60);
    expect((peak - before) / 1e6).toBeLessThan(40);
    const { size } = await stat(spill);
    expect(size).toBeGreaterThan(64 * 1024 * 1024);
    expect(size).toBeLessThan(64 * 1024 * 1024 + 60);
  });

  test('has its whole output in the spill file, which follows no link', async () => {
    await using place = await testPlace(fence);
    const spill = join(place.root, 'spill');
    await exec(place, 'seq 1 5000', { ...limits, keepBytes: 100, spill });
    expect((await readFile(spill, 'utf8')).split('\n')).toHaveLength(5001);
    const secret = join(place.root, 'secret');
    await writeFile(secret, 'kept');
    await symlink(secret, join(place.out, 'spill'));
    await expect(
      exec(place, 'echo overwritten', { ...limits, spill: join(place.out, 'spill') }),
    ).rejects.toThrow('ELOOP');
    expect(await readFile(secret, 'utf8')).toBe('kept');
  });

  test('may print what is no UTF-8', async () => {
    await using place = await testPlace(fence);
    expect(await exec(place, "printf 'a\\377b'", limits)).toMatchObject({ output: 'a\uFFFDb', bytes: 3 });
  });

  test('tells its lines as they come, each from where it came', async () => {
    await using place = await testPlace(fence);
    const lines: string[] = [];
    const onLine = (line: string, from: string) =>
      lines.push(`${from}: ${line.length > 50 ? line.length : line}`);
    const command = 'echo one; echo two >&2; head -c 50000 /dev/zero | tr "\\0" x; echo; printf end';
    await exec(place, command, { ...limits, onLine });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout: one',
      'stdout: 16384',
      'stdout: end',
    ]);
    expect(lines.filter((line) => line.startsWith('stderr'))).toEqual(['stderr: two']);
    lines.length = 0;
    await exec(place, command, { ...limits, onLine, lineBytes: 1_000_000 });
    expect(lines).toContain('stdout: 50000');
  });

  test('may be longer than an argument can be', async () => {
    await using place = await testPlace(fence);
    const command = `cat > big <<'END'\n${'long line\n'.repeat(30_000)}END\nwc -l < big; exit 5`;
    expect(await exec(place, command, limits)).toMatchObject({ code: 5, output: '30000\n' });
    expect((await exec(place, 'ls "$TMPDIR"', limits)).output).not.toContain('command');
  });

  test('goes on while others are run, tells what is new, and how it ended', async () => {
    await using place = await testPlace(fence);
    const running = start(
      place,
      'echo one; while [ ! -e go ]; do sleep 0.01; done; echo two; exit 6',
      limits,
    );
    let text = '';
    const poll = () => {
      const state = running.poll();
      text += state.output;
      return state;
    };
    await until(() => poll() && text === 'one\n');
    expect(poll()).toEqual({ output: '', finished: null });
    await exec(place, 'touch go', limits);
    await until(() => poll().finished !== null);
    expect(text).toBe('one\ntwo\n');
    expect(running.poll().finished).toMatchObject({ code: 6, output: 'one\ntwo\n' });
    expect(await running.kill()).toMatchObject({ code: 6, ended: null });
  });
});

describe.skipIf(noFence)(`what only a fence can do${noFence ? ` (skipped: ${noFence})` : ''}`, async () => {
  const fence = await testFence('auto');

  test('a fence that cannot be put up is told as such, and not as exit 1 of the command', async () => {
    await using place = await testPlace(fence);
    const broken = join(place.root, 'bwrap');
    await writeFile(broken, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const finished = await exec({ ...place, fence: { ...fence, bwrap: broken } }, 'echo ran; exit 1', limits);
    expect(finished.fenceFailed).toBe('bwrap: No permissions to create new namespace');
    const gone = await exec({ ...place, fence: { ...fence, bwrap: '/nowhere/bwrap' } }, 'exit 1', limits);
    expect(gone.fenceFailed).toContain('ENOENT');
    expect((await exec(place, 'exit 1', limits)).fenceFailed).toBeUndefined();
  });

  test('a folder of the place that is missing is a failure of the fence', async () => {
    await using place = await testPlace(fence, { repo: '/nowhere/repo.git' });
    expect((await exec(place, 'echo ran', limits)).fenceFailed).toContain('/nowhere/repo.git');
  });
});
