import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import type { State } from '../../src/ledger/state.ts';
import { brainIsBroken, trippedBy } from '../../src/policy/breakers.ts';
import { base, recorded } from '../helpers/recorded.ts';

const limits = {
  sessionTurns: 50,
  sessionMs: 1000,
  idleMs: 1000,
  refusalsPerSession: 2,
  sessionsPerFeature: 20,
  noProgressSessions: 40,
  backoffMs: 1000,
  unavailableTries: 3,
  sameRefusals: 3,
  sameWork: 3,
  sameCrashes: 2,
};
const commit = (n: number) => n.toString(16).padStart(40, '0');

function stateAfter(...events: Event[]): State {
  const state = fold(recorded([{ type: 'limits.set', limits }, ...events]));
  if (!state) throw new Error('no state');
  return state;
}
const breaker = (state: State, id = 'F1') => trippedBy(state, id, limits)?.breaker;

const started = (session: number, feature = 'F1'): Event => ({
  type: 'session.started',
  session,
  feature,
  role: 'coder',
  brain: 'scripted',
  base,
  brief: '',
});
const ended = (session: number, outcome: 'failed' | 'unavailable' | 'refused', more: object = {}): Event => ({
  type: 'session.ended',
  session,
  feature: 'F1',
  outcome,
  ms: 1,
  counts: false,
  ...more,
});
const refused = (session: number, text: string, work?: number): Event => ({
  type: 'judge.ruled',
  session,
  feature: 'F1',
  scope: 'candidate',
  ruling: 'refused',
  tree: commit(session),
  ...(work === undefined ? {} : { work: commit(work) }),
  ms: 1,
  reasons: [{ code: 'proof.missing', text }],
});
const failed = (
  session: number,
  reason: string,
  kind: 'crashed' | 'unavailable' = 'crashed',
  feature = 'F1',
): Event => ({
  type: 'brain.failed',
  session,
  feature,
  ms: 1,
  kind,
  reason,
});
const crash = (n: number, reason: string, more: object = {}) => [
  started(n),
  failed(n, reason),
  ended(n, 'failed', more),
];
const landed = (n: number, feature: string): Event => ({
  type: 'work.landed',
  session: n,
  feature,
  commit: commit(n),
  parent: base,
  tree: commit(n + 100),
  subject: 'it',
  files: 1,
  added: 1,
  removed: 0,
});
const lost = (feature: string): Event[] => [
  {
    type: 'judge.ruled',
    scope: 'final',
    ruling: 'refused',
    tree: commit(9),
    ms: 1,
    reasons: [],
    lost: [feature],
  },
  { type: 'feature.reopened', feature, why: 'lost', by: 'final-judge' },
];
const answered: Event = { type: 'feature.reopened', feature: 'F1', why: 'answered', by: 'person' };

describe('what ends the work on a feature that goes nowhere', () => {
  const same = [started(1), refused(1, 'took 12 ms'), refused(1, 'took 9 ms'), refused(1, 'took 1.5 ms')];
  const works = [started(1), refused(1, 'a', 7), refused(1, 'b', 7), refused(1, 'c', 7)];
  const crashes = [...crash(1, 'exit 1 after 3 s'), ...crash(2, 'exit 1 after 5 s')];
  const undone = [landed(1, 'F1'), landed(2, 'F2'), ...lost('F1'), landed(3, 'F1'), ...lost('F2')];

  it.each<[string, Event[], string | undefined]>([
    ['the same refusal again and again, but for its figures', same, 'same-refusal'],
    [
      'another refusal in between',
      [...same.slice(0, 3), refused(1, 'other'), refused(1, 'took 3 ms')],
      undefined,
    ],
    ['a person has spoken since', [...same, answered], undefined],
    ['the very same work, whatever was said of it', works, 'same-work'],
    ['other work', [started(1), refused(1, 'a', 7), refused(1, 'b', 8), refused(1, 'c', 9)], undefined],
    ['the same crash twice', crashes, 'same-crash'],
    ['two crashes that differ', [...crash(1, 'boom'), ...crash(2, 'bang')], undefined],
    [
      'crashes with something to show',
      [...crash(1, 'x', { kept: commit(4) }), ...crash(2, 'x', { kept: commit(5) })],
      undefined,
    ],
    [
      'a crash, and a session that ended by itself in between',
      [
        ...crash(1, 'x'),
        started(2),
        { type: 'brain.finished', session: 2, feature: 'F1', ms: 1 },
        ...crash(3, 'x'),
      ],
      undefined,
    ],
    [
      'waiting, as often as it may be',
      Array.from({ length: 200 }, (_, n) => [
        started(n + 1),
        failed(n + 1, 'away', 'unavailable'),
        ended(n + 1, 'unavailable'),
      ]).flat(),
      undefined,
    ],
  ])('%s', (_, story, name) => {
    expect(breaker(stateAfter(...story))).toBe(name);
  });

  it('two features that undo each other: the one that is lost now, with the name of the other', () => {
    const state = stateAfter(...undone);
    expect(trippedBy(state, 'F2', limits)).toMatchObject({
      breaker: 'ping-pong',
      why: expect.stringMatching(/^F2 and F1 undo each other/),
    });
    expect(breaker(state, 'F1')).toBeUndefined();
    expect(breaker(stateAfter(landed(1, 'F1'), landed(2, 'F2'), ...lost('F1')))).toBeUndefined();
  });

  it('the same crash whatever the brain works on stops the run; a wait in between breaks no row and makes none', () => {
    const on = (id: string, n: number) => [started(n, id), failed(n, 'no such flag', 'crashed', id)];
    const row = [on('F1', 1), on('F1', 2), on('F2', 3)].flat();
    expect(brainIsBroken(stateAfter(...row), limits)).toBeUndefined();
    expect(brainIsBroken(stateAfter(...row, ...on('F2', 4)), limits)).toMatch(/crashed 4 times in a row/);
    const waits = Array.from({ length: 9 }, (_, n) => failed(n + 1, 'away', 'unavailable'));
    expect(brainIsBroken(stateAfter(...waits), limits)).toBeUndefined();
  });
});
