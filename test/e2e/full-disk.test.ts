import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { agentloop, eventsOf } from './cli.ts';
import { fill, mounted, runTwice, smallDisk, type Tried } from './small-disk.ts';
import { smallRepo } from './small-repo.ts';

/** One sentence and what to do, exit 3; no stack, no word of a bug. */
function toldWell({ code, said }: Tried, words: RegExp): void {
  expect(said).toMatch(words);
  expect(said).not.toMatch(/bug of ours|\n\s+at /);
  expect(code, said).toBe(3);
}

function wentOn({ code, said }: Tried): void {
  expect(code, said).toBe(0);
  expect(said).toContain('stopped: complete');
}

async function cacheFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cache-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** KiB that are left on the disk of the state folder: at the lock, at the first objects, in the middle of a session. */
describe('the disk of the state folder is full', () => {
  mounted.each([0, 104])(
    'with %i KiB left it is told, nothing is lost, and after room was made the run goes on',
    async (free) => {
      await using repo = await smallRepo({ red: true });
      const state = join(repo.dir, '.git', 'agentloop');
      await mkdir(state);
      const [full, again] = await runTwice(repo.dir, {
        mounts: [...smallDisk, state],
        first: fill(state, free),
        second: `rm ${state}/fill`,
      });
      toldWell(full, /disk is full|ENOSPC|No space left/);
      wentOn(again);
      // The ledger was on the small disk; the branch is the user's.
      // A run that had no first event never was: the second start gave its own a name.
      const branch = await repo.git('for-each-ref', '--format=%(refname)', 'refs/heads/agentloop/');
      expect(await repo.git('log', '--format=%s', `main..${branch}`)).toBe('F001: Add two numbers');
    },
  );
});

describe('the disk of the workspaces', () => {
  mounted('that is full is told, and after room was made the run goes on', async () => {
    await using repo = await smallRepo({ red: true });
    const cache = await cacheFolder();
    const [full, again] = await runTwice(repo.dir, {
      mounts: [...smallDisk, cache],
      first: fill(cache, 60),
      second: `rm ${cache}/fill`,
      // The gate would have told it before.
      env: { XDG_CACHE_HOME: cache, AGENTLOOP_GATES_SKIP: '["persists"]' },
    });
    toldWell(full, /disk is full|ENOSPC|No space left/);
    wentOn(again);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter((event) => event.type === 'work.landed' && event.feature)).toHaveLength(1);
    expect((await agentloop(repo.dir, ['events', '--check'])).code).toBe(0);
  });

  mounted('that a check fills makes no verdict: the judge could not see', async () => {
    const glut = 'test ! -e src/sum.js || cat /dev/zero > "$TMPDIR/glut"; node --test';
    const config = { judge: { checks: [{ name: 'tests', command: `set -e; ${glut}`, report: 'none' }] } };
    await using repo = await smallRepo({ red: true, config });
    const cache = await cacheFolder();
    const [full] = await runTwice(repo.dir, {
      mounts: [...smallDisk, cache],
      env: { XDG_CACHE_HOME: cache, AGENTLOOP_GATES_SKIP: '["persists"]' },
    });
    toldWell(full, /judge\.disk-full/);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter((event) => event.type === 'judge.ruled' && event.ruling === 'refused')).toEqual([]);
  });

  mounted('that is read-only is told', async () => {
    await using repo = await smallRepo({ red: true });
    const cache = await cacheFolder();
    const [first] = await runTwice(repo.dir, {
      mounts: ['--ro-bind', cache, cache],
      env: { XDG_CACHE_HOME: cache },
    });
    toldWell(first, /folder for workspaces, .*, cannot be made/);
  });
});

describe('a state folder', () => {
  mounted('that is read-only is told, and nothing is written elsewhere', async () => {
    await using repo = await smallRepo({ red: true });
    const state = join(repo.dir, '.git', 'agentloop');
    await mkdir(state);
    const [first] = await runTwice(repo.dir, {
      mounts: ['--ro-bind', state, state],
      env: { AGENTLOOP_GATES_SKIP: '["trail"]' },
    });
    toldWell(first, /cannot write its folders: EROFS/);
    expect(existsSync(join(state, 'runs'))).toBe(false);
  });
});

describe('a limit on the size of files', () => {
  mounted.each([8])('of %i KiB is told by whatever meets it, and without it the run goes on', async (kib) => {
    await using repo = await smallRepo({ red: true });
    const [limited, again] = await runTwice(repo.dir, { mounts: [], limit: `ulimit -f ${kib}` });
    toldWell(limited, /larger than this shell|EFBIG|file too large|bytes fitted/i);
    wentOn(again);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect((await agentloop(repo.dir, ['events', '--check'])).code).toBe(0);
  });
});
