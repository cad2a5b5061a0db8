import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePrices, priceOf, readPrices } from '../../src/brain/prices.ts';

const million = 1_000_000;
const table = await readPrices();
const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

describe('the table we ship', () => {
  test.each([
    ['claude-sonnet-5-5', 2, 10, 2.5, 4, 0.1],
    ['claude-opus-5-5', 4, 20, 5, 8, 0.2],
    ['claude-haiku-4-5', 1, 5, 1.25, 2, 0.1],
    ['claude-fable-5-2', 8, 40, 10, 16, 0.2],
  ])('%s', (model, input, output, fiveMinutes, hour, read) => {
    const of = (change: object) => priceOf(model, { ...usage, ...change }, table);
    expect(of({ inputTokens: million })).toBe(input);
    expect(of({ outputTokens: million })).toBe(output);
    expect(of({ cacheWriteTokens: million })).toBe(fiveMinutes);
    expect(of({ cacheWriteTokens: million, cacheWrite1hTokens: million })).toBe(hour);
    expect(of({ cacheReadTokens: million })).toBe(read);
    expect(
      of({ inputTokens: 1000, outputTokens: 100, cacheWriteTokens: 30, cacheWrite1hTokens: 10 }),
    ).toBeCloseTo((1000 * input + 100 * output + 20 * fiveMinutes + 10 * hour) / million, 12);
  });

  test('a long prompt of haiku-5-5 costs more, with all of it: the cache counts as prompt', () => {
    const of = (change: object) =>
      priceOf('claude-haiku-5-5', { ...usage, outputTokens: million, ...change }, table);
    expect(of({ inputTokens: 100_000 })).toBeCloseTo(0.51, 12);
    expect(of({ inputTokens: 100_001 })).toBeCloseTo(2.5 + 0.0500005, 12);
    expect(of({ cacheReadTokens: 100_001 })).toBeCloseTo(2.5 + 0.00500005, 12);
    expect(of({ cacheWriteTokens: 60_000, inputTokens: 40_001 })).toBeCloseTo(2.5 + 0.0375 + 0.0200005, 12);
  });

  test('a dated id costs what its model costs; an id nobody listed has no price', () => {
    expect(priceOf('claude-haiku-4-5-20251001', { ...usage, inputTokens: million }, table)).toBe(1);
    for (const model of ['claude-mythos-5-2', 'qwen3', 'claude-sonnet-5-5-fast', 'toString', '__proto__']) {
      expect(priceOf(model, { ...usage, inputTokens: million }, table)).toBeNull();
    }
  });

  test('every price says where it was found', () => {
    for (const [model, entry] of Object.entries(table)) expect(entry.source, model).toMatch(/\w/);
  });
});

describe('a file of the user', () => {
  const rates = { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0 };

  test('adds models and takes the place of ours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prices-'));
    const file = join(folder, 'prices.json');
    await writeFile(
      file,
      JSON.stringify({ version: 1, models: { qwen3: rates, 'claude-opus-5': { ...rates, input: 7 } } }),
    );
    const merged = await readPrices(file);
    expect(priceOf('qwen3', { ...usage, inputTokens: million }, merged)).toBe(0);
    expect(priceOf('claude-opus-5', { ...usage, inputTokens: million, outputTokens: million }, merged)).toBe(
      7,
    );
    expect(priceOf('claude-sonnet-5-5', { ...usage, inputTokens: million }, merged)).toBe(2);
    await rm(folder, { recursive: true });
  });

  test.each([
    ['{', /^The price file p\.json line 1, column 2: a closing } is missing/],
    ['[]', /must be an object/],
    ['{"models": {}}', /version: is missing/],
    ['{"version": 2, "models": {}}', /version: must be 1, not 2/],
    ['{"version": 1, "models": {"m": {"input": 1}}}', /models\.m\.output: is missing/],
    [
      JSON.stringify({ version: 1, models: { m: { ...rates, input: -1 } } }),
      /models\.m\.input: must be at least 0/,
    ],
    [
      JSON.stringify({ version: 1, models: { m: { ...rates, cached: 1 } } }),
      /models\.m: unknown key "cached"/,
    ],
  ])('that is broken is refused with its place: %s', (text, sentence) => {
    expect(() => parsePrices(text, 'p.json')).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: expect.stringMatching(sentence),
        help: expect.stringMatching(/^Correct the /),
      }),
    );
  });

  test('that is not there is told', async () => {
    await expect(readPrices('/none/prices.json')).rejects.toThrow(
      /^The price file \/none\/prices\.json cannot be read: ENOENT/,
    );
  });
});
