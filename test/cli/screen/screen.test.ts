import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OutputMode } from '../../../src/cli/output.ts';
import { makeScreen, type Screen } from '../../../src/cli/screen/screen.ts';
import { fold, step } from '../../../src/ledger/fold.ts';
import { type FakeIo, fakeIo } from '../../helpers/fake-io.ts';
import type { LedgerStory } from '../../helpers/ledger-story.ts';
import { evening, nightFeatures, wholeNight } from '../../helpers/nights.ts';

let io: FakeIo;
let now: number;
beforeEach(() => {
  io = fakeIo();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function open(mode: OutputMode, columns = 80): Promise<Screen> {
  const { stdout, stderr } = io;
  return makeScreen({ mode, stdout, stderr, colour: false, columns, now: () => now });
}

/** Plays a story on a screen, event by event, as the loop does. */
function play(screen: Screen, { events }: LedgerStory): void {
  const state = fold(events.slice(0, 1));
  if (!state) throw new Error('a story begins with run.started');
  for (const [index, event] of events.entries()) {
    if (index > 0) step(state, event);
    now = Date.parse(event.ts);
    screen.event(event, state, nightFeatures);
  }
}

test('plain: lines on stderr, nothing on stdout, and a last line that says what to do', async () => {
  const screen = await open('plain');
  play(screen, wholeNight());
  screen.done();
  const lines = io.err().trimEnd().split('\n');
  expect(io.out()).toBe('');
  expect(lines[0]).toBe('22:15  ▷ run 2026-11-20 starts on main (bababab), branch agentloop/2026-11-20');
  expect(lines.at(-1)).toBe(
    '2026-11-20 22:40: stopped, what is left waits for a person, 3 of 6 features pass, $1.24 of $5.00, 25 min; next: agentloop answer F003 "your words"',
  );
});

test('in colour the last line is the same, said once', async () => {
  const { stdout, stderr } = io;
  const screen = await makeScreen({ mode: 'quiet', stdout, stderr, colour: true, now: () => now });
  play(screen, wholeNight());
  screen.done();
  expect(io.err().replaceAll('\u001b', '^')).toMatch(
    /^\^\[1m2026-11-20 22:40: stopped, [^;]*; next: agentloop answer F003 "your words"\^\[22m\n$/,
  );
});

test('ndjson: exactly the lines of the ledger on stdout, and silence on stderr', async () => {
  const screen = await open('ndjson');
  const story = wholeNight();
  play(screen, story);
  screen.activity('bash: npm test');
  await vi.advanceTimersByTimeAsync(300_000);
  screen.done();
  screen.close();
  expect(io.out()).toBe(story.text());
  expect(io.err()).toBe('');
});

test('quiet: the last line and nothing else', async () => {
  const screen = await open('quiet');
  play(screen, wholeNight());
  await vi.advanceTimersByTimeAsync(300_000);
  screen.say('Stops after this session.');
  screen.done();
  expect(io.out()).toBe('');
  expect(io.err().trimEnd().split('\n')).toHaveLength(1);
});

test('quiet: a judge that could not see is an error, and errors are told', async () => {
  const screen = await open('quiet');
  const story = evening();
  story.tell({
    type: 'judge.broken',
    code: 'judge.prepare-failed',
    reason: 'init.sh ended with 1',
    help: 'agentloop doctor',
  });
  play(screen, story);
  expect(io.err()).toBe(
    '22:16  ! the judge could not see (judge.prepare-failed): init.sh ended with 1\n         agentloop doctor\n',
  );
});

test('plain: after a minute of silence a line says that it is still there, and what it does', async () => {
  const screen = await open('plain');
  const story = evening();
  play(screen, story);
  screen.activity('npm test');
  const before = io.err().length;
  now += 59_000;
  await vi.advanceTimersByTimeAsync(59_000);
  expect(io.err().slice(before)).toBe('');
  now += 1000;
  await vi.advanceTimersByTimeAsync(1000);
  now += 60_000;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(io.err().slice(before)).toMatchInlineSnapshot(`
    "22:16  · npm test · 3 of 6 features · $0.00 of $5.00 · 1 min 13 s (until 07:30,
             9 h 13 min left)
    22:17  · npm test · 3 of 6 features · $0.00 of $5.00 · 2 min 13 s (until 07:30,
             9 h 12 min left)
    "
  `);
  screen.close();
  const closed = io.err().length;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(io.err().length).toBe(closed);
});

test('what the judge says it does is shown until it has ruled', async () => {
  const screen = await open('plain', 1000);
  const { events } = evening();
  const ruled = events.findIndex((event) => event.type === 'judge.ruled');
  const state = fold(events.slice(0, ruled));
  if (!state) throw new Error('a story begins with run.started');
  now = Date.parse(events[ruled]?.ts ?? '');
  screen.activity('the judge looks at the base');
  for (const event of events.slice(ruled - 1, ruled)) screen.event(event, state, nightFeatures);
  const started = io.err().length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(io.err().slice(started)).toContain('· the judge looks at the base ·');
  for (const event of events.slice(ruled, ruled + 1)) screen.event(event, state, nightFeatures);
  const over = io.err().length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(io.err().slice(over)).toContain('· between sessions ·');
  screen.close();
});

test('plain: a line of the run makes the heartbeat wait another minute', async () => {
  const screen = await open('plain');
  const story = evening();
  play(screen, story);
  await vi.advanceTimersByTimeAsync(50_000);
  screen.say('Stops after this session.');
  const before = io.err().length;
  await vi.advanceTimersByTimeAsync(50_000);
  expect(io.err().length).toBe(before);
  screen.close();
});

test('a run that never began has no last line', async () => {
  const screen = await open('plain');
  screen.done();
  expect(io.err()).toBe('');
});
