import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isNohup, type Ties, whyLost } from '../../src/cli/attached.ts';
import { listen } from '../../src/cli/signals.ts';
import { makeSignals } from '../../src/loop/signals.ts';
import { type FakeIoOptions, fakeIo } from '../helpers/fake-io.ts';

function listening(options: FakeIoOptions = {}) {
  const io = fakeIo(options);
  const signals = makeSignals();
  const said: string[] = [];
  const order: string[] = [];
  const off = listen(
    io,
    signals,
    (text) => said.push(text),
    () => order.push(`all is ended, ${io.died.length} deaths before`),
  );
  return { io, signals, said, order, off };
}

test('Ctrl-C once stops after this session, twice now, and a third time all is ended and the process dies of it', () => {
  const { io, signals, said, order } = listening();
  io.signal('SIGINT');
  expect([signals.soft.aborted, signals.hard.aborted]).toEqual([true, false]);
  io.signal('SIGINT');
  expect([signals.hard.aborted, signals.why()]).toEqual([true, 'interrupted']);
  expect(said).toEqual([
    'Stops after this session. Ctrl-C again saves the work and stops now.',
    'Saves the work and stops.',
  ]);
  expect([order, io.died]).toEqual([[], []]);
  io.signal('SIGINT');
  expect([order, io.died]).toEqual([['all is ended, 0 deaths before'], ['SIGINT']]);
  expect(io.signal('SIGINT')).toBe(0);
});

test('on a CI machine one SIGINT is the job called off: nobody is there to press again', () => {
  const { io, signals, said } = listening({ env: { CI: 'true' } });
  io.signal('SIGINT');
  expect([signals.hard.aborted, signals.why(), said]).toEqual([
    true,
    'interrupted',
    ['Saves the work and stops.'],
  ]);
});

test('Ctrl-C after a SIGTERM or `stop --now` first says that it is saving, and only then ends it', () => {
  const { io, signals, said } = listening();
  signals.raiseHard('asked');
  io.signal('SIGINT');
  expect([said, io.died]).toEqual([[expect.stringMatching(/^It is saving the work\. Ctrl-C again/)], []]);
  io.signal('SIGINT');
  expect([io.died, signals.why()]).toEqual([['SIGINT'], 'asked']);
});

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s saves the work and stops now, however often it comes',
  (name) => {
    const { io, signals, said } = listening();
    io.signal(name);
    io.signal(name);
    expect([signals.soft.aborted, signals.hard.aborted, signals.why()]).toEqual([true, true, 'terminated']);
    expect(said).toEqual(['Saves the work and stops.']);
    expect(io.signal(name)).toBe(1);
  },
);

test('SIGTERM after a Ctrl-C does not wait for the session', () => {
  const { io, signals } = listening();
  io.signal('SIGINT');
  io.signal('SIGTERM');
  expect([signals.hard.aborted, signals.why()]).toEqual([true, 'terminated']);
});

test('when it is over nobody listens', () => {
  const { io, off } = listening();
  off();
  expect(io.signal('SIGINT')).toBe(0);
});

test('under nohup SIGHUP is told once and means nothing; SIGTERM does', () => {
  const { io, signals, said } = listening({ nohup: true });
  io.signal('SIGHUP');
  io.signal('SIGHUP');
  expect([signals.soft.aborted, said]).toEqual([false, [expect.stringMatching(/as nohup asked/)]]);
  io.signal('SIGTERM');
  expect(signals.hard.aborted).toBe(true);
});

describe('what a run hangs on', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const onTerminal: Ties = { terminal: true, parent: 7 };
  const onPipes: Ties = { terminal: false, parent: 7 };
  test.each([
    ['a terminal that goes', onTerminal, { terminal: false, parent: 1 }, false, 'Its terminal is gone.'],
    ['a parent that goes', onTerminal, { terminal: true, parent: 1 }, false, undefined],
    ['a parent that goes, on pipes', onPipes, { terminal: false, parent: 1 }, false, undefined],
    ['a reader that goes', onPipes, onPipes, true, undefined],
    ['both', onPipes, { terminal: false, parent: 1 }, true, 'Whoever started it is gone,'],
    [
      'a system that does not tell',
      { terminal: undefined, parent: 7 },
      { terminal: undefined, parent: 1 },
      false,
      undefined,
    ],
  ] as const)('%s', (_, began, now, unheard, why) => {
    if (why === undefined) expect(whyLost(began, now, unheard)).toBeUndefined();
    else expect(whyLost(began, now, unheard)).toContain(why);
  });

  test('is looked at while the run goes on: the work is saved when it is lost, and not under nohup', () => {
    let ties = onTerminal;
    const lost = listening({ ties: () => ties });
    const kept = listening({ ties: () => ties, nohup: true });
    vi.advanceTimersByTime(5000);
    expect(lost.signals.hard.aborted).toBe(false);
    ties = onPipes;
    vi.advanceTimersByTime(1000);
    expect([lost.signals.hard.aborted, lost.signals.why()]).toEqual([true, 'terminated']);
    expect(lost.said).toEqual(['Its terminal is gone. Saves the work and stops.']);
    expect(kept.signals.soft.aborted).toBe(false);
    for (const one of [lost, kept]) one.off();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nohup is known by the name that a shell leaves in the environment', () => {
    expect(isNohup({ _: '/usr/bin/nohup' })).toBe(true);
  });
});
