import { expect, test } from 'vitest';
import { spentBy } from '../../src/ledger/state.ts';
import { ledgerStory, limitsSet, runStarted, sessionStarted } from '../helpers/ledger-story.ts';

const cost = { type: 'cost.updated', session: 1, feature: 'F001', usage: {} } as const;

test('what an evaluator spends counts for run and feature, and not for the session it looks at', () => {
  const story = ledgerStory();
  for (const event of [runStarted(), limitsSet({}), sessionStarted(1, 'F001')]) story.tell(event);
  story.tell({ ...cost, usd: 1 });
  for (const usd of [0.25, 0.5]) story.tell({ ...cost, role: 'evaluator', usd });
  const state = story.state();
  expect(state.spent.usd).toBe(1.75);
  expect(state.features.get('F001')?.usd).toBe(1.75);
  expect(spentBy(state, 1)).toMatchObject({ usd: 1, costs: 1 });
  expect(spentBy(state, 1, 'evaluator')).toMatchObject({ usd: 0.75, costs: 2 });
  expect(spentBy(state, 1, 'examiner')).toEqual({ usd: 0, costs: 0 });
});

test('a coder that works again does not hide that the evaluator is away', () => {
  const story = ledgerStory();
  for (const event of [runStarted(), limitsSet({}), sessionStarted(1, 'F001')]) story.tell(event);
  const where = { session: 1, feature: 'F001', ms: 1 };
  const away = { type: 'brain.failed', ...where, kind: 'unavailable', reason: 'away' } as const;
  story.tell({ ...away, role: 'evaluator' });
  story.tell({ type: 'brain.finished', ...where });
  story.tell({ ...away, role: 'evaluator' });
  expect(story.state().unavailable).toMatchObject({ count: 2, role: 'evaluator' });
  story.tell({ type: 'brain.finished', ...where, role: 'evaluator' });
  expect(story.state().unavailable).toBeUndefined();
});

test('an evaluator that declines says nothing against the feature', () => {
  const story = ledgerStory();
  for (const event of [runStarted(), limitsSet({}), sessionStarted(1, 'F001')]) story.tell(event);
  const declined = {
    type: 'brain.failed',
    session: 1,
    feature: 'F001',
    ms: 1,
    kind: 'declined',
    reason: 'no',
  } as const;
  story.tell({ ...declined, role: 'evaluator' });
  expect(story.state().features.get('F001')?.declined).toBe(0);
  story.tell(declined);
  expect(story.state().features.get('F001')?.declined).toBe(1);
});

test('one whose fallback is asked instead stops and delays nothing, whatever it died of', () => {
  for (const kind of ['fatal', 'unavailable'] as const) {
    for (const role of [undefined, 'evaluator'] as const) {
      const story = ledgerStory();
      for (const event of [runStarted(), limitsSet({}), sessionStarted(1, 'F001')]) story.tell(event);
      const who = role === undefined ? {} : { role, brain: 'codex', model: 'gpt-5.5' };
      const end = { type: 'brain.failed', session: 1, ms: 1, kind, reason: 'no', ...who } as const;
      story.tell({ ...end, fallsBack: true });
      expect(story.state()).not.toHaveProperty('fatal');
      expect(story.state()).not.toHaveProperty('unavailable');
      story.tell({ ...end, ...(role && { fallback: true }) });
      expect(story.state()).toHaveProperty(kind);
    }
  }
});
