import { expect, test } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import { featureState } from '../../src/ledger/state.ts';
import { sealedQuestion } from '../../src/loop/sealed-question.ts';
import { recorded } from '../helpers/recorded.ts';

const tree = 'b'.repeat(40);
const start: Event = {
  type: 'session.started',
  session: 1,
  feature: 'F001',
  role: 'coder',
  brain: 'x',
  base: 'a'.repeat(40),
  brief: '',
};
const refused = (...tests: string[]): Event => ({
  type: 'judge.ruled',
  session: 1,
  feature: 'F001',
  scope: 'candidate',
  ruling: 'refused',
  tree,
  ms: 1,
  reasons: [{ code: 'sealed.failing', text: '', tests }],
});
const asked = (...events: Event[]) => {
  const state = fold(recorded([start, ...events]));
  if (!state) throw new Error('no state');
  return sealedQuestion(featureState(state, 'F001'), 2);
};

test('a person is asked when the same sealed test has refused a feature often enough, whatever else did', () => {
  expect(asked(refused('a'), refused('b'))).toBeUndefined();
  expect(asked(refused('a'), refused('b'), refused("it's a", 'a'))).toMatch(
    /"a" has refused F001 2 times.*drop F001 'a'/,
  );
  expect(asked(refused("it's"), refused("it's"))).toContain("drop F001 'it'\\''s'");
});

test('an answer, or taking the test out, begins the count anew', () => {
  const answer: Event = { type: 'feature.reopened', feature: 'F001', why: 'answered', by: 'person' };
  const drop: Event = { type: 'sealed.dropped', feature: 'F001', what: 'a', by: 'me' };
  expect(asked(refused('a'), answer, refused('a'))).toBeUndefined();
  expect(asked(refused('a'), drop, refused('a'))).toBeUndefined();
  expect(asked(refused('a', 'b'), drop, refused('b'))).toContain('"b"');
  expect(
    asked(refused('a'), { type: 'sealed.dropped', feature: 'F001', by: 'me' }, refused('a')),
  ).toBeUndefined();
});
