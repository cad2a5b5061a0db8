import { describe, expect, it } from 'vitest';
import { whenItEnds } from '../../src/policy/when-it-ends.ts';

const now = Date.parse('2026-11-20T13:00:00Z');
const told = (text: string, at = now, zone = 'America/New_York') => {
  const end = whenItEnds(text, at, zone);
  return end === undefined ? undefined : new Date(end).toISOString();
};
const minutes = (count: number) => new Date(now + count * 60_000).toISOString();

describe('when a wait ends, by what somebody says of it', () => {
  it.each([
    ['try again in 5 minutes', minutes(5)],
    ['Rate limited. Please try again in 4m12s.', minutes(4.2)],
    ['Please try again in 7.66s', minutes(0.1277).replace(/:\d\d\.\d+Z/, ':07.660Z')],
    ['available in 2 hours and 5 minutes', minutes(125)],
    ['Try again in 3 days 4 hours', minutes(76 * 60)],
    ['retry after 30 seconds', minutes(0.5)],
    ['retry-after: 120', minutes(2)],
    ['{"error":{"retryDelay":"34s"}}', '2026-11-20T13:00:34.000Z'],
    ['wait 1h30m', minutes(90)],
    ['Claude AI usage limit reached|1795186800', '2026-11-20T15:00:00.000Z'],
    ['{"rate_limit_info":{"resetsAt":1795186800}}', '2026-11-20T15:00:00.000Z'],
    ['{"reset_at": 1795186800000}', '2026-11-20T15:00:00.000Z'],
    ['limit resets 2026-11-20T15:30:00Z', '2026-11-20T15:30:00.000Z'],
    ['until 2026-11-20T15:30:00.123+01:00', '2026-11-20T14:30:00.000Z'],
    ['until 2026-11-20 15:30 (Europe/Berlin)', '2026-11-20T14:30:00.000Z'],
    ["You've hit your 5-hour limit · resets 2:18pm (UTC)", '2026-11-20T14:18:00.000Z'],
    ['usage limit reached … resets at 3pm (Europe/Berlin)', '2026-11-20T14:00:00.000Z'],
    ['resets 3am (Europe/Berlin)', '2026-11-21T02:00:00.000Z'],
    ['You’ve hit your usage limit. Try again at 10:21 AM.', '2026-11-20T15:21:00.000Z'],
    ['back at 12 a.m.', '2026-11-21T05:00:00.000Z'],
    ['until 15:30 CET', '2026-11-20T14:30:00.000Z'],
    ['until 15:30 GMT+2', '2026-11-20T13:30:00.000Z'],
    ['until 10:30 PT', '2026-11-20T18:30:00.000Z'],
    ['resets Nov 24 at 3pm (Europe/Berlin)', '2026-11-24T14:00:00.000Z'],
    ['resets Dec 1st, 2026 1:05 AM UTC', '2026-12-01T01:05:00.000Z'],
    ['resets Thursday at 9am (UTC)', '2026-11-26T09:00:00.000Z'],
    ['resets Fri 2pm (UTC)', '2026-11-20T14:00:00.000Z'],
    ['resets Fri 12pm (UTC)', '2026-11-27T12:00:00.000Z'],
    ['resets tomorrow at 9am (UTC)', '2026-11-21T09:00:00.000Z'],
    ['2026-11-20T12:59:58Z ERROR limit reached, try again in 5 minutes', minutes(5)],
  ])('%s', (text, end) => {
    expect(told(text)).toBe(end);
  });

  it.each([
    'usage limit reached',
    'until 3',
    '429 Too Many Requests (request 1795186800)',
    'limit reached|1700000000',
    'resets at 25:00 UTC',
    'resets 3pm (Middle/Earth)',
    'retry after 90 days',
    '2026-11-20T12:00:00Z ERROR limit reached',
  ])('nothing can be read in: %s', (text) => {
    expect(told(text)).toBeUndefined();
  });

  it('a time of day that has just gone by is now, and not tomorrow', () => {
    expect(told('resets 1pm (UTC)', now + 90_000)).toBe(minutes(1.5));
    expect(told('resets 1pm (UTC)', now + 11 * 60_000)).toBe('2026-11-21T13:00:00.000Z');
  });

  it('a night in which the clocks change is as long as it is', () => {
    const evening = Date.parse('2026-10-24T20:00:00Z');
    expect(told('resets at 3:30 (Europe/Berlin)', evening)).toBe('2026-10-25T02:30:00.000Z');
    // 02:30 comes twice: the first one that is still ahead.
    expect(told('resets at 2:30 (Europe/Berlin)', evening)).toBe('2026-10-25T00:30:00.000Z');
    expect(told('resets at 2:30 (Europe/Berlin)', Date.parse('2026-10-25T00:50:00Z'))).toBe(
      '2026-10-25T01:30:00.000Z',
    );
    // 02:30 does not come at all.
    expect(told('resets at 2:30 (Europe/Berlin)', Date.parse('2026-03-28T20:00:00Z'))).toBe(
      '2026-03-29T01:30:00.000Z',
    );
  });
});
