import { afterEach, expect, it } from 'vitest';
import { Config } from '../../src/config.ts';
import { limitsOf, untilInstant } from '../../src/policy/limits.ts';

const zone = process.env['TZ'];
afterEach(() => {
  process.env['TZ'] = zone;
});

it('--until is the next time the local clock shows it: today, or tomorrow when it is past', () => {
  process.env['TZ'] = 'Europe/Berlin';
  const at = (text: string) => Date.parse(text);
  expect(untilInstant('07:30', at('2026-11-20T05:00:00Z'))).toBe(at('2026-11-20T06:30:00Z'));
  expect(untilInstant('07:30', at('2026-11-20T06:30:00Z'))).toBe(at('2026-11-21T06:30:00Z'));
});

it('a night in which the clocks change is as long as it is', () => {
  process.env['TZ'] = 'Europe/Berlin';
  // 25 October 2026, 03:00 summer time becomes 02:00.
  expect(untilInstant('07:30', Date.parse('2026-10-24T20:00:00Z'))).toBe(Date.parse('2026-10-25T06:30:00Z'));
});

it('the earlier of --until and --max-duration ends the invocation', () => {
  const now = Date.parse('2026-11-20T20:00:00Z');
  const of = (limits: object) => limitsOf(Config.parse({ limits }), now).until;
  expect(of({})).toBeUndefined();
  expect(of({ maxDuration: '1h30m' })).toBe(now + 5_400_000);
  expect(of({ maxDuration: '30h', until: '23:59' })).toBeLessThan(now + 30 * 3_600_000);
});

it('--until reads the clock of a zone that is named, in summer and in winter', () => {
  process.env['TZ'] = 'America/New_York';
  const at = (text: string, now: string) => new Date(untilInstant(text, Date.parse(now))).toISOString();
  expect(at('06:30 Europe/Berlin', '2026-11-20T20:00:00Z')).toBe('2026-11-21T05:30:00.000Z');
  expect(at('06:30 Europe/Berlin', '2026-07-20T20:00:00Z')).toBe('2026-07-21T04:30:00.000Z');
  expect(at('06:30 Asia/Kolkata', '2026-07-20T20:00:00Z')).toBe('2026-07-21T01:00:00.000Z');
  expect(at('06:30', '2026-11-20T20:00:00Z')).toBe('2026-11-21T11:30:00.000Z');
  expect(at('2026-11-21T06:30+01:00', '2026-11-20T20:00:00Z')).toBe('2026-11-21T05:30:00.000Z');
  expect(() => at('2026-11-19T06:30Z', '2026-11-20T20:00:00Z')).toThrow(/has gone by/);
});

it.each(['25:00', '06:30 Middle/Earth', '2026-11-21T06:30', '2026-13-21T06:30Z', 'soon'])(
  '--until is no %s',
  (until) => {
    expect(Config.safeParse({ limits: { until } }).success).toBe(false);
  },
);
