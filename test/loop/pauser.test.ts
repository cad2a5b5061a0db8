import { expect, test } from 'vitest';
import { makePauser } from '../../src/loop/pauser.ts';
import { makeSignals } from '../../src/loop/signals.ts';

const evening = Date.UTC(2036, 0, 1);

test('a wait ends when the clock is set back behind its start: its end may be years away now', async () => {
  let clock = evening;
  const looks: number[] = [];
  const { pause } = makePauser(makeSignals(), {
    now: () => {
      looks.push(clock);
      // The third look finds the clock set right.
      if (looks.length === 3) clock = Date.UTC(2026, 0, 1);
      return clock;
    },
    piece: 1,
  });
  expect(await pause(evening + 3_600_000)).toBe('time');
  expect(looks.length).toBeGreaterThanOrEqual(3);
});

test('a wait is over as soon as the clock says so, also when it jumps there', async () => {
  let clock = evening;
  const { pause } = makePauser(makeSignals(), { now: () => (clock += 1_800_000), piece: 1 });
  expect(await pause(evening + 7_200_000)).toBe('time');
  expect(clock).toBeLessThan(evening + 10_800_000);
});

test('a nudge and a signal end it at once', async () => {
  const signals = makeSignals();
  const { pause, nudge } = makePauser(signals, { now: () => evening });
  const waiting = pause(evening + 1000);
  nudge();
  expect(await waiting).toBe('nudge');
  const stopped = pause();
  signals.raiseSoft();
  expect(await stopped).toBe('signal');
});
