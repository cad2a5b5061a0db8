import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { home, status } from '../../src/cli/commands/status.ts';
import { type FakeIo, type FakeIoOptions, fakeIo } from '../helpers/fake-io.ts';
import { feature, ledgerStory, limitsSet, runStarted, sessionStarted } from '../helpers/ledger-story.ts';
import { nightFeatures, wholeNight } from '../helpers/nights.ts';
import { deadLock, type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

function io(options: FakeIoOptions = {}): FakeIo {
  return fakeIo({ cwd: repo.dir, columns: 80, now: () => Date.UTC(2026, 10, 21, 8, 0), ...options });
}

test('the morning after on 80 columns', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const screen = io();
  expect(await status(screen, undefined, {})).toBe(0);
  expect(screen.out()).toMatchInlineSnapshot(`
    "2026-11-20 22:40: stopped, what is left waits for a person, 3 of 6 features
    pass, $1.24 of $5.00, 25 min
    next: agentloop answer F003 "your words"
    ! Left: F003, F005
    run 2026-11-20 from main (bababab) · branch agentloop/2026-11-20 at c3c3c3c ·
    brain anthropic (claude-sonnet-5) · fence bubblewrap

      ✓ F001  Add a todo                landed c1c1c1c              1 session
      ✓ F002  List todos, newest first  landed c3c3c3c              2 sessions
      ? F003  Mark a todo as done       waits for a person          1 session
      ■ F004  Export to CSV             blocked: 3 sessions failed  1 session
      · F005  Undo the last change      after F003
      ✓ F006  A colourful screen        passed before, unproven

    F003 waits for a person: Should a done todo stay in the list?
      agentloop answer F003 "your words"
    "
  `);
  expect(screen.err()).toBe('');
});

test('without a fence it is the second thing it says', async () => {
  const story = ledgerStory();
  story.tell(runStarted({ fence: 'none' }));
  await repo.addRun(story);
  const screen = io();
  await status(screen, undefined, {});
  expect(screen.out().split('\n').slice(1, 4)).toEqual([
    '! FENCE: NONE. What the brain and the checks run is not kept from your files,',
    '! your keys and your network.',
    '! agentloop doctor says why, and how to get one.',
  ]);
});

test('what stopped it is told with what the judge and the brain said', async () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell({
    type: 'judge.broken',
    code: 'judge.prepare-failed',
    reason: 'init.sh ended with 1.',
    help: 'Mend init.sh.',
  });
  story.tell({
    type: 'work.published',
    commit: 'c1'.repeat(20),
    branch: 'agentloop/2026-11-20',
    held: 'it is checked out here.',
  });
  story.tell({ type: 'brain.failed', session: 1, ms: 1, kind: 'fatal', reason: 'There is no key.' });
  story.tell({
    type: 'run.stopped',
    reason: 'judge-broken',
    code: 3,
    left: 1,
    landed: 0,
    detail: 'init.sh ended with 1.',
  });
  await repo.addRun(story);
  const screen = io({ columns: 200 });
  await status(screen, undefined, {});
  expect(
    screen
      .out()
      .split('\n')
      .filter((line) => line.startsWith('!')),
  ).toEqual([
    '! agentloop/2026-11-20 was not moved: it is checked out here.',
    '! The judge could not see (judge.prepare-failed): init.sh ended with 1. Mend init.sh.',
    '! No brain can work: There is no key.',
    '! Why it stopped: init.sh ended with 1.',
  ]);
});

test('a run is alive while the process that holds the lock is, and no longer', async () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F001'));
  await repo.addRun(story, [feature('F001', 'One')]);
  const release = await repo.lock(story.run);
  const live = io();
  await status(live, undefined, {});
  expect(live.out()).toContain('running, session 1 works on F001');
  await release();
  await deadLock(repo.stateDir, story.run);
  const dead = io();
  await status(dead, undefined, {});
  expect(dead.out()).toContain('died on the way');
  expect(live.out()).toContain('▷ F001  One  working, session 1');
  expect(dead.out()).toContain('· F001  One  cut short in session 1');
});

test('a lock that was taken before its run was chosen names none: the run written to since is the live one', async () => {
  const story = ledgerStory();
  story.tell(runStarted());
  const dir = await repo.addRun(story);
  const release = await repo.lock('');
  const earlier = new Date(Date.now() - 60_000);
  await utimes(join(dir, 'events.jsonl'), earlier, earlier);
  const before = io();
  await status(before, undefined, {});
  expect(before.out()).toContain('died on the way');
  const later = new Date(Date.now() + 1000);
  await utimes(join(dir, 'events.jsonl'), later, later);
  const after = io();
  await status(after, undefined, {});
  expect(after.out()).toContain('running');
  await release();
});

test('a live run comes before a later one that is over', async () => {
  const old = ledgerStory('long-one');
  old.tell(runStarted());
  const dir = await repo.addRun(old);
  const over = ledgerStory('short-one');
  over.tell(runStarted());
  await repo.addRun(over);
  const earlier = new Date(Date.now() - 60_000);
  await utimes(join(dir, 'events.jsonl'), earlier, earlier);
  const release = await repo.lock('long-one');
  const screen = io();
  await status(screen, undefined, { json: true });
  expect(JSON.parse(screen.out())).toMatchObject({ run: 'long-one', alive: true });
  await release();
});

test('as JSON it holds the same and more', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const screen = io();
  await status(screen, '2026-11-20', { json: true });
  const json = JSON.parse(screen.out());
  expect(json).toMatchObject({
    run: '2026-11-20',
    alive: false,
    pid: null,
    stopped: { reason: 'needs-human', code: 12 },
    counts: { features: 6, pass: 3, sessions: 5, landings: 2 },
    spent: { usd: 1.24, unknown: false },
    limits: { maxCostUsd: 5 },
    session: null,
    waitsForPerson: [{ id: 'F003', command: 'agentloop answer F003 "your words"' }],
    next: 'agentloop answer F003 "your words"',
  });
  expect(json.features.map((row: { id: string; is: string }) => `${row.id} ${row.is}`)).toEqual([
    'F001 passes',
    'F002 passes',
    'F003 needs-human',
    'F004 blocked',
    'F005 waits',
    'F006 passes',
  ]);
});

test('a torn last line is told, and its run can still be seen', async () => {
  const story = wholeNight();
  const dir = await repo.addRun(story, nightFeatures);
  await writeFile(join(dir, 'events.jsonl'), `${story.text()}{"v":1,"se`);
  const screen = io({ columns: 200 });
  await status(screen, undefined, {});
  expect(screen.out()).toContain('3 of 6 features pass');
  expect(screen.out()).toMatch(/^! .*"agentloop run" puts it right\.$/m);
});

test('a feature list that is broken or missing costs the table, not the screen', async () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(limitsSet());
  const dir = await repo.addRun(story);
  for (const text of [undefined, '{', '{"features":[1,null,{"id":7}]}']) {
    if (text !== undefined) await writeFile(join(dir, 'features.json'), text);
    const screen = io();
    expect(await status(screen, undefined, {})).toBe(0);
    expect(screen.out()).toMatch(/^2026-11-20 22:16: died on the way, 1 min; next: agentloop run\n/);
  }
});

test('before the first run it says how to begin, and writes nothing', async () => {
  const before = io();
  expect(await status(before, undefined, {})).toBe(0);
  expect(before.out()).toBe(`no run yet in ${repo.dir}; next: agentloop init "<what you want built>"\n`);
  await repo.write({ 'feature-list.json': '{}' });
  const planned = io();
  await status(planned, undefined, { json: true });
  expect(JSON.parse(planned.out())).toEqual({ run: null, next: 'agentloop run' });
  expect(existsSync(repo.stateDir)).toBe(false);
});

test('agentloop alone says the same, and outside of a repository what to do', async () => {
  const inside = io();
  expect(await home(inside)).toBe(0);
  expect(inside.out()).toContain('no run yet in');
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
  const there = io({ cwd: outside });
  expect(await home(there)).toBe(0);
  expect(there.out()).toBe(
    `${outside} is not inside a git repository; next: cd into one, or: agentloop --help\n`,
  );
  await rm(outside, { recursive: true });
});

test('with colours the words are the same', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const plain = io();
  await status(plain, undefined, {});
  const coloured = io({ tty: true, env: { TERM: 'xterm' } });
  await status(coloured, undefined, {});
  expect(coloured.out()).toContain('\u001b[32m✓\u001b[39m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
  expect(coloured.out().replace(/\u001b\[\d+m/g, '')).toBe(plain.out());
});
