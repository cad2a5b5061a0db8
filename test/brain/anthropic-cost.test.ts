import { expect, test } from 'vitest';
import type { BrainEvent } from '../../src/brain/brain.ts';
import { call, type Step, text } from '../helpers/messages-script.ts';
import { failureOf, stage } from './anthropic-kit.ts';

const end: Step = { say: [call('claim', { claim: 'done', did: 'it' })] };

function spentIn(events: readonly BrainEvent[]) {
  return events.filter((event) => event.type === 'spent');
}

test('each response is told with all its tokens and what it cost', async () => {
  await using s = await stage([
    {
      say: [call('bash', { command: 'true' })],
      usage: {
        input_tokens: 1000,
        output_tokens: 200,
        cache_creation_input_tokens: 5000,
        cache_creation: { ephemeral_1h_input_tokens: 2000, ephemeral_5m_input_tokens: 3000 },
      },
    },
    { ...end, usage: { input_tokens: 10, output_tokens: 30, cache_read_input_tokens: 6000 } },
  ]);
  const spent = spentIn(await s.work());
  expect(spent).toEqual([
    {
      type: 'spent',
      usage: { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 0, cacheWriteTokens: 5000 },
      usd: expect.closeTo((1000 * 2 + 200 * 10 + 3000 * 2.5 + 2000 * 4) / 1e6, 10),
      model: 'claude-sonnet-5-5',
    },
    {
      type: 'spent',
      usage: { inputTokens: 10, outputTokens: 30, cacheReadTokens: 6000, cacheWriteTokens: 0 },
      usd: expect.closeTo((10 * 2 + 30 * 10 + 6000 * 0.1) / 1e6, 10),
      model: 'claude-sonnet-5-5',
    },
  ]);
});

test('a stream that was cut has cost at least what it said when it began', async () => {
  const cut: Step = {
    say: [text('I will')],
    usage: { input_tokens: 900, cache_read_input_tokens: 50 },
    fault: { after: 3, how: 'cut' },
  };
  await using s = await stage([[cut, { status: 529 }, end]]);
  const spent = spentIn(await s.work());
  expect(spent.map(({ usage }) => usage)).toEqual([
    { inputTokens: 900, outputTokens: 1, cacheReadTokens: 50, cacheWriteTokens: 0 },
    { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
  ]);
});

test('what failed for good is told too, before the end', async () => {
  const cut: Step = {
    say: [text('I')],
    fault: { after: 2, how: 'error', error: { type: 'billing_error', message: 'no' } },
  };
  await using s = await stage([cut]);
  const events = await s.work();
  expect(events.map(({ type }) => type)).toEqual(['spent', 'failed']);
  expect(failureOf(events)).toMatchObject({ kind: 'fatal' });
});

test('where no price is known it says so, and never 0', async () => {
  await using s = await stage([end], { model: 'qwen3' });
  expect(s.brain.pricing).toBe('unknown');
  const asked: unknown[] = [];
  const events = await s.work({ mayspend: (worst) => void asked.push(worst) as undefined });
  expect(asked).toEqual([null]);
  expect(spentIn(events)).toMatchObject([{ usd: null, usage: { inputTokens: 100 }, model: 'qwen3' }]);
});

test('a model nobody listed that answers for one we know costs what that one costs', async () => {
  await using s = await stage([{ ...end, model: 'gateway/sonnet' }]);
  expect(s.brain.pricing).toBe('known');
  expect(spentIn(await s.work())).toMatchObject([
    { usd: expect.closeTo(0.0004, 10), model: 'gateway/sonnet' },
  ]);
});

test('before each call its worst case is asked for: all of the prompt written anew, all tokens of the turn', async () => {
  const big = 'x'.repeat(30_000);
  await using s = await stage(
    [
      [
        { status: 529 },
        {
          say: [call('read', { path: 'big.txt' })],
          usage: { input_tokens: 4000, cache_read_input_tokens: 1000, output_tokens: 500 },
        },
      ],
      end,
    ],
    {},
    { 'big.txt': `${big}\n${big}` },
  );
  const worst: number[] = [];
  await s.work({
    mayspend: (usd) => {
      worst.push(usd ?? Number.NaN);
      return undefined;
    },
  });
  const [first = 0, again = 0, second = 0] = worst;
  const head = s.transcript.entries[0]?.['head'] as { system: unknown; tools: unknown };
  const headTokens = Math.ceil(JSON.stringify({ system: head.system, tools: head.tools }).length / 3);
  // 32,000 tokens of output at $10, and the head once for an hour at $4.
  expect(first).toBeGreaterThanOrEqual((32_000 * 10 + headTokens * 4) / 1e6);
  expect(first).toBeLessThan((32_000 * 10 + (headTokens + 200) * 4) / 1e6);
  expect(again).toBe(first);
  // 5,500 tokens were there, and some 8,100 bytes of two cut lines came, at 3 bytes a token.
  expect(second - first).toBeGreaterThan(((5500 + 2600 - headTokens) * 2.5) / 1e6);
  expect(second - first).toBeLessThan(((5500 + 2900 - headTokens) * 2.5) / 1e6);
});

test('a call that may cost too much is never made', async () => {
  await using s = await stage([{ say: [call('bash', { command: 'true' })] }, end]);
  let calls = 0;
  const events = await s.work({
    mayspend: () => {
      calls += 1;
      return calls > 1 ? 'The cap of $5.00 would be passed.' : undefined;
    },
  });
  expect(failureOf(events)).toEqual({ kind: 'over-limit', reason: 'The cap of $5.00 would be passed.' });
  expect(s.server.requests).toHaveLength(1);
});

test('a server that counts nothing has not said that it is free', async () => {
  const message = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    content: [],
    stop_reason: null,
  };
  const events = [
    { type: 'message_start', message: { ...message, usage: {} } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Done.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: {} },
    { type: 'message_stop' },
  ];
  await using s = await stage([
    { raw: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) },
  ]);
  const told = await s.work();
  expect(told.at(-1)).toMatchObject({ type: 'finished', handoff: { did: 'Done.' } });
  expect(spentIn(told)).toMatchObject([{ usd: null, usage: { inputTokens: 0, outputTokens: 0 } }]);
});
