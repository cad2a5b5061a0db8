import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { width } from '../../../src/cli/harmless.ts';
import type { Out } from '../../../src/cli/io.ts';
import { footerLines, openFooter } from '../../../src/cli/screen/footer.ts';
import type { Event } from '../../../src/ledger/event.ts';
import { feature, sessionStarted } from '../../helpers/ledger-story.ts';
import { evening, nightFeatures, twoLandings } from '../../helpers/nights.ts';

process.env['TZ'] = 'UTC';

function footer(story: ReturnType<typeof evening>, activity: string, columns: number): string {
  const standing = { state: story.state(), features: nightFeatures, alive: true, now: story.now() + 12_000 };
  return footerLines(standing, activity, columns).join('\n');
}

test('a session at work: feature, session, phase, what it does, how far, the bill, the time', () => {
  const story = twoLandings();
  story.tell(sessionStarted(4, 'F003'), 1);
  expect(footer(story, 'bash: npm test', 100)).toMatchInlineSnapshot(`
    "F003 Mark a todo as done · session 4 · working: bash: npm test
    3 of 6 features · $1.24 of $5.00 · 18 min (until 07:30, 8 h 56 min left)"
  `);
});

test('on a narrow terminal the title gives way to what goes on', () => {
  const story = twoLandings();
  story.tell(sessionStarted(4, 'F002'), 1);
  expect(footer(story, '', 48).split('\n')[0]).toBe('F002 List todos, newes… · session 4 · working');
});

test.each<[string, Event[]]>([
  ['between sessions', []],
  ['being stopped', [sessionStarted(1, 'F004'), { type: 'stop.asked', by: 'ada@desk', now: false }]],
  [
    'waiting',
    [
      {
        type: 'wait.started',
        why: 'unavailable',
        reason: '529 overloaded',
        until: Date.UTC(2026, 10, 20, 22, 28),
      },
    ],
  ],
  ['paused', [{ type: 'wait.started', why: 'paused', reason: 'paused by ada@desk' }]],
  [
    'being paused',
    [sessionStarted(1, 'F004'), { type: 'wait.started', why: 'paused', reason: 'paused by ada@desk' }],
  ],
])('a run that is %s says so', (what, events) => {
  const story = evening();
  for (const event of events) story.tell(event, 1);
  const first = {
    'between sessions': 'between sessions',
    'being stopped': 'F004 Export to CSV · session 1 · stops after it · working',
    waiting: 'waiting until 22:28 (12 min left): 529 overloaded',
    paused: 'paused by ada@desk',
    'being paused': 'F004 Export to CSV · session 1 · pauses after it · working',
  }[what];
  expect(footer(story, '', 100).split('\n')[0]).toBe(first);
});

test('it is never wider than the terminal, and takes two lines on the narrowest', () => {
  const story = twoLandings();
  story.tell(sessionStarted(4, 'F003'), 1);
  for (const columns of [1, 5, 20, 40, 79, 200]) {
    const lines = footer(story, '日本語 '.repeat(50), columns).split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(Math.max(1, columns - 3));
  }
});

test('a title or an activity cannot move the cursor', () => {
  const story = evening();
  story.tell(sessionStarted(1, 'F001'), 1);
  const features = [feature('F001', 'a\u001b[2Jb')];
  const standing = { state: story.state(), features, alive: true, now: story.now() };
  expect(footerLines(standing, 'x\ny\u001b]0;t\u0007', 80)[0]).toBe('F001 ab · session 1 · working: x y');
});

test('on a terminal it hides the cursor, follows the width, and leaves nothing behind', async () => {
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 80,
    write: (text: string) => written.push(text),
    cursorTo: () => true,
    moveCursor: (_x: number, y: number) => written.push(`<${y}>`),
    clearLine: () => written.push('<clear>'),
    clearScreenDown: () => written.push('<down>'),
  });
  const widths: number[] = [];
  const opened = await openFooter(stream as unknown as Out, false, (columns) => {
    widths.push(columns);
    return [`first at ${columns}`, 'second'];
  });
  expect(written.join('')).toContain('first at 80\n  second');
  expect(written.join('')).toContain('\u001b[?25l');
  written.length = 0;
  stream.columns = 40;
  stream.emit('resize');
  expect(widths.at(-1)).toBe(40);
  expect(written.join('')).toContain('first at 40');
  written.length = 0;
  opened.close();
  expect(written.join('')).toContain('<clear>');
  expect(written.join('')).toContain('\u001b[?25h');
  expect(stream.listenerCount('resize')).toBe(0);
});
