import type { Worst } from '../../policy/purse.ts';
import { type PriceTable, priceOf } from '../prices.ts';

/** The window that claude is kept to where a cap on money holds, in tokens: the worst of a call must be a number. */
const window = { prompt: 200_000, answer: 32_000 } as const;

/** The variables that keep it to that window. */
export const cappedWindow = {
  CLAUDE_CODE_DISABLE_1M_CONTEXT: '1',
  CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(window.answer),
} as const;

/** The most that one call in that window can use: all of it written to the cache for an hour, which is the dearest. */
export function worstCall(model: string | undefined, prices: PriceTable): Worst {
  const usage = {
    inputTokens: 0,
    outputTokens: window.answer,
    cacheReadTokens: 0,
    cacheWriteTokens: window.prompt,
    cacheWrite1hTokens: window.prompt,
  };
  const usd = model === undefined ? null : priceOf(model, usage, prices);
  return { usd, tokens: window.prompt + window.answer };
}
