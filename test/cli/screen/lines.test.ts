import { expect, test } from 'vitest';
import { width } from '../../../src/cli/harmless.ts';
import { makePaint, plainPaint } from '../../../src/cli/paint.ts';
import { renderLine } from '../../../src/cli/screen/line.ts';
import { lineOf } from '../../../src/cli/screen/lines.ts';
import { type Event, type EventType, payloads, type Recorded } from '../../../src/ledger/event.ts';
import { fold, step } from '../../../src/ledger/fold.ts';
import {
  feature,
  ledgerStory,
  limitsSet,
  runStarted,
  sessionStarted,
  sha,
} from '../../helpers/ledger-story.ts';
import { nightFeatures, wholeNight } from '../../helpers/nights.ts';

process.env['TZ'] = 'UTC';

/** What a screen of 80 columns without colours shows of these events. */
function screen(events: readonly Recorded[], columns = 80): string {
  const state = fold(events.slice(0, 1));
  if (!state) throw new Error('a story begins with run.started');
  const lines = events.flatMap((event, index) => {
    if (index > 0) step(state, event);
    const line = lineOf(event, state, nightFeatures);
    return line ? renderLine(line, event.ts, plainPaint, columns) : [];
  });
  return lines.join('\n');
}

/** The lines of one event after the start of a run. */
function shown(...events: Event[]): string {
  const story = ledgerStory();
  story.tell(runStarted());
  for (const event of events) story.tell(event);
  const before = screen(story.events.slice(0, -1));
  return screen(story.events).slice(before.length).trim();
}

test('where a price is not known, what has been spent so far is no more than a least sum', () => {
  const spent = {
    session: 1,
    feature: 'F001',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
  const lines = shown(
    sessionStarted(1, 'F001'),
    { type: 'cost.updated', ...spent, usd: null },
    { type: 'cost.updated', ...spent, usd: 0.02 },
    {
      type: 'work.landed',
      session: 1,
      feature: 'F001',
      commit: sha('c1'),
      parent: sha('ba'),
      tree: sha('e1'),
      subject: 'F001: Add a todo',
      files: 1,
      added: 1,
      removed: 0,
      look: [],
    },
  );
  expect(lines.replace(/\s+/g, ' ')).toContain('; at least $0.02 so far');
});

test('a whole night on 80 columns without colours', () => {
  expect(screen(wholeNight().events)).toMatchInlineSnapshot(`
    "22:15  ▷ run 2026-11-20 starts on main (bababab), branch agentloop/2026-11-20
             brain anthropic (claude-sonnet-5), fence bubblewrap
    22:15  · limits: $5.00, until 07:30
    22:15  · the judge looks at the base
    22:15  ✓ the base is seen in 12 s, 2 tests known red
    22:15  ▷ F001 Add a todo (session 1)
    22:19  · F001 claims done: Added src/add.ts and its test.
    22:19  · F001 the judge looks at it
    22:19  ✓ F001 accepted in 9 s: "adds a todo" and 1 more test turned green
    22:19  ✓ F001 landed c1c1c1c (3 files +48 -2); 3 of 6 features; $0.42 so far
    22:19  ▷ F002 List todos, newest first (session 2)
    22:22  · F002 claims done: Everything works now.
    22:22  · F002 the judge looks at it
    22:22  ✗ F002 refused
             proof.missing: Nothing turned from red to green: no test fails without
             your change.
    22:24  · F002 claims done: Everything works now.
    22:24  · F002 the judge looks at it
    22:24  ✗ F002 refused, 2 times now
             proof.missing: Nothing turned from red to green: no test fails without
             your change.
    22:24  · F002 session 2 ended refused after 5 min
    22:24  ▷ F002 List todos, newest first (session 3)
    22:33  · F002 claims done: Sorted by date; a test proves it.
    22:33  · F002 the judge looks at it
    22:33  ✓ F002 accepted in 9 s: "lists the newest first" turned green
             left out, they belong to the harness: feature-list.json
    22:33  ✓ F002 landed c3c3c3c (3 files +120 -15); 3 of 6 features; $1.24 so far
    22:33  ▷ F003 Mark a todo as done (session 4)
    22:38  · F003 asks for a person: Should a done todo stay in the list?
    22:38  ? F003 waits for a person: Should a done todo stay in the list?
             agentloop answer F003 "your words"
    22:38  ▷ F004 Export to CSV (session 5, goes on with the work kept)
    22:39  ! F004 the brain crashed after 1 min 1 s: exit code 139
    22:39  · F004 session 5 failed after 5 min, work kept as 5f5f5f5
    22:39  ■ F004 blocked: 3 sessions failed
             check.red: npm test fails. (writes a header, quotes commas)
    22:39  · the final judge looks at the tip: the suite and every proof
    22:40  ✓ the final judge holds, in 45 s
    22:40  ■ stopped: needs-human (F003, F005), exit 12"
  `);
});

test('no line is wider than the screen, however narrow it is', () => {
  for (const columns of [40, 60, 80, 120]) {
    for (const line of screen(wholeNight().events, columns).split('\n')) {
      expect(width(line), line).toBeLessThanOrEqual(columns);
    }
  }
});

const judged = { scope: 'candidate', tree: sha('ca'), ms: 9000, session: 1, feature: 'F001' } as const;
const where = { session: 1, feature: 'F001' };

const samples: readonly (readonly [string, Event])[] = [
  [
    'a run whose brain is given something',
    runStarted({ settings: { fence: { passEnv: ['MY_KEY'], passHome: ['.aws'] } } }),
  ],
  ['a run without a fence', runStarted({ fence: 'none' })],
  ['an initializer', runStarted({ kind: 'init', branch: undefined })],
  [
    'a resumed run',
    {
      type: 'run.resumed',
      version: '0.1.0',
      by: 'ada@desk',
      pid: 7,
      brain: 'command:./agent.sh',
      fence: 'bubblewrap',
      repaired: 'a torn last line of 12 bytes was cut off',
    },
  ],
  ['no limits', limitsSet()],
  ['all limits', limitsSet({ maxCostUsd: 5, maxSessions: 20, allowUnknownCost: true })],
  [
    'an unavailable brain',
    {
      type: 'brain.failed',
      ...where,
      ms: 3000,
      kind: 'unavailable',
      reason: '529 overloaded',
      until: Date.UTC(2026, 10, 20, 22, 20),
    },
  ],
  [
    'a limit of the run',
    {
      type: 'brain.failed',
      ...where,
      ms: 3000,
      kind: 'over-limit',
      limit: 'run-cost',
      reason: '$4.90 of $5.00 are spent',
    },
  ],
  [
    'a partial claim',
    { type: 'claim.made', ...where, claim: 'partial', handoff: { did: 'half', next: 'the other half' } },
  ],
  ['a claim without words', { type: 'claim.made', ...where, claim: 'done', handoff: {} }],
  [
    'a proof by command',
    {
      type: 'judge.ruled',
      ...judged,
      ruling: 'accepted',
      proof: { kind: 'command', turned: ['./verify.sh'], redAt: sha('1a'), greenAt: sha('1b') },
    },
  ],
  [
    'no proof',
    {
      type: 'judge.ruled',
      ...judged,
      ruling: 'accepted',
      proof: { kind: 'none', turned: [], redAt: sha('1a'), greenAt: sha('1b') },
    },
  ],
  [
    'many reasons',
    {
      type: 'judge.ruled',
      ...judged,
      ruling: 'refused',
      reasons: ['a', 'b', 'c', 'd', 'e'].map((text) => ({ code: 'check.red', text })),
    },
  ],
  [
    'a lost final judge',
    {
      type: 'judge.ruled',
      scope: 'final',
      tree: sha('ca'),
      ms: 9000,
      ruling: 'refused',
      lost: ['F001', 'F002'],
    },
  ],
  ['an accepted plan', { type: 'judge.ruled', scope: 'init', tree: sha('ca'), ms: 9000, ruling: 'accepted' }],
  [
    'an accepted plan on a base that is red in part',
    { type: 'judge.ruled', scope: 'init', tree: sha('ca'), ms: 9000, ruling: 'accepted', knownRed: 2 },
  ],
  [
    'a judge that could not see',
    {
      type: 'judge.broken',
      ...where,
      code: 'judge.prepare-failed',
      reason: 'init.sh ended with 1',
      help: 'agentloop doctor',
    },
  ],
  [
    'a held branch',
    {
      type: 'work.published',
      commit: sha('c1'),
      branch: 'agentloop/x',
      held: 'it is checked out in /home/ada/repo',
    },
  ],
  ['copies that get there', { type: 'copy.pushed', remote: 'origin' }],
  ['copies that do not', { type: 'copy.pushed', remote: 'origin', held: 'fatal: unable to access it' }],
  [
    'a closing commit',
    {
      type: 'work.landed',
      commit: sha('c9'),
      parent: sha('ba'),
      tree: sha('ca'),
      subject: 'agentloop: notes of 3 sessions',
      files: 1,
      added: 9,
      removed: 0,
    },
  ],
  [
    'a crashed session',
    { type: 'session.ended', ...where, outcome: 'crashed', ms: 90_000, counts: false, kept: sha('4e') },
  ],
  [
    'a half-done session',
    { type: 'session.ended', ...where, outcome: 'partial', ms: 90_000, counts: false, kept: sha('4e') },
  ],
  [
    'a reopened feature',
    {
      type: 'feature.reopened',
      feature: 'F001',
      why: 'answered by ada@desk',
      by: 'person',
      words: 'Keep it in the list.',
    },
  ],
  [
    'sealed tests',
    {
      type: 'sealed.stored',
      feature: 'F001',
      tree: sha('5e'),
      files: 1,
      tests: 3,
      notes: ['one passes already'],
    },
  ],
  ['no sealed tests', { type: 'sealed.missed', feature: 'F001', why: 'none can be used.' }],
  ['a plan', { type: 'plan.made', feature: 'F001', session: 1, text: 'where: src/sum.js\ntest: new' }],
  ['no plan', { type: 'plan.missed', feature: 'F001', session: 1, why: 'it claims stuck.' }],
  ['a sealed test taken out', { type: 'sealed.dropped', feature: 'F001', what: 'any sum', by: 'ada@desk' }],
  ['all of them taken out', { type: 'sealed.dropped', feature: 'F001', by: 'ada@desk' }],
  [
    'a wait',
    {
      type: 'wait.started',
      why: 'unavailable',
      reason: '529 overloaded',
      until: Date.UTC(2026, 10, 20, 22, 28),
    },
  ],
  ['a pause', { type: 'wait.started', why: 'paused', reason: 'paused by ada@desk' }],
  ['an end of a wait', { type: 'wait.ended', why: 'paused', how: 'resumed by ada@desk' }],
  ['a note', { type: 'note.added', words: 'use tabs', by: 'ada@desk', feature: 'F001' }],
  ['a wish to stop', { type: 'stop.asked', by: 'ada@desk', now: false }],
  ['a wish to stop now', { type: 'stop.asked', by: 'ada@desk', now: true }],
  ['a complete run', { type: 'run.stopped', reason: 'complete', code: 0, left: 0, landed: 2 }],
];

test('what the screen says of each event', () => {
  const said = samples.map(([what, event]) => `${what}:\n${shown(sessionStarted(1, 'F001'), event)}`);
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "a run whose brain is given something:
    22:17  ▷ run 2026-11-20 starts on main (bababab), branch agentloop/2026-11-20
             brain anthropic (claude-sonnet-5), fence bubblewrap, given to brains:
             MY_KEY, ~/.aws
    a run without a fence:
    22:17  ▷ run 2026-11-20 starts on main (bababab), branch agentloop/2026-11-20
             brain anthropic (claude-sonnet-5), fence none
             FENCE: NONE. What the brain and the checks run is not kept from your
             files, your keys and your network.
             agentloop doctor says why, and how to get one.
    an initializer:
    22:17  ▷ init 2026-11-20 starts on main (bababab)
             brain anthropic (claude-sonnet-5), fence bubblewrap
    a resumed run:
    22:17  ▷ run 2026-11-20 goes on, invocation 2
             brain command:./agent.sh, fence bubblewrap
             put right before going on: a torn last line of 12 bytes was cut off
    no limits:
    22:17  · limits: none set for the run
    all limits:
    22:17  · limits: $5.00, unknown cost allowed, 20 sessions
    an unavailable brain:
    22:17  ! F001 the brain is unavailable after 3 s, until 22:20: 529 overloaded
    a limit of the run:
    22:17  ! F001 the cost cap of the run is near after 3 s: $4.90 of $5.00 are
             spent
    a partial claim:
    22:17  · F001 claims partial: the other half
    a claim without words:
    22:17  · F001 claims done
    a proof by command:
    22:17  ✓ F001 accepted in 9 s: its command turned green (./verify.sh)
    no proof:
    22:17  ✓ F001 accepted in 9 s: unproven, a person said so
    many reasons:
    22:17  ✗ F001 refused
             check.red: a
             check.red: b
             check.red: c
             and 2 more reasons
    a lost final judge:
    22:17  ✗ the final judge finds lost: F001, F002
    an accepted plan:
    22:17  ✓ the plan is accepted, in 9 s
    an accepted plan on a base that is red in part:
    22:17  ✓ the plan is accepted, in 9 s, 2 tests known red
    a judge that could not see:
    22:17  ! F001 the judge could not see (judge.prepare-failed): init.sh ended with
             1
             agentloop doctor
    a held branch:
    22:17  ! agentloop/x was not moved: it is checked out in /home/ada/repo
    copies that get there:
    22:17  · checkpoints go to origin
    copies that do not:
    22:17  ! not everything could be pushed to origin: fatal: unable to access it
    a closing commit:
    22:17  · c9c9c9c agentloop: notes of 3 sessions (1 file +9 -0)
    a crashed session:
    22:17  · F001 session 1 was cut short by a crash after 1 min 30 s, work kept as
             4e4e4e4
    a half-done session:
    22:17  · F001 session 1 ended after 1 min 30 s, to be continued, work kept as
             4e4e4e4
    a reopened feature:
    22:17  ▷ F001 tried again: answered by ada@desk
             Keep it in the list.
    sealed tests:
    22:17  · F001 sealed tests are written: 1 file, 3 tests
             one passes already
    no sealed tests:
    22:17  ! F001 goes on without sealed tests: none can be used.
    a plan:
    22:17  · F001 the planner has a plan: where: src/sum.js test: new
    no plan:
    22:17  ! F001 goes on without a plan: it claims stuck.
    a sealed test taken out:
    22:17  · F001 ada@desk takes out the sealed test "any sum"
    all of them taken out:
    22:17  · F001 ada@desk takes out its sealed tests
    a wait:
    22:17  ! waits until 22:28 (11 min): 529 overloaded
    a pause:
    22:17  ■ paused by ada@desk, after this session
             agentloop resume
    an end of a wait:
    22:17  ▷ goes on: resumed by ada@desk
    a note:
    22:17  · F001 note by ada@desk: use tabs
    a wish to stop:
    22:17  ■ ada@desk asks to stop after this session
    a wish to stop now:
    22:17  ■ ada@desk asks to stop now
    a complete run:
    22:17  ✓ stopped: complete, exit 0"
  `);
});

const silent: readonly EventType[] = ['brain.finished', 'checkpoint.saved', 'cost.updated'];

test('every type of event is shown but those that only ledger and footer need', () => {
  const story = wholeNight();
  for (const [, event] of samples) story.tell(event);
  story.tell({ type: 'session.resumed', session: 1, feature: 'F001', tree: sha('4e'), ms: 60_000 });
  story.tell({ type: 'checkpoint.saved', session: 1, ref: 'refs/agentloop/x/sessions/1', commit: sha('4e') });
  expect(new Set(story.events.map((event) => event.type))).toEqual(new Set(Object.keys(payloads)));
  const state = story.state();
  const types = (shows: boolean) =>
    new Set(
      story.events
        .filter((event) => (lineOf(event, state, []) !== undefined) === shows)
        .map(({ type }) => type),
    );
  expect([...types(false)].filter((type) => !types(true).has(type)).sort()).toEqual(silent);
});

test('what a model writes cannot touch the screen, in any field', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u202eevil\r\n\nline\u0000';
  const story = ledgerStory();
  story.tell(runStarted({ baseRef: evil, brain: evil, model: evil, fence: evil }));
  story.tell(sessionStarted(1, evil));
  story.tell({ type: 'claim.made', session: 1, feature: evil, claim: 'done', handoff: { did: evil } });
  story.tell({
    type: 'judge.ruled',
    ...judged,
    feature: evil,
    ruling: 'refused',
    reasons: [{ code: 'check.red', text: evil }],
    dropped: [evil],
  });
  story.tell({ type: 'judge.broken', code: evil, reason: evil, help: evil });
  story.tell({ type: 'brain.failed', ...where, feature: evil, ms: 1, kind: 'crashed', reason: evil });
  story.tell({
    type: 'work.landed',
    commit: sha('c9'),
    parent: sha('ba'),
    tree: sha('ca'),
    subject: evil,
    files: 1,
    added: 9,
    removed: 0,
  });
  story.tell({ type: 'work.published', commit: sha('c9'), branch: evil, held: evil });
  story.tell({ type: 'feature.blocked', feature: evil, why: evil, reasons: [] });
  story.tell({ type: 'feature.parked', feature: evil, session: 1, question: evil });
  story.tell({ type: 'feature.reopened', feature: evil, why: evil, by: 'person', words: evil });
  story.tell({ type: 'wait.started', why: 'unavailable', reason: evil });
  story.tell({ type: 'wait.ended', why: 'unavailable', how: evil });
  story.tell({ type: 'note.added', words: evil, by: evil });
  story.tell({ type: 'stop.asked', by: evil, now: true });
  story.tell({ type: 'run.stopped', reason: 'asked', code: 10, left: 1, landed: 1, detail: evil });
  const state = story.state();
  const features = [feature(evil, evil)];
  for (const event of story.events) {
    const line = lineOf(event, state, features);
    const text = line ? renderLine(line, event.ts, plainPaint, 80).join('') : '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text, event.type).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]|owned/);
  }
});

test('a long text is cut where the third line ends', () => {
  const words = 'word '.repeat(4000);
  const lines = shown({ type: 'note.added', words, by: 'ada@desk' }).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/…$/);
});

test('colours say what the symbols say', async () => {
  const paint = await makePaint(true);
  const [line = ''] = renderLine(
    { symbol: '✗', feature: 'F001', text: 'refused' },
    Date.UTC(2026, 10, 20, 22, 15),
    paint,
    80,
  );
  expect(line).toBe('\u001b[2m22:15\u001b[22m  \u001b[31m✗\u001b[39m \u001b[1mF001\u001b[22m refused');
});

test('an acceptance with doubts says in a line what is worth a look', () => {
  const suspicion = { kind: 'runs-text', path: 'src/a.js', line: 3, says: 'It makes code from text.' };
  expect(
    shown({
      type: 'judge.ruled',
      session: 1,
      feature: 'F001',
      scope: 'candidate',
      ruling: 'accepted',
      tree: sha('ca'),
      ms: 9000,
      suspicions: [suspicion, { ...suspicion, line: 9 }],
      notes: ['One.', 'Two.', 'Three.'],
    }),
  ).toBe(
    '22:16  ✓ F001 accepted in 9 s: unproven, a person said so\n' +
      '         worth a look (the first of 2): src/a.js:3: It makes code from text.\n' +
      '         One.\n         Two.\n         and 1 more note',
  );
});

test('a failure names who it was', () => {
  expect(
    shown({
      type: 'brain.failed',
      session: 1,
      feature: 'F001',
      role: 'evaluator',
      ms: 1000,
      kind: 'unavailable',
      reason: 'busy',
    }),
  ).toContain('the evaluator is unavailable after 1 s: busy');
});
