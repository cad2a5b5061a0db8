import { describe, expect, test } from 'vitest';
import { meaningOfTrouble } from '../../../src/brain/acp/trouble.ts';
import { spentInAll } from '../../../src/brain/acp/usage.ts';
import { shippedProviders } from '../../../src/policy/providers.ts';

const now = Date.parse('2026-11-20T10:00:00Z');

describe('the trouble an agent tells', () => {
  const failure = (command: string, code: number, message: string, data?: unknown) =>
    meaningOfTrouble({ command, end: { code, message, data }, providers: shippedProviders(), now });
  const quota = 'You exceeded your current quota, please check your plan and billing details.';

  test('a quota is what gemini has by the minute, and what others must pay for', () => {
    expect(
      failure(
        'gemini',
        429,
        JSON.stringify({ error: { code: 429, message: `${quota} Please retry in 41s.` } }),
      ),
    ).toEqual({
      type: 'failed',
      failure: {
        kind: 'unavailable',
        reason: expect.stringContaining(`it failed: ${quota} Please retry in 41s.`),
        until: now + 41_000,
      },
    });
    expect(failure('copilot', 0, `Error: 429 ${quota}`)).toMatchObject({
      failure: { kind: 'fatal', help: expect.stringMatching(/credit/) },
    });
  });

  test.each([
    ['the details of an internal error', -32603, 'Internal error', { details: '401 Incorrect key' }, 'fatal'],
    ['its words behind that', -32603, 'Internal error: HTTP 503 from upstream', undefined, 'unavailable'],
    [
      'the status in an answer it repeats',
      -32603,
      '{"error":{"code":403,"message":"no"}}',
      undefined,
      'fatal',
    ],
    ['a number that is no status', -32603, 'wrote 401 files', undefined, 'crashed'],
    ['a login that is missing', -32000, 'Authentication required', undefined, 'fatal'],
  ])('%s', (_, code, message, data, kind) => {
    expect(failure('my-agent', code, message, data)).toMatchObject({ failure: { kind } });
  });
});

describe('what an agent says it used', () => {
  const usage = (given: object) => spentInAll({ usage: given }, undefined, undefined, {})[0];

  test.each([
    [
      'counted into the input',
      { inputTokens: 1000, outputTokens: 20, totalTokens: 1020, cachedReadTokens: 100 },
      900,
    ],
    [
      'counted beside it',
      { inputTokens: 900, outputTokens: 20, totalTokens: 1020, cachedReadTokens: 100 },
      900,
    ],
    ['more than the input', { inputTokens: 50, outputTokens: 20, cachedReadTokens: 100 }, 50],
    ['without a total', { inputTokens: 1000, outputTokens: 20, cachedReadTokens: 100 }, 900],
  ])('what was read from the cache is told once: %s', (_, given, inputTokens) => {
    expect(usage(given)).toMatchObject({ usage: { inputTokens, cacheReadTokens: 100 }, usd: null });
  });

  test('nonsense is no usage, and no crash', () => {
    expect(usage({ inputTokens: -4, outputTokens: 'many', totalTokens: null })).toMatchObject({
      usage: { inputTokens: 0, outputTokens: 0 },
    });
    expect(spentInAll(null, undefined, 'm', {})).toEqual([]);
    expect(spentInAll({ _meta: { quota: 'all' } }, 0.5, 'm', {})).toMatchObject([{ usd: 0.5, model: 'm' }]);
  });

  test('models are told and priced one by one; money that was told is told once', () => {
    const one = (model: string) => ({ model, token_count: { input_tokens: 1_000_000, output_tokens: 0 } });
    const answer = { _meta: { quota: { model_usage: [one('a'), one('b')] } } };
    const rates = { output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
    const prices = { a: { input: 2, ...rates } };
    expect(spentInAll(answer, undefined, 'a', prices)).toMatchObject([
      { model: 'a', usd: 2 },
      { model: 'b', usd: null },
    ]);
    expect(spentInAll(answer, 3, 'a', prices)).toMatchObject([{ usd: 3 }, { usd: 0 }]);
  });
});
