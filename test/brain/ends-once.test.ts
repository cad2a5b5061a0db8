import { expect, test } from 'vitest';
import type { BrainEvent } from '../../src/brain/brain.ts';
import { endsOnce } from '../../src/brain/ends-once.ts';
import { UserError } from '../../src/errors.ts';

const done: BrainEvent = { type: 'finished', claim: 'done', handoff: {} };
const say: BrainEvent = { type: 'activity', text: 'hm' };

async function all(
  work: () => AsyncIterable<BrainEvent>,
  signal = new AbortController().signal,
): Promise<BrainEvent[]> {
  const events: BrainEvent[] = [];
  for await (const event of endsOnce(work, signal)) events.push(event);
  return events;
}

test('nothing comes after the end, and what is inside is told that nobody listens', async () => {
  let left = false;
  const events = await all(async function* () {
    try {
      yield say;
      yield done;
      yield say;
      yield done;
    } finally {
      left = true;
    }
  });
  expect(events).toEqual([say, done]);
  expect(left).toBe(true);
});

test('an end that does not come is made', async () => {
  const events = await all(async function* () {
    yield say;
  });
  expect(events).toEqual([
    say,
    { type: 'failed', failure: { kind: 'crashed', reason: 'The brain ended without a word.' } },
  ]);
});

test('what is thrown is told as a crash, with the help of a UserError', async () => {
  const words = async (error: unknown): Promise<unknown> =>
    (
      await all(async function* () {
        yield say;
        throw error;
      })
    ).at(-1);
  const crashed = (reason: string) => ({ type: 'failed', failure: { kind: 'crashed', reason } });
  expect(await words(new Error('boom'))).toEqual(crashed('boom'));
  expect(await words(new UserError('The disk is full.', 'Make room.'))).toEqual(
    crashed('The disk is full. Make room.'),
  );
  expect(await words('a string')).toEqual(crashed('a string'));
  expect(await words(new Error(''))).toEqual(crashed('The brain broke.'));
});

test('what is thrown after an abort is an interruption', async () => {
  const events = await all(async function* () {
    yield say;
    throw new Error('aborted');
  }, AbortSignal.abort());
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'interrupted' } });
});
