import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { events } from '../../src/cli/commands/events.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

/** Waits until what was printed satisfies, or the test times out. */
async function printed(out: () => string, enough: (text: string) => boolean): Promise<void> {
  while (!enough(out())) await new Promise((resolve) => setImmediate(resolve));
}

test('it prints the lines of the ledger, byte for byte', async () => {
  const story = wholeNight();
  await repo.addRun(story);
  const io = fakeIo({ cwd: repo.dir });
  expect(await events(io, undefined, {})).toBe(0);
  expect(io.out()).toBe(story.text());
});

test('--since leaves out the events up to and with that number', async () => {
  const story = wholeNight();
  await repo.addRun(story);
  const last = story.events.length;
  const io = fakeIo({ cwd: repo.dir });
  await events(io, story.run, { since: String(last - 2) });
  expect(
    io
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).seq),
  ).toEqual([last - 1, last]);
});

test.each(['-1', '1.5', 'one', ''])('--since "%s" is told what it should be', async (since) => {
  const run = events(fakeIo({ cwd: repo.dir }), undefined, { since });
  await expect(run).rejects.toThrow('is not the number of an event.');
});

test('--follow prints what is there and what comes, until Ctrl-C', async () => {
  const story = wholeNight();
  const dir = await repo.addRun(story);
  const io = fakeIo({ cwd: repo.dir });
  const following = events(io, undefined, { follow: true });
  await printed(io.out, (text) => text === story.text());
  const before = story.text().length;
  story.tell({ type: 'note.added', words: 'one more', by: 'ada@desk' });
  await appendFile(join(dir, 'events.jsonl'), story.text().slice(before));
  await printed(io.out, (text) => text === story.text());
  expect(io.signal('SIGINT')).toBe(1);
  expect(await following).toBe(0);
  expect(io.signal('SIGINT')).toBe(0);
});

test('--follow ends when nobody reads any more', async () => {
  await repo.addRun(wholeNight());
  const io = fakeIo({ cwd: repo.dir });
  const following = events(io, undefined, { follow: true });
  await printed(io.out, (text) => text !== '');
  io.goAway();
  expect(await following).toBe(0);
});
