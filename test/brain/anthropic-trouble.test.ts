import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { anthropicBrain } from '../../src/brain/anthropic/brain.ts';
import { call, type Fault, type Say, type Step, text, thinking } from '../helpers/messages-script.ts';
import { errorBody } from '../helpers/messages-server.ts';
import { failureOf, lastSaid, stage, storyOf } from './anthropic-kit.ts';

const done = { claim: 'done', did: 'It works.' };
const good: Say = { say: [call('claim', done)] };
const claimed = { type: 'finished', claim: 'done', handoff: { did: 'It works.' } };
const faulty = (fault: Fault): Say => ({
  say: [thinking('hm'), text('I will ü now'), call('claim', done)],
  fault,
});

describe('tried again', () => {
  test.each<[string, Step]>([
    ['408', { status: 408 }],
    ['409', { status: 409 }],
    ['500', { status: 500 }],
    ['503', { status: 503, body: '<html>Service Unavailable</html>' }],
    ['504', { status: 504 }],
    ['529', { status: 529 }],
    ['the connection dropped before any header', { drop: true }],
    ['the stream cut in the middle', faulty({ after: 5, how: 'cut' })],
    ['the stream cut after its first event', faulty({ after: 1, how: 'cut' })],
    ['the stream ended early as if all were well', faulty({ after: 6, how: 'end' })],
    ['the stream ended after message_delta, before message_stop', faulty({ after: 15, how: 'end' })],
    ['an empty stream', { raw: [] }],
    ['an error event in the middle of a stream', faulty({ after: 5, how: 'error' })],
    [
      'an api_error in a stream',
      faulty({ after: 2, how: 'error', error: { type: 'api_error', message: 'oh' } }),
    ],
    [
      'a rate limit in a stream',
      faulty({ after: 2, how: 'error', error: { type: 'rate_limit_error', message: 'oh' } }),
    ],
    ['429 without a word when', { status: 429 }],
  ])('%s', async (_, step) => {
    await using s = await stage([[step, step, good]]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    // Half of 1 s and of 2 s: the jitter is told to be 0.5.
    expect(s.slept).toEqual([500, 1000]);
    expect(s.server.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual([
      '0',
      '0',
      '0',
    ]);
    expect(storyOf(s.transcript).filter((type) => type === 'assistant.said')).toHaveLength(1);
  });

  test('a stream that falls silent, as soon as it has been silent for too long', async () => {
    await using s = await stage([[faulty({ after: 5, how: 'stall' }), good]], { silence: 150 });
    const events = await s.work();
    expect(events.at(-1)).toEqual(claimed);
    expect(events).toContainEqual({
      type: 'activity',
      text: expect.stringMatching(/^waits 1 s\. Nothing came from/),
    });
  });

  test('a slow stream is none: all that comes counts, pings too', async () => {
    // Some 90 pieces, 10 ms apart: far longer than the silence that is borne.
    await using s = await stage([{ ...good, pings: 3, pieces: 16, pace: 10 }], { silence: 400 });
    const began = Date.now();
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(Date.now() - began).toBeGreaterThan(500);
    expect(s.slept).toEqual([]);
  });

  test('429 with retry-after, after what it says and a little more', async () => {
    await using s = await stage([
      [
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 429, headers: { 'retry-after-ms': '300' } },
        good,
      ],
    ]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(s.slept).toEqual([7500, 800]);
  });

  test('529 with retry-after, not before that', async () => {
    await using s = await stage([[{ status: 529, headers: { 'retry-after': '20' } }, good]]);
    await s.work();
    expect(s.slept).toEqual([20_000]);
  });

  test('a call whose JSON is broken, twice and then no more', async () => {
    const start = {
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    };
    const block = { type: 'tool_use', id: 't', name: 'bash', input: {} };
    const events = [
      start,
      { type: 'content_block_start', index: 0, content_block: block },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"command": oops' },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ];
    const raw = { raw: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) };
    await using s = await stage([[raw, raw, good]]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    await using again = await stage([[raw, raw, raw]]);
    expect(failureOf(await again.work())).toMatchObject({ kind: 'context' });
  });

  test('eight times with growing waits, and then later', async () => {
    await using s = await stage([{ status: 529 }]);
    const failure = failureOf(await s.work());
    expect(failure).toMatchObject({
      kind: 'unavailable',
      reason: 'The Messages API answered 529 (overloaded_error): scripted 529',
    });
    expect(s.slept).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(s.server.requests).toHaveLength(9);
  });

  test('anew after a good turn', async () => {
    const bad: Step[] = Array.from({ length: 6 }, () => ({ status: 500 }));
    await using s = await stage([
      [...bad, { say: [call('bash', { command: 'true' })] }],
      [...bad, good],
    ]);
    expect((await s.work()).at(-1)).toEqual(claimed);
  });
});

describe('later', () => {
  const failureAfter = async (step: Step) => {
    await using s = await stage([step]);
    const began = Date.now();
    const failure = failureOf(await s.work());
    return {
      failure,
      wait: failure && 'until' in failure ? Math.round(((failure.until ?? 0) - began) / 1000) : undefined,
      s,
    };
  };

  test('429 that asks for more than five minutes, at the time it names', async () => {
    const { failure, wait, s } = await failureAfter({ status: 429, headers: { 'retry-after': '3600' } });
    expect(failure?.kind).toBe('unavailable');
    expect(wait).toBe(3600);
    expect(s.slept).toEqual([]);
  });

  test('429 that names a date', async () => {
    const date = new Date(Date.now() + 7_200_000).toUTCString();
    const { wait } = await failureAfter({ status: 429, headers: { 'retry-after': date } });
    expect(Math.abs((wait ?? 0) - 7200)).toBeLessThan(5);
  });

  test('429 that says nothing, after three tries', async () => {
    const { failure, s } = await failureAfter({ status: 429 });
    expect(failure?.kind).toBe('unavailable');
    expect(s.slept).toEqual([500, 1000, 2000]);
  });

  test('429 that is not to be tried again, at once', async () => {
    const { failure, s } = await failureAfter({ status: 429, headers: { 'x-should-retry': 'false' } });
    expect(failure?.kind).toBe('unavailable');
    expect(s.slept).toEqual([]);
  });

  test('a wait that goes beyond the end of the session is not waited for', async () => {
    await using s = await stage([{ status: 429, headers: { 'retry-after': '200' } }]);
    const failure = failureOf(
      await s.work({ limits: { ...s.assignment.limits, deadline: Date.now() + 60_000 } }),
    );
    expect(failure).toMatchObject({ kind: 'unavailable', until: expect.any(Number) });
    expect(s.slept).toEqual([]);
  });
});

describe('not tried again', () => {
  const limit = (code: string): Step => ({
    status: 429,
    body: errorBody('rate_limit_error', 'No more.', code),
  });
  const bad = (message: string): Step => ({ status: 400, body: errorBody('invalid_request_error', message) });

  test.each<[string, Step, object]>([
    [
      'a spend limit',
      limit('enforced_spend_limit_reached'),
      { kind: 'fatal', help: expect.stringMatching(/spend limit/) },
    ],
    ['a contract limit', limit('contract_spend_limit_reached'), { kind: 'fatal' }],
    [
      '400 for want of credit',
      bad('Your credit balance is too low to access the API.'),
      { kind: 'fatal', help: expect.stringMatching(/credit/) },
    ],
    ['401', { status: 401 }, { kind: 'fatal', help: expect.stringMatching(/ANTHROPIC_API_KEY/) }],
    ['402', { status: 402 }, { kind: 'fatal', help: expect.stringMatching(/credit/) }],
    ['403', { status: 403 }, { kind: 'fatal', help: expect.stringMatching(/ANTHROPIC_API_KEY/) }],
    ['404', { status: 404 }, { kind: 'fatal', help: expect.stringMatching(/--model/) }],
    ['413', { status: 413 }, { kind: 'context' }],
    [
      'a prompt that is too long',
      bad('prompt is too long: 1000001 tokens > 1000000 maximum'),
      { kind: 'context' },
    ],
    [
      'thinking that belongs elsewhere',
      bad(
        'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation',
      ),
      { kind: 'context' },
    ],
    [
      '400 to the very first request',
      bad('effort: not supported'),
      { kind: 'fatal', help: expect.stringMatching(/--effort/) },
    ],
  ])('%s', async (_, step, expected) => {
    await using s = await stage([step]);
    expect(failureOf(await s.work())).toMatchObject(expected);
    expect(s.server.requests).toHaveLength(1);
    expect(s.slept).toEqual([]);
  });

  test('400 in the middle of a conversation: that session has crashed, the run goes on', async () => {
    await using s = await stage([{ say: [call('bash', { command: 'true' })] }, bad('messages.2: odd')]);
    expect(failureOf(await s.work())).toEqual({
      kind: 'crashed',
      reason: 'The Messages API answered 400 (invalid_request_error): messages.2: odd',
    });
  });

  test('an abort during a call', async () => {
    const stop = new AbortController();
    await using s = await stage(() => {
      setImmediate(() => stop.abort());
      return faulty({ after: 4, how: 'stall' });
    });
    expect(failureOf(await s.work({}, stop.signal))).toMatchObject({ kind: 'interrupted' });
  });

  test('the end of the time during a call', async () => {
    await using s = await stage([faulty({ after: 4, how: 'stall' })]);
    const events = await s.work({ limits: { ...s.assignment.limits, deadline: Date.now() + 300 } });
    expect(failureOf(events)).toMatchObject({
      kind: 'over-limit',
      reason: expect.stringMatching(/time of the session/),
    });
  });
});

test('after trouble another call of work starts to count anew', async () => {
  await using s = await stage([[...Array.from({ length: 10 }, (): Step => ({ status: 529 })), good]]);
  expect(failureOf(await s.work())).toMatchObject({ kind: 'unavailable' });
  expect((await s.work()).at(-1)).toEqual(claimed);
  expect(lastSaid(s)).toEqual([s.assignment.brief]);
});

test('a server that is not there is unavailable, in words that say so', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  await using s = await stage([good], { baseUrl: `http://127.0.0.1:${port}` });
  expect(failureOf(await s.work())).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringMatching(/^The connection to the Messages API failed: /),
  });
});

test('without a key there is no such brain, and it says what to do', () => {
  expect(() => anthropicBrain({ prices: {} })).toThrow(
    expect.objectContaining({
      exit: 'cannot-start',
      help: expect.stringMatching(/ANTHROPIC_API_KEY.*--brain/),
    }),
  );
  expect(() => anthropicBrain({ prices: {}, apiKey: '' })).toThrow(/needs a key/);
});

test('a token serves as well as a key', async () => {
  await using s = await stage([good], { apiKey: undefined, authToken: 'test-key-0123456789' });
  expect((await s.work()).at(-1)).toEqual(claimed);
});
