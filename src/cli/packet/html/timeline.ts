import { count, dollars, duration } from '../../words.ts';
import type { CourseSession, Packet } from '../packet.ts';
import { el, type Markup, type Piece, seq } from './markup.ts';
import { clockOf, dayAndClock, head, placing } from './step-chart.ts';

/** Sessions as rows; the earliest of more than these are counted. */
const most = 200;

const tones: Readonly<Record<string, string>> = {
  landed: 'good',
  refused: 'bad',
  failed: 'bad',
  crashed: 'bad',
  stuck: 'warn',
  'needs-human': 'warn',
};

/** All sessions, one below the other, each with its time as a bar on the same axis; waits are told below. */
export function timeline({ course, started, at: ended }: Packet): Markup | undefined {
  const { sessions, waits } = course;
  if (sessions.length === 0) return undefined;
  const shown = sessions.slice(-most);
  const at = placing(started, ended);
  const left = sessions.length - shown.length;
  return el(
    'section',
    { 'aria-labelledby': 'timeline' },
    el('h2', { id: 'timeline' }, 'Sessions'),
    left > 0 && el('p', { class: 'quiet' }, `${count(left, 'earlier session')} not shown.`),
    el(
      'table',
      { class: 'timeline' },
      el(
        'caption',
        { class: 'quiet' },
        `From ${dayAndClock(started)} to ${dayAndClock(ended)} UTC; each bar is the time of one session.`,
      ),
      el('thead', {}, el('tr', {}, ['session', 'feature', 'when', 'end', 'cost'].map(head))),
      el(
        'tbody',
        {},
        shown.map((one) => row(one, at)),
      ),
    ),
    waits.length > 0 && [
      el('h3', {}, 'Waits'),
      el(
        'ul',
        {},
        waits.map(({ seq: number, from, to, why }) =>
          el('li', {}, `${clockOf(from)} to ${clockOf(to)} `, seq(number), ` ${why}`),
        ),
      ),
    ],
  );
}

function row(one: CourseSession, at: (instant: string) => number): Markup {
  const { session, feature, brain, from, to, outcome, refusals, usd } = one;
  const tone = tones[outcome ?? ''] ?? 'quiet';
  const ms = Date.parse(to) - Date.parse(from);
  const says = `${clockOf(from)} to ${clockOf(to)}, ${duration(ms)}`;
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, String(session), ' ', seq(one.seq)),
    el('td', {}, feature ?? '–', el('span', { class: 'quiet small' }, ` ${brain}`)),
    el(
      'td',
      { class: 'bar' },
      bar(session, at(from), at(to), tone, says),
      el('span', { class: 'quiet small' }, says),
    ),
    el('td', { class: tone }, outcome ?? 'not ended', refused(refusals)),
    el('td', { class: 'number' }, dollars(usd)),
  );
}

function refused(times: number): Piece {
  return times === 0 ? undefined : el('span', { class: 'quiet small' }, ` refused ${count(times, 'time')}`);
}

function bar(session: number, left: number, right: number, tone: string, says: string): Markup {
  const width = `${Math.max(0.6, Math.round(100 * (right - left)) / 100)}%`;
  return el(
    'svg',
    { role: 'img', 'aria-labelledby': `bar-${session}`, width: '100%', height: 14 },
    el('title', { id: `bar-${session}` }, `session ${session}: ${says}`),
    el('line', { class: 'axis', x1: 0, x2: '100%', y1: 7, y2: 7 }),
    el('rect', { class: tone, x: `${Math.min(left, 99.4)}%`, width, y: 2, height: 10, rx: 2 }),
  );
}
