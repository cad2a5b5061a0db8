import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnProcess } from '../../src/workspace/run-process.ts';
import { endRun } from '../../src/workspace/sweep.ts';
import type { FenceMode } from '../../src/workspace/workspace.ts';
import { alive, modes, testFence, testPlace, uniqueSleep, until } from './places.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harness-'));
  const output = { dir: folder, entryFileNames: 'exec.mjs' };
  await build({
    input: 'src/workspace/exec.ts',
    platform: 'node',
    transform: { target: 'node20.19' },
    output,
    logLevel: 'silent',
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** A harness of its own that runs one command, until it is killed by SIGKILL. */
async function killedHarness(
  mode: FenceMode,
  command: string,
  running: () => Promise<boolean>,
): Promise<string> {
  await using place = await testPlace(await testFence(mode));
  const file = join(folder, `place-${mode}.json`);
  await writeFile(file, JSON.stringify(place));
  const script = `
    import { exec } from '${join(folder, 'exec.mjs')}';
    import { readFileSync } from 'node:fs';
    await exec(JSON.parse(readFileSync('${file}')), ${JSON.stringify(command)}, { timeoutMs: 60_000 });`;
  const harness = spawnProcess(['node', '--input-type=module', '-e', script], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdin: 'none',
    detached: true,
  });
  harness.stdout.resume();
  harness.stderr.resume();
  await until(running);
  process.kill(harness.pid as number, 'SIGKILL');
  expect(await harness.exited).toMatchObject({ signal: 'SIGKILL' });
  return place.mark;
}

describe('when the harness is killed in the middle of a command', () => {
  test.skipIf(!modes.includes('bubblewrap'))(
    'all of the command dies with it, behind the fence',
    async () => {
      const sleep = uniqueSleep();
      const command = `setsid sleep ${sleep} & sleep ${sleep}`;
      await killedHarness('bubblewrap', command, async () => (await alive(`sleep\0${sleep}`)).length === 2);
      await until(async () => (await alive(sleep)).length === 0);
    },
  );

  test('what is left of it without a fence is ended by the next harness', async () => {
    const sleep = uniqueSleep();
    const command = `setsid sleep ${sleep} & sleep ${sleep}`;
    const mark = await killedHarness(
      'none',
      command,
      async () => (await alive(`sleep\0${sleep}`)).length === 2,
    );
    expect(await alive(`sleep\0${sleep}`)).toHaveLength(2);
    await endRun(mark);
    expect(await alive(sleep)).toEqual([]);
  });
});
