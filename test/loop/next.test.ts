import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Limits } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import type { State } from '../../src/ledger/state.ts';
import { next } from '../../src/loop/next.ts';
import { whyBlock } from '../../src/loop/ready.ts';
import type { Feature } from '../../src/project/feature.ts';
import { feature } from '../helpers/feature.ts';
import { base, recorded } from '../helpers/recorded.ts';

const commit = (n: number) => n.toString(16).padStart(40, '0');
const now = Date.parse('2026-11-20T22:00:00Z');
const limits: Limits = {
  sessionTurns: 50,
  sessionMs: 1000,
  idleMs: 1000,
  refusalsPerSession: 2,
  sessionsPerFeature: 3,
  noProgressSessions: 4,
  backoffMs: 1000,
  unavailableTries: 3,
};

/** A state from events alone, as a later process would see it. */
function stateAfter(...events: Event[]): State {
  const state = fold(recorded([{ type: 'limits.set', limits }, ...events], now, 0));
  if (!state) throw new Error('no state');
  return state;
}

const started = (session: number, id: string): Event => ({
  type: 'session.started',
  session,
  feature: id,
  role: 'coder',
  brain: 'scripted',
  base,
  brief: '',
});
const ended = (
  session: number,
  id: string,
  outcome: 'refused' | 'failed' | 'partial' | 'landed' | 'unavailable',
): Event => ({
  type: 'session.ended',
  session,
  feature: id,
  outcome,
  ms: 1,
  counts: outcome === 'refused' || outcome === 'failed',
});
const failedSession = (n: number, id: string): Event[] => [started(n, id), ended(n, id, 'refused')];
const landed = (n: number, id: string, parent = base): Event => ({
  type: 'work.landed',
  session: n,
  feature: id,
  commit: commit(n),
  parent,
  tree: commit(n + 100),
  subject: `${id}: it`,
  files: 1,
  added: 1,
  removed: 0,
});
const final = (lost: string[] = []): Event => ({
  type: 'judge.ruled',
  scope: 'final',
  ruling: lost.length > 0 ? 'refused' : 'accepted',
  tree: commit(9),
  ms: 1,
  reasons: [],
  lost,
});

describe('what comes next', () => {
  const table: [string, State, Feature[], Partial<Limits>, unknown][] = [
    [
      'the first feature of the list',
      stateAfter(),
      [feature('F1'), feature('F2')],
      {},
      { do: 'work', feature: 'F1' },
    ],
    [
      'the more urgent one',
      stateAfter(),
      [feature('F1'), feature('F2', { priority: 1 })],
      {},
      { do: 'work', feature: 'F2' },
    ],
    [
      'what others depend on, though it is less urgent',
      stateAfter(),
      [feature('F1', { priority: 1, dependsOn: ['F2'] }), feature('F2')],
      {},
      { do: 'work', feature: 'F2' },
    ],
    [
      'the one that was refused less often',
      stateAfter(started(1, 'F1'), refused(1, 'F1'), ended(1, 'F1', 'refused')),
      [feature('F1'), feature('F2')],
      {},
      { do: 'work', feature: 'F2' },
    ],
    [
      'nothing when all pass',
      stateAfter(),
      [feature('F1', { passes: true })],
      {},
      { do: 'stop', reason: 'complete' },
    ],
    [
      'the final judge when the last one has landed',
      stateAfter(started(1, 'F1'), landed(1, 'F1'), ended(1, 'F1', 'landed')),
      [feature('F1', { passes: true })],
      {},
      { do: 'final' },
    ],
    [
      'complete once the final judge agrees',
      stateAfter(started(1, 'F1'), landed(1, 'F1'), ended(1, 'F1', 'landed'), final()),
      [feature('F1', { passes: true })],
      {},
      { do: 'stop', reason: 'complete' },
    ],
    [
      'work on what the final judge found lost',
      stateAfter(started(1, 'F1'), landed(1, 'F1'), ended(1, 'F1', 'landed'), final(['F1']), {
        type: 'feature.reopened',
        feature: 'F1',
        why: 'lost',
        by: 'final-judge',
      }),
      [feature('F1')],
      {},
      { do: 'work', feature: 'F1' },
    ],
    [
      'the end after two such rounds',
      stateAfter(started(1, 'F1'), landed(1, 'F1'), ended(1, 'F1', 'landed'), final(['F1']), final(['F1'])),
      [feature('F1')],
      {},
      { do: 'stop', reason: 'final-judge', detail: '2 rounds of the final judge found something lost' },
    ],
    [
      'a stop when a person asks',
      stateAfter({ type: 'stop.asked', by: 'me', now: false }),
      [feature('F1')],
      {},
      { do: 'stop', reason: 'asked', detail: 'by me' },
    ],
    ['a stop at the time', stateAfter(), [feature('F1')], { until: now }, { do: 'stop', reason: 'until' }],
    [
      'work just before the time',
      stateAfter(),
      [feature('F1')],
      { until: now + 1 },
      { do: 'work', feature: 'F1' },
    ],
    [
      'a stop at the session limit',
      stateAfter(...failedSession(1, 'F1')),
      [feature('F1')],
      { maxSessions: 1 },
      { do: 'stop', reason: 'max-sessions', detail: '1 session' },
    ],
    [
      'a stop when the money is spent',
      stateAfter({ type: 'cost.updated', usage: {}, usd: 2 }),
      [feature('F1')],
      { maxCostUsd: 2 },
      { do: 'stop', reason: 'max-cost', detail: '2.00 of 2.00 US dollars are spent' },
    ],
    [
      'a stop when nobody knows what was spent',
      stateAfter({ type: 'cost.updated', usage: {}, usd: null }),
      [feature('F1')],
      { maxCostUsd: 2 },
      { do: 'stop', reason: 'max-cost', detail: 'the brain spent something whose price is not known' },
    ],
    [
      'blocked when three sessions failed',
      stateAfter(...failedSession(1, 'F1'), ...failedSession(2, 'F1'), ...failedSession(3, 'F1')),
      [feature('F1')],
      {},
      { do: 'stop', reason: 'blocked', detail: 'F1' },
    ],
    [
      'what does not depend on the blocked one',
      stateAfter({ type: 'feature.blocked', feature: 'F1', reasons: [], why: 'x' }),
      [feature('F1'), feature('F2', { dependsOn: ['F1'] }), feature('F3')],
      {},
      { do: 'work', feature: 'F3' },
    ],
    [
      'no progress after four sessions in a row',
      stateAfter(...[1, 2, 3, 4].flatMap((n) => failedSession(n, `F${n}`))),
      [feature('F1'), feature('F5')],
      {},
      { do: 'stop', reason: 'no-progress', detail: '4 sessions in a row brought nothing' },
    ],
    [
      'a person, when the rest waits for one',
      stateAfter({ type: 'feature.parked', feature: 'F1', session: 1, question: '?' }),
      [feature('F1'), feature('F2', { dependsOn: ['F1'] })],
      {},
      { do: 'stop', reason: 'needs-human', detail: 'F1, F2' },
    ],
    [
      'a wait while the brain is unavailable',
      stateAfter(started(1, 'F1'), unavailable(1), ended(1, 'F1', 'unavailable')),
      [feature('F1')],
      {},
      { do: 'wait', why: 'unavailable', until: now + 1000, probes: true, reason: 'busy' },
    ],
    [
      'unavailable after the fourth time',
      stateAfter(unavailable(1), unavailable(1), unavailable(1), unavailable(1)),
      [feature('F1')],
      {},
      { do: 'stop', reason: 'unavailable', detail: 'busy' },
    ],
    [
      'no wait beyond the end of the invocation',
      stateAfter(unavailable(1)),
      [feature('F1')],
      { until: now + 500 },
      { do: 'stop', reason: 'unavailable', detail: 'busy', until: now + 1000 },
    ],
    [
      'a pause, though there is work',
      stateAfter({ type: 'wait.started', why: 'paused', reason: 'paused by me' }),
      [feature('F1')],
      {},
      { do: 'wait', why: 'paused', reason: 'paused by me' },
    ],
    [
      'the judge before all else',
      stateAfter({ type: 'judge.broken', code: 'x', reason: 'cannot see', help: '' }),
      [feature('F1', { passes: true })],
      {},
      { do: 'stop', reason: 'judge-broken', detail: 'cannot see' },
    ],
    [
      'no brain when one says that none can work',
      stateAfter({ type: 'brain.failed', session: 1, ms: 1, kind: 'fatal', reason: 'no credit' }),
      [feature('F1')],
      {},
      { do: 'stop', reason: 'no-brain', detail: 'no credit' },
    ],
    [
      'blocked also where the money is used up: more of it would bring nothing',
      stateAfter({ type: 'cost.updated', usage: {}, usd: 2 }),
      [feature('F1', { blocked: 'x' })],
      { maxCostUsd: 2, until: 0 },
      { do: 'stop', reason: 'blocked', detail: 'F1' },
    ],
    [
      'no more money, when dimes have come to a dollar that binary sums miss',
      stateAfter(
        ...Array.from({ length: 10 }, () => ({ type: 'cost.updated' as const, usage: {}, usd: 0.1 })),
      ),
      [feature('F1')],
      { maxCostUsd: 1 },
      { do: 'stop', reason: 'max-cost', detail: '1.00 of 1.00 US dollars are spent' },
    ],
    [
      'a blocked one of the list is left alone',
      stateAfter(),
      [feature('F1', { blocked: 'x' })],
      {},
      { do: 'stop', reason: 'blocked', detail: 'F1' },
    ],
    [
      'a blocked one of the list that a person reopened',
      stateAfter({ type: 'feature.reopened', feature: 'F1', why: 'answered', by: 'person', words: 'try' }),
      [feature('F1', { blocked: 'x' })],
      {},
      { do: 'work', feature: 'F1' },
    ],
  ];
  it('another try where the clock was set back behind the start of a wait: its end says nothing any more', () => {
    const state = stateAfter(unavailable(1));
    const early = now - 3_600_000;
    expect(next(state, [feature('F1')], { ...limits, until: early + 500 }, early)).toEqual({
      do: 'work',
      feature: 'F1',
    });
  });

  it.each(table)('%s', (_title, state, features, more, step) => {
    expect(next(state, features, { ...limits, ...more }, now)).toEqual(step);
  });

  it('waiting for a provider costs no feature a session', () => {
    const state = stateAfter(
      ...[1, 2, 3, 4].flatMap((n): Event[] => [started(n, 'F1'), ended(n, 'F1', 'unavailable')]),
    );
    expect(whyBlock(state, 'F1', limits)).toBeUndefined();
    expect(state.idleSessions).toBe(0);
  });

  it('the fallback that dies each time it works on a feature leaves it alone in the end; being stopped costs it nothing', () => {
    const beside = { fallback: true };
    const list = [feature('F1')];
    const events: Event[] = [{ type: 'feature.blocked', feature: 'F1', reasons: [], why: 'x' }];
    const cut = (n: number, outcome: 'crashed' | 'interrupted'): Event[] => [
      { ...started(n, 'F1'), fallback: true } as Event,
      { type: 'session.ended', session: n, feature: 'F1', outcome, ms: 1, counts: false },
    ];
    const again = { do: 'work', feature: 'F1', fallback: true };
    for (const [n, outcome] of (['interrupted', 'crashed', 'interrupted', 'crashed'] as const).entries()) {
      events.push(...cut(n + 1, outcome));
      expect(next(stateAfter(...events), list, limits, now, beside)).toEqual(again);
    }
    events.push(...cut(5, 'crashed'));
    expect(next(stateAfter(...events), list, limits, now, beside)).toMatchObject({
      do: 'stop',
      reason: 'blocked',
    });
  });

  it('a round of review has one session on its feature and none on others, also when all sessions are used up', () => {
    const beside = { only: 'R1-1' };
    const list = [feature('F1'), feature('R1-1', { priority: 200 })];
    const spent = { ...limits, maxSessions: 1 };
    const before = failedSession(1, 'F1');
    const go = { do: 'work', feature: 'R1-1' };
    expect(next(stateAfter(...before), list, spent, now, beside)).toEqual(go);
    const cut: Event[] = [started(2, 'R1-1'), ended(2, 'R1-1', 'unavailable')];
    expect(next(stateAfter(...before, ...cut), list, spent, now, beside)).toEqual(go);
    const over = [...before, ...cut, started(3, 'R1-1'), ended(3, 'R1-1', 'partial')];
    expect(next(stateAfter(...over), list, spent, now, beside)).toMatchObject({
      do: 'stop',
      reason: 'asked',
    });
    const passing = [feature('F1'), feature('R1-1', { passes: true })];
    expect(next(stateAfter(...before), passing, spent, now, beside)).toMatchObject({ reason: 'asked' });
  });

  it('is pure: the same question has the same answer and nothing is changed', () => {
    const outcomes = ['refused', 'failed', 'partial', 'unavailable'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('F1', 'F2', 'F3'), fc.constantFrom(...outcomes)), {
          maxLength: 12,
        }),
        (story) => {
          const state = stateAfter(
            ...story.flatMap(([id, how], n): Event[] => [started(n + 1, id), ended(n + 1, id, how)]),
          );
          const features = [
            feature('F1'),
            feature('F2', { dependsOn: ['F1'] }),
            feature('F3', { priority: 3 }),
          ];
          const before = structuredClone({ state, features, limits });
          const first = next(state, features, limits, now);
          expect(next(state, features, limits, now)).toEqual(first);
          expect({ state, features, limits }).toEqual(before);
          if (first.do === 'work') expect(whyBlock(state, first.feature, limits)).toBeUndefined();
        },
      ),
    );
  });
});

function refused(session: number, id: string): Event {
  return {
    type: 'judge.ruled',
    session,
    feature: id,
    scope: 'candidate',
    ruling: 'refused',
    tree: commit(1),
    ms: 1,
    reasons: [{ code: 'proof.missing', text: 'nothing' }],
  };
}

function unavailable(session: number): Event {
  return { type: 'brain.failed', session, ms: 1, kind: 'unavailable', reason: 'busy' };
}
