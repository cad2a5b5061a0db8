import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPlace, listRuns, pickRun, placeOf } from '../../src/cli/find-runs.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

let repo: TempRepo;
let outside: string;
beforeEach(async () => {
  repo = await tempRepo({ 'src/a.ts': 'a\n' });
  outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
});
afterEach(async () => {
  await repo.remove();
  await rm(outside, { recursive: true, force: true });
});

async function addRun(name: string, minutesAgo: number): Promise<void> {
  const dir = join(repo.dir, '.git/agentloop/runs', name);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'events.jsonl'), '');
  const at = new Date(Date.now() - minutesAgo * 60_000);
  await utimes(join(dir, 'events.jsonl'), at, at);
}

test('the state folder is found as git finds it: at the top, below, in a linked worktree and in a submodule', async () => {
  const linked = join(outside, 'linked');
  await repo.git('worktree', 'add', '-q', '--detach', linked);
  await mkdir(join(linked, 'deep/er'), { recursive: true });
  await repo.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.dir, 'sub');
  for (const cwd of [repo.dir, join(repo.dir, 'src'), join(linked, 'deep/er'), join(repo.dir, 'sub/src')]) {
    const command = ['-C', cwd, 'rev-parse', '--path-format=absolute', '--git-common-dir', '--show-toplevel'];
    const [common, top] = (await repo.git(...command)).split('\n');
    expect(findPlace(cwd)).toEqual({ top, stateDir: join(common ?? '', 'agentloop') });
  }
});

test('a .git that is no repository is passed by, and outside of one there is none', async () => {
  await mkdir(join(repo.dir, 'fake/.git'), { recursive: true });
  await mkdir(join(repo.dir, 'odd'));
  await writeFile(join(repo.dir, 'odd/.git'), 'no link');
  expect(findPlace(join(repo.dir, 'fake'))?.top).toBe(repo.dir);
  expect(findPlace(join(repo.dir, 'odd'))?.top).toBe(repo.dir);
  expect(findPlace(outside)).toBeUndefined();
  expect(() => placeOf(outside)).toThrow(`${outside} is not inside a git repository.`);
});

test('without a name it is the run that was written to last, whatever the names are', async () => {
  await addRun('zebra', 50);
  await addRun('2026-11-20', 10);
  await addRun('middle', 30);
  await mkdir(join(repo.dir, '.git/agentloop/runs/never-began'));
  const place = placeOf(repo.dir);
  expect(listRuns(place.stateDir).map((one) => one.run)).toEqual(['2026-11-20', 'middle', 'zebra']);
  expect(pickRun(place).run).toBe('2026-11-20');
  expect(pickRun(place, 'zebra').run).toBe('zebra');
  expect(pickRun(place, 'mid').run).toBe('middle');
});

test('a name that is none, or several, is told with the names there are', async () => {
  await addRun('2026-11-20', 10);
  await addRun('2026-11-21', 5);
  const place = placeOf(repo.dir);
  expect(() => pickRun(place, '2026')).toThrow(`"2026" is the beginning of 2 runs of ${repo.dir}.`);
  expect(() => pickRun(place, '2026-11-22')).toThrow('Did you mean 2026-11-2');
  expect(() => pickRun(place, 'elephants')).toThrow(`There is no run "elephants" in ${repo.dir}.`);
});

test('a repository without runs says how to begin', () => {
  expect(() => pickRun(placeOf(repo.dir))).toThrow(`There is no run yet in ${repo.dir}.`);
});
