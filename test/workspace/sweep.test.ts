import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterEach, describe, expect, test } from 'vitest';
import { markVariable } from '../../src/workspace/environment.ts';
import { type Spawned, spawnProcess } from '../../src/workspace/run-process.ts';
import { endRun, kill, markOf, statOf } from '../../src/workspace/sweep.ts';
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
