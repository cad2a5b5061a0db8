import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answer, note } from '../../src/cli/commands/answer.ts';
import { pause, resume } from '../../src/cli/commands/pause.ts';
import { stop } from '../../src/cli/commands/stop.ts';
import { readInbox } from '../../src/ledger/inbox.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { type LedgerStory, ledgerStory, runStarted } from '../helpers/ledger-story.ts';
import { nightFeatures, twoLandings, wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

const by = `${userInfo().username}@${hostname()}`;
const at = '2026-11-21T08:00:00.000Z';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

function here(): FakeIo {
  return fakeIo({ cwd: repo.dir, now: () => Date.parse(at) });
}

async function inbox(run = '2026-11-20'): Promise<unknown[]> {
  const { messages } = await readInbox(join(repo.stateDir, 'runs', run, 'inbox'));
  return messages.map((one) => one.message);
}

test('a live run is told to pause, to go on and to stop', async () => {
  const story = twoLandings();
  await repo.addRun(story, nightFeatures);
  const release = await repo.lock(story.run);
  const io = here();
  expect([await pause(io), await resume(io), await stop(io, {}), await stop(io, { now: true })]).toEqual([
    0, 0, 0, 0,
  ]);
  expect(await inbox()).toEqual([
    { type: 'pause', by, at },
    { type: 'resume', by, at },
    { type: 'stop', now: false, by, at },
    { type: 'stop', now: true, by, at },
  ]);
  expect(io.out()).toBe('');
  const run = `(run 2026-11-20, process ${process.pid})`;
  expect(io.err().trim().split('\n')).toEqual([
    `Pauses after this session. Go on with: agentloop resume ${run}`,
    `Goes on. ${run}`,
    `Stops after this session. Sooner, with the work saved: agentloop stop --now ${run}`,
    `Saves the work and stops now. ${run}`,
  ]);
  await release();
});

test('where nothing runs, that is said and nothing is left behind', async () => {
  await repo.addRun(twoLandings(), nightFeatures);
  const io = here();
  expect([await pause(io), await resume(io), await stop(io, { now: true })]).toEqual([0, 0, 0]);
  expect(io.err()).toBe(
    ['pause', 'resume', 'stop']
      .map((what) => `Nothing is running in ${repo.dir}, so there is nothing to ${what}.\n`)
      .join(''),
  );
  expect(existsSync(join(repo.stateDir, 'runs/2026-11-20/inbox'))).toBe(false);
});

test('an answer and a note are kept for the next start, and that is said', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const io = here();
  await answer(io, 'F003', ['Keep', 'it', 'in', 'the', 'list.']);
  await note(io, ['use tabs'], {});
  await note(io, ['and blanks'], { feature: 'F004' });
  expect(await inbox()).toEqual([
    { type: 'answer', feature: 'F003', words: 'Keep it in the list.', by, at },
    { type: 'note', words: 'use tabs', by, at },
    { type: 'note', feature: 'F004', words: 'and blanks', by, at },
  ]);
  expect(new Set(io.err().trim().split('\n'))).toEqual(
    new Set(['Nothing is running now; run 2026-11-20 has it when you start: agentloop run']),
  );
});

test('a blocked feature takes an answer too, also one that the list had blocked before', async () => {
  await repo.addRun(
    wholeNight(),
    nightFeatures.map((one) => (one.id === 'F005' ? { ...one, blocked: 'too hard' } : one)),
  );
  await answer(here(), 'F004', ['again']);
  await answer(here(), 'F005', ['again']);
  expect(await inbox()).toMatchObject([{ type: 'answer' }, { type: 'answer' }]);
});

test('an answer nobody has asked for becomes a note, and that is said', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const io = here();
  await answer(io, 'F005', ['start with the tests']);
  expect(await inbox()).toMatchObject([{ type: 'note', feature: 'F005', words: 'start with the tests' }]);
  expect(io.err()).toContain('F005 does not wait for an answer; your words go into its next brief.');
});

test('a feature that does not exist is told with the one that was meant', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  await expect(answer(here(), 'F03', ['x'])).rejects.toThrow(
    'There is no feature "F03" in run 2026-11-20. Did you mean F003?',
  );
  await expect(note(here(), ['x'], { feature: 'login' })).rejects.toMatchObject({
    message: 'There is no feature "login" in run 2026-11-20.',
    help: 'Features: F001, F002, F003, F004, F005, F006.',
  });
  expect(await inbox()).toEqual([]);
});

test('words for a finished run are refused: nobody would read them', async () => {
  const story = twoLandings();
  story.tell({ type: 'run.stopped', reason: 'complete', code: 0, left: 0, landed: 2 });
  await repo.addRun(story, nightFeatures);
  await expect(note(here(), ['x'], {})).rejects.toThrow('Run 2026-11-20 is finished: nobody would read it.');
});

test('words are for the run that goes on, not for a later one of the initializer', async () => {
  const initializer = (name: string): LedgerStory => {
    const story = ledgerStory(name);
    story.tell(runStarted({ kind: 'init' }));
    return story;
  };
  await expect(note(here(), ['x'], {})).rejects.toThrow(`There is no run yet in ${repo.dir}.`);
  await repo.addRun(wholeNight(), nightFeatures);
  await repo.addRun(initializer('init-2026-11-20'));
  await note(here(), ['x'], {});
  expect(await inbox()).toHaveLength(1);
});
