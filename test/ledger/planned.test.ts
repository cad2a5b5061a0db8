import { expect, test } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { planIsDue } from '../../src/ledger/planned.ts';
import { featureState } from '../../src/ledger/state.ts';
import { ledgerStory, limitsSet, runStarted, sessionStarted } from '../helpers/ledger-story.ts';

const feature = 'F001';
const made = (text: string): Event => ({ type: 'plan.made', feature, session: 1, text });
const missed: Event = { type: 'plan.missed', feature, session: 1, why: 'stuck' };
const ended = (session: number, outcome: 'refused' | 'stuck' | 'partial' | 'failed'): Event => ({
  type: 'session.ended',
  session,
  feature,
  outcome,
  ms: 1,
  counts: true,
});
const after = (...events: Event[]) => {
  const story = ledgerStory();
  for (const event of [runStarted(), limitsSet(), ...events]) story.tell(event);
  const known = featureState(story.state(), feature);
  return { due: planIsDue(known), plan: known.plan };
};

test('a plan is due before the first session, and holds for the next ones', () => {
  expect(after()).toEqual({ due: true, plan: undefined });
  expect(after(made('a'))).toEqual({ due: false, plan: 'a' });
  for (const outcome of ['partial', 'failed'] as const)
    expect(after(made('a'), sessionStarted(1, feature), ended(1, outcome))).toEqual({
      due: false,
      plan: 'a',
    });
});

test('once more where a session came to nothing with it, and never a third time', () => {
  for (const outcome of ['refused', 'stuck'] as const) {
    const first = [made('a'), sessionStarted(1, feature), ended(1, outcome)];
    expect(after(...first)).toEqual({ due: true, plan: 'a' });
    expect(after(...first, made('b'))).toEqual({ due: false, plan: 'b' });
    expect(after(...first, missed)).toEqual({ due: false, plan: undefined });
    const second = [made('b'), sessionStarted(2, feature), ended(2, outcome)];
    expect(after(...first, ...second)).toEqual({ due: false, plan: 'b' });
  }
});

test('a planner that brought nothing is not asked again, until a person speaks of the feature', () => {
  expect(after(missed)).toEqual({ due: false, plan: undefined });
  const answered: Event = { type: 'feature.reopened', feature, why: 'answered', by: 'person', words: 'b' };
  expect(after(made('a'), answered)).toEqual({ due: true, plan: undefined });
});
