import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { lockHolder, takeLock } from '../../src/ledger/lock.ts';
import { build, start } from './program.ts';
import { tempFolder } from './temp-folder.ts';

const linux = process.platform === 'linux';
const options = { run: 'r1', what: 'agentloop run', now: () => Date.parse('2026-11-20T22:00:00Z') };

/** A pid that no process has. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** What this process would write into a lock. */
async function ownLock(folder: string): Promise<Record<string, unknown>> {
  const lock = await takeLock(`${folder}/sample`, options);
  const text = await readFile(`${folder}/sample`, 'utf8');
  await lock.release();
  return JSON.parse(text) as Record<string, unknown>;
}

/** Writes a lock like ours with these differences. */
async function plant(file: string, folder: string, change: object): Promise<void> {
  await writeFile(file, JSON.stringify({ ...(await ownLock(folder)), ...change }));
}

async function failure(attempt: Promise<unknown>): Promise<UserError> {
  const error = await attempt.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('a lock', () => {
  it.runIf(linux)('removes what processes left that died before the lock was theirs', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    await plant(`${file}.new-1111`, folder.at('.'), { pid: await deadPid() });
    await writeFile(`${file}.new-2222`, '{"half":');
    await utimes(`${file}.new-2222`, 1, 1);
    await writeFile(`${file}.new-3333`, '{"somebody writes it now":');
    const lock = await takeLock(file, options);
    await lock.release();
    expect(await readdir(folder.at('.'))).toEqual(['lock.new-3333']);
  });

  it('says who holds it, and is gone when it is released', async () => {
    await using folder = await tempFolder();
    const file = folder.at('state', 'lock');
    expect(await lockHolder(file)).toBeUndefined();
    const lock = await takeLock(file, options);
    expect(lock.tookOver).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await lockHolder(file)).toMatchObject({
      pid: process.pid,
      host: hostname(),
      since: '2026-11-20T22:00:00.000Z',
      run: 'r1',
      what: 'agentloop run',
      state: 'alive',
    });
    await lock.release();
    expect(await readdir(folder.at('state'))).toEqual([]);
    expect(await lockHolder(file)).toBeUndefined();
    await lock.release();
    await (await takeLock(file, options)).release();
  });

  it('that is held is refused with pid and since when, and stays', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const lock = await takeLock(file, options);
    const error = await failure(takeLock(file, { ...options, run: 'r2' }));
    expect(error.message).toBe(
      `Another agentloop works here already: process ${process.pid} (agentloop run, run r1, since 2026-11-20T22:00:00.000Z). Its lock is ${file}.`,
    );
    expect(error.help).toContain('agentloop stop');
    expect(error.exit).toBe('cannot-start');
    expect(await lockHolder(file)).toMatchObject({ run: 'r1' });
    expect(await readdir(folder.path)).toEqual(['lock']);
    await lock.release();
  });

  it('of a run that has no name yet is told without one', async () => {
    await using folder = await tempFolder();
    const lock = await takeLock(folder.at('lock'), { ...options, run: '' });
    const error = await failure(takeLock(folder.at('lock'), options));
    expect(error.message).toContain(`process ${process.pid} (agentloop run, since 2026-`);
    await lock.release();
  });

  it('of a process that was killed is taken over at once, and told', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const program = await build('lock', folder.path);
    await using holder = start(program, [file]);
    expect(await holder.ask('take')).toBe('won ');
    await failure(takeLock(file, options));
    holder.child.kill('SIGKILL');
    expect(await holder.ended()).toBe('SIGKILL');
    expect(await lockHolder(file)).toMatchObject({ pid: holder.child.pid, state: 'dead' });
    const lock = await takeLock(file, options);
    expect(lock.tookOver).toMatch(
      new RegExp(
        `^the lock of process ${holder.child.pid} \\(agentloop run, run r1, since 20.*Z\\), which is gone$`,
      ),
    );
    expect((await readdir(folder.path)).sort()).toEqual(['lock', 'lock.mjs']);
    await lock.release();
  });

  it.runIf(linux)('of a process whose pid was given away anew is taken over', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    await plant(file, folder.path, { id: '00000001', started: '1' });
    expect((await takeLock(file, options)).tookOver).toContain(`process ${process.pid} `);
  });

  it.runIf(linux)('of an earlier boot is taken over, though a process has its pid', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    await plant(file, folder.path, { id: '00000001', boot: 'another', pids: 'pid:[1]' });
    expect((await takeLock(file, options)).tookOver).toBeDefined();
  });

  it.runIf(linux)('of a process that ended, but whose parent has not looked, is taken over', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    // The shell becomes a program that never asks what became of the shell's child.
    const parent = spawn('bash', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(text));
    await expect
      .poll(() => readFile(`/proc/${parent.pid}/comm`, 'utf8'), { timeout: 10_000 })
      .toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8'), { timeout: 10_000 }).toContain(') Z ');
    const { started: _, ...lock } = await ownLock(folder.path);
    await writeFile(file, JSON.stringify({ ...lock, pid }));
    expect((await takeLock(file, options)).tookOver).toContain(`process ${pid} `);
    parent.kill();
    await once(parent, 'exit');
  });

  it('where the system tells no start time and no boot is taken over only when the pid is gone', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const { started: _started, boot: _boot, pids: _pids, ...bare } = await ownLock(folder.path);
    await writeFile(file, JSON.stringify(bare));
    expect((await failure(takeLock(file, options))).message).toContain('works here already');
    await writeFile(file, JSON.stringify({ ...bare, pid: await deadPid() }));
    expect((await takeLock(file, options)).tookOver).toBeDefined();
  });

  const elsewhere: [string, { host?: string; pids?: string }][] = [
    ['another machine', { host: 'elsewhere' }],
  ];
  if (linux) elsewhere.push(['another container of this machine', { pids: 'pid:[1]' }]);
  it.each(elsewhere)('of %s is never taken over', async (_name, change) => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const pid = await deadPid();
    await plant(file, folder.path, { pid, ...change });
    const before = await readFile(file, 'utf8');
    const error = await failure(takeLock(file, options));
    const host = change.host ?? hostname();
    expect(error.message).toBe(
      `The lock ${file} belongs to process ${pid} (agentloop run, run r1, since 2026-11-20T22:00:00.000Z) on "${host}", another machine or container: from here nobody can see whether it still runs.`,
    );
    expect(error.help).toBe(`When you are sure that it does not: rm '${file}'`);
    expect(await lockHolder(file)).toMatchObject({ state: 'unknown' });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await readdir(folder.path)).sort()).toEqual(['lock']);
  });

  it.each(['', 'garbage', '[]', '{"pid":1}', '{"id":"../../../x"}'])(
    'that is none of ours (%j) is left alone',
    async (text) => {
      await using folder = await tempFolder();
      const file = folder.at('lock');
      const whole = text.startsWith('{"id')
        ? JSON.stringify({ ...(await ownLock(folder.path)), ...JSON.parse(text) })
        : text;
      await writeFile(file, whole);
      const error = await failure(takeLock(file, options));
      expect(error.message).toBe(`${file} is not a lock that agentloop wrote.`);
      expect(error.help).toContain(`rm '${file}'`);
      await failure(lockHolder(file));
      expect(await readFile(file, 'utf8')).toBe(whole);
    },
  );

  it('is released only by its owner', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const lock = await takeLock(file, options);
    await plant(file, folder.path, { run: 'of somebody else' });
    await lock.release();
    expect(await lockHolder(file)).toMatchObject({ run: 'of somebody else' });
    await writeFile(file, 'garbage');
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe('garbage');
  });

  it('that cannot be written is told with the reason', async () => {
    await using folder = await tempFolder();
    await writeFile(folder.at('file'), '');
    const error = await failure(takeLock(folder.at('file', 'lock'), options));
    expect(error.message).toMatch(/^The lock .*\/file\/lock cannot be taken: (ENOTDIR|EEXIST): /);
  });
});

describe('a race for the lock', () => {
  const racersFor = (program: string, file: string) => {
    const all = Array.from({ length: 4 }, () => start(program, [file]));
    const end = async () => void (await Promise.all(all.map((racer) => racer[Symbol.asyncDispose]())));
    return { all, [Symbol.asyncDispose]: end };
  };

  it.each([
    ['a free lock', 0],
    ['the lock of a dead process', 1],
    ['the lock of a dead process whose successor died while it took over', 2],
  ])('has exactly one winner: %s', async (_name, deaths) => {
    await using folder = await tempFolder();
    await using programs = await tempFolder();
    const file = folder.at('lock');
    const program = await build('lock', programs.path);
    await using racing = racersFor(program, file);
    const { all } = racing;
    const dead = { ...(await ownLock(folder.path)), pid: await deadPid() };

    for (let round = 0; round < 60; round += 1) {
      const id = (death: number) => `0000000${death}-${round}`;
      for (let death = 0; death < deaths; death += 1) {
        const path = death === 0 ? file : `${file}.after-${id(death - 1)}`;
        await writeFile(path, JSON.stringify({ ...dead, id: id(death) }));
      }
      const words = await Promise.all(all.map((racer) => racer.ask('take')));
      const winners = all.filter((_, index) => words[index]?.startsWith('won'));
      expect(winners.length, words.join('\n')).toBe(1);
      expect(await lockHolder(file)).toMatchObject({ pid: winners[0]?.child.pid, state: 'alive' });
      for (const word of words) {
        if (word.startsWith('won')) expect(word.includes('which is gone')).toBe(deaths > 0);
        else expect(word).toContain(`process ${winners[0]?.child.pid} `);
      }
      expect(await winners[0]?.ask('release')).toBe('released');
      expect(await readdir(folder.path)).toEqual([]);
    }
  });

  it('leaves nothing of a process that died while it took the lock', async () => {
    await using folder = await tempFolder();
    const file = folder.at('lock');
    const dead = JSON.stringify({ ...(await ownLock(folder.path)), pid: await deadPid() });
    const alive = JSON.stringify(await ownLock(folder.path));
    for (const path of [file, `${file}.new-00000001`, `${file}.after-00000002`]) await writeFile(path, dead);
    await writeFile(`${file}.new-00000003`, alive);
    await (await takeLock(file, options)).release();
    expect(await readdir(folder.path)).toEqual(['lock.new-00000003']);
  });
});
