import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterEach, describe, expect, test } from 'vitest';
import { markOf, markVariable, newMark, repositoryMark } from '../../src/workspace/mark.ts';
import { kill, numbersOf, statOf } from '../../src/workspace/processes.ts';
import { type Spawned, spawnProcess } from '../../src/workspace/run-process.ts';
import { endOrphans, endRun, findOrphans } from '../../src/workspace/sweep.ts';
import { fenced } from '../e2e/fenced.ts';
import { alive, uniqueSleep, until } from './places.ts';

const children: Spawned[] = [];
/** What a harness that was killed may leave behind: nobody waits for it, it may ignore what it likes. */
function leave(script: string, mark: string): Spawned {
  const env = { PATH: process.env['PATH'] ?? '', [markVariable]: mark };
  const child = spawnProcess(['sh', '-c', script], { cwd: '/', env, stdin: 'none', detached: true });
  children.push(child);
  return child;
}
afterEach(() => {
  for (const child of children.splice(0)) if (child.pid) kill(-child.pid, 'SIGKILL');
});

/** Starts a shell as a command of a harness would be: with both marks. `as`: the harness they name, if not this one. */
function command(script: string, run: string, as?: { pid: number; started: number }): Spawned {
  const mark = newMark(run);
  const value = as ? mark.value.replace(/[0-9]+-[0-9]+(?=\/[^/]*$)/, `${as.pid}-${as.started}`) : mark.value;
  const hard = as ? (1n << 62n) | (BigInt(as.pid) << 40n) | BigInt(as.started) : mark.hard;
  const lay = (flag: string) => `ulimit ${flag} ${hard} && ulimit -S ${flag} ${mark.soft}`;
  return leave(`{ ${lay('-w')} || ${lay('-x')}; } 2>/dev/null; ${script}`, value);
}

/** A process of its own in every respect: session, parent, group, environment, folder, descriptors. */
const astray = (sleep: string) => `cd /; env -i /usr/bin/setsid -f sh -c 'exec sleep ${sleep}' <&- >&- 2>&-`;

/** Of a pid that was given away anew, the start tells it apart. */
const gone = () => ({ pid: process.pid, started: (statOf(process.pid)?.started ?? 0) - 1 });

describe('a process that has dropped its environment, its parents, its session and its descriptors', () => {
  test('is still found by the limit it was handed down', async () => {
    const sleep = uniqueSleep();
    const mark = markOf('/repo/.git', 'run-4');
    await command(astray(sleep), mark).exited;
    await until(async () => (await alive(`sleep\0${sleep}`)).length === 1);
    expect(await endRun(markOf('/repo/.git', 'run-5'))).toBe(0);
    expect(await endRun(mark)).toBe(1);
    expect(await alive(sleep)).toEqual([]);
  });

  test('is an orphan only when its harness is gone: neither of a living one nor without our marks', async () => {
    const [left, kept, strange] = [uniqueSleep(), uniqueSleep(), uniqueSleep()];
    const mark = markOf('/repo/.git', 'run-6');
    await command(astray(left), mark, gone()).exited;
    await command(astray(kept), mark).exited;
    await command(`exec sleep ${strange}`, 'no-mark-of-ours', gone());
    for (const sleep of [left, kept, strange])
      await until(async () => (await alive(`sleep\0${sleep}`)).length === 1);
    const orphans = findOrphans(({ harness }) => harness.pid === process.pid);
    expect(orphans.map(({ pid }) => pid)).toEqual([await pidOf(left), await pidOf(strange)]);
    expect(await endOrphans(orphans.filter((one) => one.marked.run === undefined))).toBe(2);
    expect([await alive(left), await alive(strange)]).toEqual([[], []]);
    expect(await alive(kept)).toHaveLength(1);
    await endRun(mark);
  });
});

describe('orphans', () => {
  test('name their run where they can, and a number that was given away anew is left alone', async () => {
    const sleep = uniqueSleep();
    const child = command(`exec sleep ${sleep}`, markOf('/repo/.git', 'run-7'), gone());
    await until(async () => (await alive(`sleep\0${sleep}`)).length === 1);
    const [orphan] = findOrphans(({ run }) => run === markOf('/repo/.git', 'run-7'));
    expect(orphan).toMatchObject({
      pid: child.pid,
      marked: { run: `${repositoryMark('/repo/.git')}/run-7` },
    });
    expect(await endOrphans(orphan ? [{ ...orphan, started: orphan.started + 1 }] : [])).toBe(0);
    expect(await alive(sleep)).toHaveLength(1);
    expect(await endOrphans(orphan ? [orphan] : [])).toBe(1);
  });
});

describe('behind a fence, where numbers are others', () => {
  fenced(
    'what outlived its harness is an orphan; what belongs to a living one in there is none',
    async () => {
      const [left, kept] = [uniqueSleep(), uniqueSleep()];
      const inside = (script: string) =>
        `exec bwrap --unshare-pid --dev-bind / / --proc /proc sh -c ${JSON.stringify(script)}`;
      command(inside(`exec sleep ${left}`), markOf('/repo/.git', 'run-8'), gone());
      await until(async () => (await alive(`sleep\0${left}`)).length === 1);
      const orphans = findOrphans(({ run }) => run === markOf('/repo/.git', 'run-8'));
      expect(orphans.map(({ pid }) => pid)).toContain(await pidOf(left));
      // A container whose harness is its second process.
      const child = leave(inside(`sleep ${kept}; :`), 'none');
      await until(async () => (await alive(`sleep\0${kept}`)).length === 1);
      const harness = { pid: 3, started: statOf(await pidOf(kept))?.started ?? 0 };
      command(`exec sleep ${kept}`, markOf('/repo/.git', 'run-9'), harness);
      await until(async () => (await alive(`sleep\0${kept}`)).length === 2);
      expect(numbersOf(await pidOf(kept))).toContain(3);
      expect(findOrphans(({ run }) => run === markOf('/repo/.git', 'run-9'))).toEqual([]);
      await endOrphans(orphans);
      expect(await alive(`sleep\0${left}`)).toEqual([]);
      kill(child.pid ?? 0, 'SIGKILL');
    },
  );
});

describe('what an earlier harness left of a run', () => {
  test('is found by its mark and ended, in whatever session it is and whatever it ignores', async () => {
    const sleep = uniqueSleep();
    const mark = markOf('/repo/.git', 'run-1');
    leave(`trap "" TERM; setsid sh -c 'trap "" TERM; sleep ${sleep}; :' & sleep ${sleep}`, `${mark}/one`);
    await until(async () => (await alive(`sleep\0${sleep}`)).length === 2);
    expect(await endRun(mark)).toBe(4);
    expect(await alive(sleep)).toEqual([]);
    expect(await endRun(mark)).toBe(0);
  });

  test('is also what its processes started with an environment of their own', async () => {
    const sleep = uniqueSleep();
    const mark = markOf('/repo/.git', 'run-2');
    leave(`env -i /usr/bin/env setsid sleep ${sleep} & wait`, `${mark}/one`);
    await until(async () => (await alive(`sleep\0${sleep}`)).length === 1);
    await endRun(mark);
    expect(await alive(sleep)).toEqual([]);
  });

  test('is not what belongs to another run, of this repository or of another one', async () => {
    const others = [markOf('/repo/.git', 'run-10'), markOf('/other/.git', 'run-1')];
    const sleeps = others.map((mark) => {
      const sleep = uniqueSleep();
      leave(`exec sleep ${sleep}`, `${mark}/one`);
      return sleep;
    });
    for (const sleep of sleeps) await until(async () => (await alive(`sleep\0${sleep}`)).length === 1);
    await endRun(markOf('/repo/.git', 'run-1'));
    for (const sleep of sleeps) expect(await alive(sleep)).toHaveLength(1);
  });

  test('is never the sweeping process or one above it, though they run inside a command of that run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sweep-'));
    const file = join(folder, 'sweep.mjs');
    await build({
      input: 'src/workspace/sweep.ts',
      platform: 'node',
      transform: { target: 'node20.19' },
      output: { file },
      logLevel: 'silent',
    });
    const mark = markOf('/repo/.git', 'run-3');
    const script = [
      'sleep 300 &',
      `node --input-type=module -e 'import { endRun } from "${file}"; console.log("ended", await endRun("${mark}"))'`,
      'echo still here',
    ].join('\n');
    const child = leave(script, `${mark}/one`);
    const output = Buffer.concat(await child.stdout.toArray()).toString();
    expect(output).toBe('ended 1\nstill here\n');
    await rm(folder, { recursive: true });
  });
});

test('a process with blanks and brackets in its name is read all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sweep-'));
  const program = join(folder, 'a) b (1');
  await copyFile('/bin/sleep', program);
  const child = leave(`exec '${program}' 300`, 'none/none');
  await until(async () => (await alive(`${program}\0`)).length === 1);
  expect(statOf(child.pid as number)).toMatchObject({ parent: process.pid, session: child.pid });
  await rm(folder, { recursive: true });
});

test('a process that is gone has no state', async () => {
  const child = leave('exit', 'none/none');
  await child.exited;
  expect(statOf(child.pid as number)).toBeUndefined();
  expect(kill(child.pid as number, 'SIGKILL')).toBe(false);
});

async function pidOf(sleep: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.startsWith(`sleep\0${sleep}`)) return Number(name);
  }
  throw new Error(`nobody sleeps ${sleep}`);
}
