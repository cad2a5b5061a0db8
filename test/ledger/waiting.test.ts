import { expect, it } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { ledgerStory, limitsSet, runStarted, sessionStarted } from '../helpers/ledger-story.ts';

const failed = (more: object = {}): Event => ({
  type: 'brain.failed',
  session: 1,
  feature: 'F001',
  ms: 1,
  kind: 'unavailable',
  reason: 'closed',
  ...more,
});
const resumed = (more: object = {}): Event => ({
  type: 'run.resumed',
  version: '0.1.0',
  by: 'ada@desk',
  pid: 4243,
  brain: 'anthropic',
  model: 'claude-sonnet-5',
  fence: 'bubblewrap',
  ...more,
});
const stopped: Event = { type: 'run.stopped', reason: 'unavailable', code: 75, left: 1, landed: 0 };

function away(more: object = {}) {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(limitsSet({ longestBackoffMs: 200_000 }));
  story.tell(sessionStarted(1, 'F001'));
  story.tell(failed(more));
  return story;
}

it('without an end that was told, each probe is further away, up to the longest', () => {
  const story = away();
  const waits = [1, 2, 3, 4].map(() => {
    const wait = (story.state().unavailable?.until ?? 0) - story.now();
    story.tell(failed());
    return wait;
  });
  expect(waits).toEqual([60_000, 120_000, 200_000, 200_000]);
  expect(story.state().unavailable).toMatchObject({ count: 5, told: false });
});

it('a wait outlives a killed process, for the same brain', () => {
  for (const more of [{}, { until: Date.UTC(2026, 10, 21, 3) }]) {
    const story = away(more);
    const before = story.state().unavailable;
    story.tell(resumed(), 30);
    expect(story.state().unavailable).toEqual({ ...before, count: 0 });
    const other = away(more);
    other.tell(resumed({ model: 'another' }), 30);
    expect(other.state().unavailable).toBeUndefined();
    const late = away(more);
    late.tell(resumed(), 24 * 3600);
    expect(late.state().unavailable).toBeUndefined();
  }
});

it('a run that had stopped waits on only for an end that was told', () => {
  const told = away({ until: Date.UTC(2026, 10, 21, 3) });
  told.tell(stopped);
  told.tell(resumed(), 30);
  expect(told.state().unavailable?.until).toBe(Date.UTC(2026, 10, 21, 3));
  const probed = away();
  probed.tell(stopped, 1);
  probed.tell(resumed(), 1);
  expect(probed.state().unavailable).toBeUndefined();
});

it('a pause outlives a killed process, and not a run that had stopped', () => {
  const paused = { type: 'wait.started', why: 'paused', reason: 'paused by ada' } as const;
  const killed = away();
  killed.tell(paused);
  killed.tell(resumed());
  expect(killed.state().wait).toMatchObject({ why: 'paused', reason: 'paused by ada' });
  const ended = away();
  ended.tell(paused);
  ended.tell(stopped);
  ended.tell(resumed());
  expect(ended.state().wait).toBeUndefined();
});

it('a person ends it early; a pause in between is not lost', () => {
  const story = away({ until: Date.UTC(2026, 10, 21, 3) });
  story.tell({
    type: 'wait.started',
    why: 'unavailable',
    reason: 'closed',
    until: Date.UTC(2026, 10, 21, 3),
  });
  story.tell({ type: 'wait.started', why: 'paused', reason: 'paused by ada' });
  story.tell({ type: 'wait.ended', why: 'unavailable', how: 'a person spoke' });
  expect(story.state().wait?.why).toBe('paused');
  story.tell({ type: 'wait.ended', why: 'paused', how: 'resumed by ada' });
  expect(story.state().wait).toBeUndefined();
  story.tell({ type: 'wait.ended', why: 'unavailable', how: 'ada says to try now', early: true });
  expect(story.state().unavailable?.until).toBe(story.now());
});

it('waiting costs a feature no session, however often it has to be waited for', () => {
  const story = away();
  const where = { session: 1, feature: 'F001' };
  story.tell({ type: 'session.ended', ...where, outcome: 'unavailable', ms: 1, counts: false });
  expect(story.state().features.get('F001')).toMatchObject({ sessions: 0, failures: 0, crashes: 0 });
});
