import { expect, test } from 'vitest';
import { elapsed, headline, headlineLines } from '../../src/cli/headline.ts';
import { nextCommand } from '../../src/cli/next-command.ts';
import { type Event, StopReason } from '../../src/ledger/event.ts';
import { feature, ledgerStory, limitsSet, runStarted, sessionStarted } from '../helpers/ledger-story.ts';
import { evening, nightFeatures, twoLandings } from '../helpers/nights.ts';

process.env['TZ'] = 'UTC';

const features = [feature('F001', 'One', { passes: true }), feature('F002', 'Two')];

function said(
  events: readonly Event[],
  { alive = false, kind = 'run' as 'run' | 'init', list = features } = {},
): string {
  const story = ledgerStory();
  story.tell(runStarted({ kind }));
  for (const event of events) story.tell(event);
  return headline({ state: story.state(), features: list, alive, now: story.now() + 30_000 });
}

test('a question that is answered is followed by the next run, and one of two by the other question', () => {
  const story = ledgerStory();
  story.tell(runStarted({ kind: 'run' }));
  const ask = (id: string) => story.tell({ type: 'feature.parked', feature: id, session: 1, question: '?' });
  ask('F001');
  ask('F002');
  story.tell({ type: 'run.stopped', reason: 'needs-human', code: 12, left: 2, landed: 0 });
  const next = (...ids: string[]) =>
    nextCommand({ state: story.state(), alive: false, answered: new Set(ids) });
  expect(next()).toBe('agentloop answer F001 "your words"');
  expect(next('F001')).toBe('agentloop answer F002 "your words"');
  expect(next('F001', 'F002')).toBe('agentloop run');
});

test('each way to stop has its words and its next command', () => {
  const all = StopReason.options.map((reason) => {
    const events: Event[] = [{ type: 'run.stopped', reason, code: 0, left: 1, landed: 1 }];
    if (reason === 'needs-human')
      events.unshift({ type: 'feature.parked', feature: 'F002', session: 1, question: '?' });
    return said(events).slice('2026-11-20 22:16: '.length);
  });
  expect(all.join('\n')).toMatchInlineSnapshot(`
    "finished, 1 of 2 features pass, 1 min; next: agentloop report
    stopped, what is left is blocked, 1 of 2 features pass, 1 min; next: agentloop report
    stopped, what is left waits for a person, 1 of 2 features pass, 2 min; next: agentloop answer F002 "your words"
    stopped at the cost cap, 1 of 2 features pass, 1 min; next: agentloop run --max-cost <dollars>
    stopped at the cost cap of the day, 1 of 2 features pass, 1 min; next: agentloop run --max-cost-per-day <dollars>
    stopped at the limit of tokens, 1 of 2 features pass, 1 min; next: agentloop run --max-tokens <number>
    stopped at the limit of sessions, 1 of 2 features pass, 1 min; next: agentloop run --max-sessions <number>
    stopped, its time is over, 1 of 2 features pass, 1 min; next: agentloop run
    stopped, no progress any more, 1 of 2 features pass, 1 min; next: agentloop report
    stopped as asked, 1 of 2 features pass, 1 min; next: agentloop run
    stopped, the judge could not see, 1 of 2 features pass, 1 min; next: agentloop doctor
    stopped, no brain can work, 1 of 2 features pass, 1 min; next: agentloop doctor
    stopped, the final judge failed twice, 1 of 2 features pass, 1 min; next: agentloop report
    stopped, the brain is unavailable, 1 of 2 features pass, 1 min; next: agentloop run
    interrupted, the work is saved, 1 of 2 features pass, 1 min; next: agentloop run
    ended by a signal, the work is saved, 1 of 2 features pass, 1 min; next: agentloop run
    stopped, another machine carries it, 1 of 2 features pass, 1 min; next: agentloop report"
  `);
});

test.each<[string, readonly Event[], string]>([
  ['nothing yet', [], 'running, 1 of 2 features pass, 30 s; next: agentloop status --watch'],
  [
    'a session',
    [sessionStarted(1, 'F002')],
    'running, session 1 works on F002, 1 of 2 features pass, no cost told, 1 min 30 s; next: agentloop status --watch',
  ],
  [
    'a verdict to come',
    [
      sessionStarted(1, 'F002'),
      {
        type: 'judge.started',
        session: 1,
        feature: 'F002',
        scope: 'candidate',
        base: 'ba'.repeat(20),
        tree: 'ca'.repeat(20),
      },
    ],
    'running, session 1 on F002 is being judged, 1 of 2 features pass, no cost told, 2 min 30 s; next: agentloop status --watch',
  ],
  [
    'a wait',
    [{ type: 'wait.started', why: 'unavailable', reason: 'busy', until: Date.UTC(2026, 10, 20, 22, 28) }],
    'waiting until 22:28 (11 min left), 1 of 2 features pass, 1 min 30 s; next: agentloop status --watch',
  ],
  [
    'a pause',
    [{ type: 'wait.started', why: 'paused', reason: 'paused by ada@desk' }],
    'paused, 1 of 2 features pass, 1 min 30 s; next: agentloop resume',
  ],
  [
    'a pause that lets the session end first',
    [sessionStarted(1, 'F002'), { type: 'wait.started', why: 'paused', reason: 'paused by ada@desk' }],
    'running, session 1 works on F002, to pause after it, 1 of 2 features pass, no cost told, 2 min 30 s; next: agentloop resume',
  ],
  [
    'a wish to stop',
    [sessionStarted(1, 'F002'), { type: 'stop.asked', by: 'ada@desk', now: false }],
    'running, session 1 works on F002, to stop after it, 1 of 2 features pass, no cost told, 2 min 30 s; next: agentloop status --watch',
  ],
])('a live run with %s', (_what, events, expected) => {
  expect(said(events, { alive: true }).replace(/^[\d-]+ [\d:]+: /, '')).toBe(expected);
});

test('what is left may be blocked and wait for a person', () => {
  const parked: Event = { type: 'feature.parked', feature: 'F002', session: 1, question: '?' };
  const stopped: Event = { type: 'run.stopped', reason: 'blocked', code: 10, left: 2, landed: 1 };
  expect(said([parked, stopped])).toContain('stopped, what is left is blocked or waits for a person, 1 of');
});

test('where it is too wide for a terminal, the next command has a line of its own', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  const standing = { state: story.state(), features, alive: true, now: story.now() };
  expect(headlineLines(standing, 100)).toEqual([headline(standing)]);
  expect(headlineLines(standing, 40)).toEqual([
    '2026-11-20 22:15: running, 1 of 2',
    'features pass, 0 s',
    'next: agentloop status --watch',
  ]);
});

test('a run whose process is gone without a word says so', () => {
  expect(said([sessionStarted(1, 'F002')])).toBe(
    '2026-11-20 22:16: died on the way, 1 of 2 features pass, no cost told, 1 min; next: agentloop run',
  );
});

test('the initializer has its own words', () => {
  const stopped: Event = { type: 'run.stopped', reason: 'complete', code: 0, left: 0, landed: 0 };
  expect(said([stopped], { kind: 'init' })).toBe(
    '2026-11-20 22:16: init: finished, 2 features listed, 1 min; next: agentloop run',
  );
  expect(said([], { kind: 'init', list: [], alive: true })).toBe(
    '2026-11-20 22:15: init: running, 30 s; next: agentloop status --watch',
  );
});

const usage = { inputTokens: 10 };
test.each<[string, readonly Event[], string]>([
  [
    'a sum under a cap',
    [limitsSet({ maxCostUsd: 5 }), { type: 'cost.updated', usage, usd: 1.239 }],
    '$1.24 of $5.00',
  ],
  ['a sum without a cap', [{ type: 'cost.updated', usage, usd: 0.004 }], '$0.0040'],
  ['a price nobody knows', [{ type: 'cost.updated', usage, usd: null }], 'cost unknown'],
  [
    'a price nobody knows, under a cap',
    [limitsSet({ maxCostUsd: 5 }), { type: 'cost.updated', usage, usd: null }],
    'cost unknown, cap $5.00',
  ],
  [
    'some prices unknown',
    [
      { type: 'cost.updated', usage, usd: 1 },
      { type: 'cost.updated', usage, usd: null },
    ],
    'at least $1.00 (some prices unknown)',
  ],
  ['tokens that cost nothing', [{ type: 'cost.updated', usage, usd: 0 }], '$0.00'],
])('the bill: %s', (_what, events, words) => {
  expect(said(events)).toContain(`1 of 2 features pass, ${words}, `);
});

test('the time of a run leaves out the days between its invocations', () => {
  const story = twoLandings();
  const worked = story.now() - Date.UTC(2026, 10, 20, 22, 15);
  story.tell(
    {
      type: 'run.resumed',
      version: '0.1.0',
      by: 'ada@desk',
      pid: 7,
      brain: 'anthropic',
      fence: 'bubblewrap',
    },
    86_400,
  );
  story.tell({ type: 'note.added', words: 'x', by: 'ada@desk' }, 60);
  const standing = {
    state: story.state(),
    features: nightFeatures,
    alive: false,
    now: story.now() + 999_999,
  };
  expect(elapsed(standing)).toBe(worked + 60_000);
  expect(elapsed({ ...standing, alive: true })).toBe(worked + 60_000 + 999_999);
  // A clock that was set back meanwhile takes nothing away.
  expect(elapsed({ ...standing, alive: true, now: standing.now - 10 * 86_400_000 })).toBe(worked);
});

test('a landing counts before the list has caught up with it', () => {
  const story = twoLandings();
  const stale = nightFeatures.map((one) => ({ ...one, passes: false }));
  const line = headline({ state: story.state(), features: stale, alive: true, now: story.now() });
  expect(line).toContain('2 of 6 features pass');
  expect(headline({ state: evening().state(), features: stale, alive: true, now: story.now() })).toContain(
    '0 of 6 features pass',
  );
});
