import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { status } from '../../src/cli/commands/status.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { type LedgerStory, sessionStarted } from '../helpers/ledger-story.ts';
import { evening, nightFeatures } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
let release: () => Promise<void>;
let story: LedgerStory;
let dir: string;
let io: FakeIo;
beforeEach(async () => {
  repo = await repoWithRuns();
  story = evening();
  dir = await repo.addRun(story, nightFeatures);
  release = await repo.lock(story.run);
  io = fakeIo({ cwd: repo.dir, columns: 80, now: () => story.now() });
});
afterEach(async () => {
  await release();
  await repo.remove();
});

async function shown(text: string): Promise<void> {
  while (!`${io.out()}${io.err()}`.includes(text)) await new Promise((resolve) => setImmediate(resolve));
}

async function happens(...events: Parameters<LedgerStory['tell']>[0][]): Promise<void> {
  const before = story.text().length;
  for (const event of events) story.tell(event, 1);
  await appendFile(join(dir, 'events.jsonl'), story.text().slice(before));
}

test('it shows where the run stands, then what happens, until it stops', async () => {
  const watching = status(io, undefined, { watch: true });
  await shown('running, ');
  await happens(sessionStarted(1, 'F004'));
  await shown('▷ F004 Export to CSV (session 1)');
  await writeFile(join(dir, 'features.json'), JSON.stringify({ features: nightFeatures.slice(0, 2) }));
  await happens({ type: 'run.stopped', reason: 'asked', code: 11, left: 3, landed: 0 });
  expect(await watching).toBe(0);
  expect(io.err().trimEnd().split('\n').slice(-2).join(' ')).toContain(
    'stopped as asked, 2 of 2 features pass, $0.00 of $5.00',
  );
});

test('it ends when the process that carried the run is gone, and that is not a stop', async () => {
  const watching = status(io, undefined, { watch: true });
  await shown('running, ');
  await happens(sessionStarted(1, 'F004'));
  await shown('▷ F004');
  await release();
  expect(await watching).toBe(0);
  expect(io.err()).not.toContain('next:');
});

test('Ctrl-C ends the watching and nothing else', async () => {
  const watching = status(io, undefined, { watch: true });
  await shown('running, ');
  await happens(sessionStarted(1, 'F004'));
  await shown('▷ F004');
  io.signal('SIGINT');
  expect(await watching).toBe(0);
});

test('a run that is over is shown and not waited for', async () => {
  await release();
  expect(await status(io, undefined, { watch: true })).toBe(0);
  expect(io.err()).toBe('');
});
