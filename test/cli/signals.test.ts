import { expect, test } from 'vitest';
import { listen } from '../../src/cli/signals.ts';
import { makeSignals } from '../../src/loop/signals.ts';
import { fakeIo } from '../helpers/fake-io.ts';

function listening() {
  const io = fakeIo();
  const signals = makeSignals();
  const said: string[] = [];
  const off = listen(io, signals, (text) => said.push(text));
  return { io, signals, said, off };
}

test('Ctrl-C once stops after this session, twice now, and a third time nobody holds it back', () => {
  const { io, signals, said } = listening();
  io.signal('SIGINT');
  expect([signals.soft.aborted, signals.hard.aborted]).toEqual([true, false]);
  io.signal('SIGINT');
  expect([signals.hard.aborted, signals.why()]).toEqual([true, 'interrupted']);
  expect(said).toEqual([
    'Stops after this session. Ctrl-C again saves the work and stops now.',
    'Saves the work and stops.',
  ]);
  expect(io.signal('SIGINT')).toBe(0);
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
