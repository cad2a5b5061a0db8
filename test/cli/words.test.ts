import { expect, test } from 'vitest';
import { bytes, count, dollars, duration, when } from '../../src/cli/words.ts';

process.env['TZ'] = 'UTC';
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

test.each([
  [-5, '0 s'],
  [400, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [61 * second, '1 min 1 s'],
  [12 * minute + 40 * second, '12 min'],
  [3 * hour + 12 * minute, '3 h 12 min'],
  [4 * hour, '4 h'],
  [27 * hour, '1 d 3 h'],
  [48 * hour, '2 d'],
])('%i ms is "%s"', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('a fraction of a cent never looks like nothing', () => {
  expect([dollars(0), dollars(0.0042), dollars(1.239)]).toEqual(['$0.00', '$0.0042', '$1.24']);
});

test('an instant of this night is a time, one farther away has its date', () => {
  const now = Date.UTC(2026, 10, 20, 22, 0);
  expect(when(Date.UTC(2026, 10, 20, 23, 5), now)).toBe('23:05');
  expect(when(Date.UTC(2026, 10, 21, 7, 30), now)).toBe('07:30');
  expect(when(Date.UTC(2026, 10, 21, 22, 30), now)).toBe('2026-11-21 22:30');
  expect(when(Date.UTC(2026, 10, 20, 1, 0), now)).toBe('2026-11-20 01:00');
});

test('numbers agree with their nouns', () => {
  expect([count(1, 'feature'), count(0, 'feature'), count(2, 'branch', 'branches')]).toEqual([
    '1 feature',
    '0 features',
    '2 branches',
  ]);
  expect([bytes(999), bytes(1500), bytes(25_000_000), bytes(3.2e9)]).toEqual([
    '999 bytes',
    '1.5 KB',
    '25 MB',
    '3.2 GB',
  ]);
});
