import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import { base, recorded } from '../helpers/recorded.ts';

const sha = (n: number) => n.toString(16).padStart(40, '0');

const session = fc.integer({ min: 1, max: 4 });
const feature = fc.constantFrom('F1', 'F2', 'F3');
const anyEvent = fc.oneof(
  fc.record({
    type: fc.constant('session.started' as const),
    session,
    feature,
    role: fc.constant('coder' as const),
    brain: fc.constant('x'),
    base: fc.constant(base),
    brief: fc.constant(''),
  }),
  fc.record({
    type: fc.constant('session.ended' as const),
    session,
    feature,
    outcome: fc.constantFrom('landed', 'refused', 'partial', 'failed', 'crashed', 'unavailable'),
    ms: fc.nat(),
    counts: fc.boolean(),
    kept: fc.constant(sha(7)),
  }),
  fc.record({
    type: fc.constant('brain.failed' as const),
    session,
    feature,
    ms: fc.nat(),
    kind: fc.constantFrom('unavailable', 'crashed', 'declined', 'fatal'),
    reason: fc.constant('x'),
  }),
  fc.record({
    type: fc.constant('judge.ruled' as const),
    session,
    feature,
    scope: fc.constantFrom('candidate', 'final', 'base'),
    ruling: fc.constantFrom('accepted', 'refused'),
    tree: fc.constant(sha(1)),
    ms: fc.nat(),
    reasons: fc.constant([]),
    lost: fc.constant([]),
  }),
  fc.record({
    type: fc.constant('work.landed' as const),
    session,
    feature,
    commit: fc.nat(99).map(sha),
    parent: fc.constant(base),
    tree: fc.constant(sha(1)),
    subject: fc.constant('x'),
    files: fc.nat(),
    added: fc.nat(),
    removed: fc.nat(),
  }),
  fc.record({
    type: fc.constant('feature.reopened' as const),
    feature,
    why: fc.constant('x'),
    by: fc.constant('person' as const),
  }),
  fc.record({
    type: fc.constant('cost.updated' as const),
    session,
    feature,
    usage: fc.constant({ inputTokens: 1 }),
    usd: fc.option(fc.double({ min: 0, max: 9, noNaN: true })),
  }),
);

describe('7. next and fold are pure', () => {
  it('any prefix of any ledger folds, and folding twice gives the same', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const whole = recorded(events as Event[]);
        const before = structuredClone(whole);
        for (let end = 1; end <= whole.length; end += 1) {
          const prefix = whole.slice(0, end);
          expect(fold(prefix)).toEqual(fold(prefix));
          expect(fold(prefix)?.seq).toBe(end);
        }
        expect(whole).toEqual(before);
      }),
    );
  });

  it('what does not start with run.started is no run', () => {
    expect(fold([])).toBeUndefined();
    expect(fold(recorded([]).slice(1))).toBeUndefined();
  });
});

describe('what a session leaves behind', () => {
  const started: Event = {
    type: 'session.started',
    session: 1,
    feature: 'F1',
    role: 'coder',
    brain: 'x',
    base,
    brief: '',
  };
  const ended = (outcome: 'refused' | 'crashed' | 'failed' | 'partial', n = 1): Event => ({
    type: 'session.ended',
    session: n,
    feature: 'F1',
    outcome,
    ms: 1,
    counts: true,
    kept: sha(n),
  });
  const unfinished = (...events: Event[]) => fold(recorded(events))?.features.get('F1')?.unfinished;

  it('work of a session that was cut short goes on', () => {
    expect(unfinished(started, ended('crashed'))).toEqual({ session: 1, commit: sha(1) });
    expect(unfinished(started, ended('partial'))).toEqual({ session: 1, commit: sha(1) });
  });

  it('after a refusal, and after two crashes in a row, the next session starts clean', () => {
    expect(unfinished(started, ended('refused'))).toBeUndefined();
    expect(
      unfinished(started, ended('failed'), { ...started, session: 2 }, ended('failed', 2)),
    ).toBeUndefined();
  });

  it('a brain that failed and then a power cut are no row: what the second session saved goes on', () => {
    const second = { ...started, session: 2 };
    expect(unfinished(started, ended('failed'), second, ended('crashed', 2))).toEqual({
      session: 2,
      commit: sha(2),
    });
    expect(unfinished(started, ended('crashed'), second, ended('crashed', 2))).toBeUndefined();
  });

  it('a checkpoint is what is left when the session never said that it ended', () => {
    const checkpoint: Event = {
      type: 'checkpoint.saved',
      session: 1,
      feature: 'F1',
      ref: 'refs/x',
      commit: sha(5),
    };
    const state = fold(recorded([started, checkpoint]));
    expect(state?.sessions[0]).toMatchObject({ phase: 'working', kept: sha(5) });
  });

  it('landed work is tip, and closes what was open about its feature', () => {
    const state = fold(
      recorded([
        started,
        { type: 'feature.parked', feature: 'F1', session: 1, question: '?' },
        {
          type: 'work.landed',
          session: 1,
          feature: 'F1',
          commit: sha(3),
          parent: base,
          tree: sha(4),
          subject: 'F1',
          files: 1,
          added: 1,
          removed: 0,
        },
      ]),
    );
    expect(state?.tip).toBe(sha(3));
    expect(state?.features.get('F1')).toMatchObject({ landed: { commit: sha(3) }, reasons: [] });
    expect(state?.features.get('F1')).not.toHaveProperty('parked');
  });

  it('money whose amount nobody knows makes the sum unknown, not zero', () => {
    const state = fold(
      recorded([
        started,
        { type: 'cost.updated', session: 1, feature: 'F1', usage: { inputTokens: 5 }, usd: null },
      ]),
    );
    expect(state?.spent).toMatchObject({ usd: 0, unknown: true, usage: { inputTokens: 5 } });
  });
});
