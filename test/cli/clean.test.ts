import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clean } from '../../src/cli/commands/clean.ts';
import { makeJudgementDir } from '../../src/loop/judgements.ts';
import { openRepository, type Repository } from '../../src/workspace/repository.ts';
import { takeSlot } from '../../src/workspace/slot.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type LedgerStory, ledgerStory, runStarted, sessionStarted } from '../helpers/ledger-story.ts';
import { wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
let cache: string;
let ours: Repository;
beforeEach(async () => {
  repo = await repoWithRuns({ a: 'a\n' });
  cache = await realpath(await mkdtemp(join(tmpdir(), 'clean-cache-')));
  ours = await openRepository(repo.dir, { env: env() });
  await ours.ensure();
  await mkdir(join(ours.cacheDir, 'slot'), { recursive: true });
  await writeFile(join(ours.cacheDir, 'slot/file'), 'x'.repeat(2500));
});
afterEach(async () => {
  await repo.remove();
  await rm(cache, { recursive: true, force: true });
});

function env(): Record<string, string | undefined> {
  return { ...process.env, XDG_CACHE_HOME: cache };
}

async function cleaned(flags: Parameters<typeof clean>[1]): Promise<string> {
  const io = fakeIo({ cwd: repo.dir, env: env() });
  expect(await clean(io, flags)).toBe(0);
  return io.out();
}

function finished(name: string): LedgerStory {
  const story = ledgerStory(name);
  story.tell(runStarted({ branch: `agentloop/${name}` }));
  story.tell({ type: 'run.stopped', reason: 'complete', code: 0, left: 0, landed: 1 });
  return story;
}

test('the workspaces go, the runs stay, and it says how much that was', async () => {
  await repo.addRun(wholeNight());
  const out = await cleaned({});
  expect(out).toBe(`Removed ${ours.cacheDir}: 2.5 KB.\n`);
  expect(existsSync(ours.cacheDir)).toBe(false);
  expect(existsSync(join(repo.stateDir, 'runs/2026-11-20/events.jsonl'))).toBe(true);
});

test('nothing goes while somebody works here, not even by force', async () => {
  const release = await repo.lock('r1');
  for (const flags of [{}, { runs: true }, { force: true }]) {
    const io = fakeIo({ cwd: repo.dir, env: env() });
    await expect(clean(io, flags)).rejects.toMatchObject({
      message: expect.stringContaining(`Process ${process.pid} (agentloop run, since `),
      exit: 'cannot-start',
    });
  }
  expect(existsSync(join(ours.cacheDir, 'slot/file'))).toBe(true);
  await release();
});

test('nothing goes under the feet of a judge that works without a run', async () => {
  const slot = await takeSlot(ours, 'lone', '');
  await expect(clean(fakeIo({ cwd: repo.dir, env: env() }), {})).rejects.toMatchObject({
    message: `Process ${process.pid} works in ${slot.dir}.`,
    exit: 'cannot-start',
  });
  await slot.release();
  await cleaned({});
  expect(existsSync(ours.cacheDir)).toBe(false);
});

test('with the records of runs goes what was judged without one', async () => {
  const dir = makeJudgementDir(ours, 'abc', Date.parse('2026-11-20T08:00:00Z'));
  await writeFile(join(dir, 'commit-1-1.json'), 'x'.repeat(1200));
  expect(await cleaned({ runs: true })).toContain(
    'Removed the evidence of 1 judgement without a run: 1.2 KB.',
  );
  expect(existsSync(dir)).toBe(false);
});

test('a workspace whose work is saved nowhere else goes only by force', async () => {
  const story = ledgerStory('cut-short');
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F001'));
  await repo.addRun(story);
  await expect(cleaned({})).rejects.toMatchObject({
    message:
      'Session 1 of run cut-short was cut short, and its workspace holds work that is saved nowhere else.',
    help: 'agentloop run   (saves it)\nagentloop clean --force   (gives it up)',
  });
  expect(existsSync(join(ours.cacheDir, 'slot/file'))).toBe(true);
  await cleaned({ force: true });
  expect(existsSync(ours.cacheDir)).toBe(false);
});

test('records go when their run is over and its branch gone, with the refs that a later run would trip over', async () => {
  const head = await repo.git('rev-parse', 'HEAD');
  await repo.addRun(finished('merged'));
  await repo.addRun(finished('unmerged'));
  await repo.addRun(wholeNight());
  await repo.git('branch', 'agentloop/unmerged');
  for (const name of ['merged', 'unmerged']) {
    for (const git of [ours.vault, ours.shelf]) {
      await repo.git('--git-dir', git.dir, 'fetch', '-q', repo.dir, `${head}:refs/heads/agentloop/${name}`);
    }
  }
  const out = await cleaned({ runs: true });
  expect(
    out
      .replace(/: [\d.]+ \w+\./, ': SIZE.')
      .split('\n')
      .sort(),
  ).toEqual([
    '',
    'Branches of runs are yours and stay: agentloop/unmerged   (git branch -d <branch>)',
    'Kept run 2026-11-20: it is not finished; --force removes it all the same.',
    'Kept run unmerged: its branch agentloop/unmerged is still there; --force removes its records all the same.',
    'Removed the records of run merged: SIZE.',
  ]);
  const refs = await repo.git('--git-dir', ours.vault.dir, 'for-each-ref', '--format=%(refname)');
  expect(refs).toBe('refs/heads/agentloop/unmerged');
  expect(existsSync(join(repo.stateDir, 'runs/merged'))).toBe(false);
  expect(existsSync(join(ours.cacheDir, 'slot/file'))).toBe(true);
});

test('by force all records go, and the branches stay', async () => {
  await repo.addRun(wholeNight());
  await repo.git('branch', 'agentloop/2026-11-20');
  await cleaned({ runs: true, cache: true, force: true });
  expect(existsSync(join(repo.stateDir, 'runs/2026-11-20'))).toBe(false);
  expect(existsSync(ours.cacheDir)).toBe(false);
  expect(await repo.git('branch', '--list', 'agentloop/*')).toBe('agentloop/2026-11-20');
});

test('where there is nothing it says so and makes nothing', async () => {
  await rm(repo.stateDir, { recursive: true });
  await rm(ours.cacheDir, { recursive: true });
  expect(await cleaned({ runs: true, cache: true })).toBe(
    `Removed ${ours.cacheDir}: 0 bytes.\nThere are no runs.\n`,
  );
  expect(existsSync(repo.stateDir)).toBe(false);
});
