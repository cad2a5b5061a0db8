import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { metrics } from '../../../src/cli/commands/metrics.ts';
import { metricsOf, metricsOfRun } from '../../../src/cli/metrics/metrics.ts';
import { openMetrics } from '../../../src/cli/metrics/openmetrics.ts';
import { sinceWhen } from '../../../src/cli/metrics/read-metrics.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { ledgerStory, runStarted, sessionStarted, sha } from '../../helpers/ledger-story.ts';
import { twoLandings, wholeNight } from '../../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../../helpers/repo-with-run.ts';

process.env['TZ'] = 'UTC';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns({ 'a.txt': 'a\n' });
});
afterEach(() => repo.remove());

async function asked(flags: object, now = Date.UTC(2026, 10, 22)): Promise<{ out: string; err: string }> {
  const io = fakeIo({ cwd: repo.dir, env: process.env, now: () => now });
  expect(await metrics(io, flags as never, '0.1.0')).toBe(0);
  return { out: io.out(), err: io.err() };
}

/** A landing in the history, as a run commits it. */
async function landed(
  run: string,
  session: number,
  id: string,
  title: string,
  daysLater: number,
): Promise<string> {
  const date = new Date(Date.UTC(2026, 10, 1) + daysLater * 86_400_000).toISOString();
  await repo.write({ 'a.txt': `${run} ${session} ${id}\n` });
  await repo.git('add', '-A');
  const trailers = `Agentloop-Run: ${run}\nAgentloop-Session: ${session}\nAgentloop-Feature: ${id}`;
  return committed(`${id}: ${title}\n\nwhy\n\n${trailers}`, date);
}

async function committed(message: string, date: string): Promise<string> {
  process.env['GIT_COMMITTER_DATE'] = date;
  try {
    await repo.git('commit', '-q', '--allow-empty', '-m', message);
  } finally {
    delete process.env['GIT_COMMITTER_DATE'];
  }
  return repo.git('rev-parse', 'HEAD');
}

test('the table of two runs', async () => {
  await repo.addRun(wholeNight());
  const early = ledgerStory('earlier');
  early.tell(runStarted());
  await repo.addRun(early);
  const init = ledgerStory('init-2026');
  init.tell(runStarted({ kind: 'init' }));
  await repo.addRun(init);
  expect((await asked({})).out).toMatchInlineSnapshot(`
    "runs                         2
    sessions                     5
    features accepted            2
    money                        $1.24
    cost per accepted feature    $0.62
    accepted at the first claim  1 of 2 (50 %)
    refused claims               2
    regressions caught           0
    rework within 14 days        -
    cycle time                   median 4 min 12 s, nine of ten in 13 min

    run         sessions  accepted  first claim  refused  regressions  money
    earlier            0         0          0/0        0            0  $0.00
    2026-11-20         5         2          1/2        2            0  $1.24
    "
  `);
});

test('rework is what was done over or taken back within 14 days, by trailers and by the words of git', async () => {
  await landed('n1', 1, 'F001', 'Stays', 0);
  const back = await landed('n1', 2, 'F002', 'Is taken back', 0);
  await landed('n1', 3, 'F003', 'Is done over', 1);
  await landed('n1', 4, 'F004', 'Is done over much later', 0);
  await landed('n1', 5, 'F005', 'Another feature later has its id', 0);
  await committed(`Revert\n\nThis reverts commit ${back}.`, '2026-11-03T00:00:00Z');
  await landed('n2', 1, 'F003', 'Is done over', 13);
  await landed('n2', 2, 'F004', 'Is done over much later', 20);
  await landed('n2', 3, 'F005', 'Something else', 3);
  // The same landing on another branch, and a squash of the run, are no second landing.
  await repo.git('checkout', '-q', '-b', 'other', 'HEAD~8');
  await repo.git('cherry-pick', '--keep-redundant-commits', 'main~8');
  const squash = await committed(
    'All of it\n\nAgentloop-Run: n1\nAgentloop-Features: F001, F002',
    '2026-11-02T00:00:00Z',
  );
  const before = JSON.parse((await asked({ format: 'json' })).out);
  expect(before.rework).toEqual({ looked: 8, reworked: 2, rate: 0.25, features: ['n1 F002', 'n1 F003'] });
  await committed(`Revert all\n\nThis reverts commit ${squash}.`, '2026-11-05T00:00:00Z');
  const after = JSON.parse((await asked({ format: 'json' })).out);
  expect(after.rework.features).toEqual(['n1 F001', 'n1 F002', 'n1 F003']);
  const late = JSON.parse((await asked({ format: 'json', since: '2026-11-02' })).out);
  expect(late.rework).toMatchObject({ looked: 4, reworked: 1 });
});

test('the figures of a run are those of its ledger', () => {
  const story = wholeNight();
  expect(metricsOfRun(story.state(), story.events)).toEqual({
    run: '2026-11-20',
    requests: [],
    started: '2026-11-20T22:15:00.000Z',
    sessions: 5,
    accepted: 2,
    usd: expect.closeTo(1.24),
    unknownCost: false,
    judged: 2,
    firstPass: 1,
    refusedClaims: 2,
    regressions: 0,
    cycleMs: [expect.any(Number), expect.any(Number)],
  });
});

test('a feature that was set back is not accepted, and its regression is counted', () => {
  const story = twoLandings();
  story.tell({
    type: 'judge.ruled',
    scope: 'final',
    ruling: 'refused',
    tree: sha('ca'),
    ms: 1,
    lost: ['F002'],
    reasons: [{ code: 'tests.failing', text: 'F002: lists the newest first fails.' }],
  });
  story.tell({ type: 'feature.reopened', feature: 'F002', why: 'lost', by: 'final-judge' });
  expect(metricsOfRun(story.state(), story.events)).toMatchObject({ accepted: 1, regressions: 1 });
});

test('OpenMetrics: each family once with its type, units at the end of names, counters end in _total, an end', () => {
  const story = wholeNight();
  const rework = { looked: 4, reworked: 1, rate: 0.25, features: [] };
  const text = openMetrics(metricsOf([metricsOfRun(story.state(), story.events)], rework, null));
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  for (const [, name = '', unit] of text.matchAll(/^# UNIT (\S+) (\S+)$/gm))
    expect(name.endsWith(`_${unit}`)).toBe(true);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(samples).toHaveLength(types.size);
  for (const line of samples) {
    const [, name = '', total, value] =
      /^([a-z0-9_]+?)(_total)? (-?\d+(?:\.\d+)?(?:e-?\d+)?)$/.exec(line) ?? [];
    expect(types.get(name), line).toBe(total === undefined ? 'gauge' : 'counter');
    expect(Number(value)).not.toBeNaN();
  }
  expect(text).toContain('\nagentloop_features_accepted_total 2\n');
  expect(text).toContain('\nagentloop_first_pass_ratio 0.5\n');
  expect(text).toContain('\nagentloop_rework_ratio 0.25\n');
});

test('without any run there are zeros, and nothing is divided by them', async () => {
  const { out } = await asked({ format: 'json' });
  expect(JSON.parse(out)).toMatchObject({
    runs: [],
    accepted: 0,
    usdPerAccepted: null,
    firstPassRate: null,
    cycleMedianMs: null,
    rework: { looked: 0, rate: null },
  });
  expect((await asked({})).out).toContain('cost per accepted feature    -');
  expect((await asked({ format: 'openmetrics' })).out).not.toMatch(/null|NaN/);
});

test('runs before --since do not count, and a broken ledger is told and left out', async () => {
  await repo.addRun(wholeNight());
  expect(JSON.parse((await asked({ format: 'json', since: '1d' })).out).runs).toEqual([]);
  expect(JSON.parse((await asked({ format: 'json', since: '30h' })).out).runs).toHaveLength(1);
  const dir = await repo.addRun(ledgerStory('broken'));
  await writeFile(join(dir, 'events.jsonl'), 'nonsense\nmore\n');
  const { out, err } = await asked({ format: 'json' });
  expect(JSON.parse(out).runs).toHaveLength(1);
  expect(err).toContain('Run broken is left out:');
});

test('what --since understands', () => {
  const now = Date.UTC(2026, 10, 20);
  expect(sinceWhen('90d', now)).toBe(now - 90 * 86_400_000);
  expect(sinceWhen('1h30m', now)).toBe(now - 5_400_000);
  expect(sinceWhen('2026-11-01', now)).toBe(Date.UTC(2026, 10, 1));
  expect(sinceWhen(undefined, now)).toBeUndefined();
  for (const text of ['yesterday', '', '2026-13-45', '5'])
    expect(() => sinceWhen(text, now)).toThrow('--since');
});

test('a feature that took two sessions has the time of both', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F001'), 10);
  story.tell(sessionStarted(2, 'F001'), 3600);
  const fixed = { commit: sha('c1'), parent: sha('ba'), tree: sha('ca'), files: 1, added: 1, removed: 0 };
  story.tell({ type: 'work.landed', session: 2, feature: 'F001', subject: 'F001: x', ...fixed }, 600);
  expect(metricsOfRun(story.state(), story.events).cycleMs).toEqual([4_200_000]);
});
