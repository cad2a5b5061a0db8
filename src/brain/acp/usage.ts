import type { Usage } from '../../ledger/event.ts';
import type { BrainEvent } from '../brain.ts';
import { type PriceTable, priceOf } from '../prices.ts';
import { addSpent } from '../spent-together.ts';
import { amountAt, at, countAt, listAt, textAt } from './loose.ts';

/** An event for each model that the answer to a prompt tells of. `usd`: of the whole round, as it was told. Pure. */
export function spentInAll(
  answer: unknown,
  usd: number | undefined,
  model: string | undefined,
  prices: PriceTable,
): readonly Spent[] {
  const told = usedByAnswer(answer);
  if (told.length === 0 && usd !== undefined) return [spent({ usage: usageOf({}) }, usd, model, prices)];
  const share = (at: number): number | undefined => (usd === undefined || at === 0 ? usd : 0);
  const events: Spent[] = [];
  for (const [at, used] of told.entries()) addSpent(events, spent(used, share(at), model, prices));
  return events;
}

type Spent = Extract<BrainEvent, { type: 'spent' }>;

/** Tokens as an agent told them, and of which model. */
export interface Used {
  readonly usage: Usage;
  readonly model?: string;
}

/** What the answer to a prompt tells of it: the field of the protocol, or gemini's own. Empty where it tells nothing. Pure. */
function usedByAnswer(answer: unknown): readonly Used[] {
  const said = at(answer, 'usage');
  if (said !== undefined && said !== null) return [{ usage: usageOf(said) }];
  return listAt(answer, '_meta', 'quota', 'model_usage').map((one) => {
    const model = textAt(one, 'model');
    const usage = {
      inputTokens: countAt(one, 'token_count', 'input_tokens'),
      outputTokens: countAt(one, 'token_count', 'output_tokens'),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
    return { usage, ...(model === undefined || model.length > 200 ? {} : { model }) };
  });
}

/** What an update tells of the call of the model before it, as qwen does. Pure. */
export function usedByUpdate(update: unknown): Used | undefined {
  const said = at(update, '_meta', 'usage');
  return said === undefined || said === null ? undefined : { usage: usageOf(said) };
}

/** US dollars that the whole conversation has cost so far, where an update tells it. Pure. */
export function costSoFar(update: unknown): number | undefined {
  return textAt(update, 'cost', 'currency') === 'USD' ? amountAt(update, 'cost', 'amount') : undefined;
}

/** An event of what was spent. `usd`: as it was told; else what the model costs, or null. Pure. */
export function spent(
  used: Used,
  usd: number | undefined,
  model: string | undefined,
  prices: PriceTable,
): Spent {
  const by = used.model ?? model;
  return {
    type: 'spent',
    usage: used.usage,
    usd: usd ?? (by === undefined ? null : priceOf(by, used.usage, prices)),
    ...(by === undefined ? {} : { model: by }),
  };
}

/** Some count what was read from the cache into the input, some beside it: their total tells which. */
function usageOf(said: unknown): Usage {
  const input = countAt(said, 'inputTokens');
  const outputTokens = countAt(said, 'outputTokens');
  const cacheReadTokens = countAt(said, 'cachedReadTokens');
  const cacheWriteTokens = countAt(said, 'cachedWriteTokens');
  const cached = cacheReadTokens + cacheWriteTokens;
  const total = amountAt(said, 'totalTokens') ?? 0;
  const isBeside = cached > input || input + outputTokens + cached <= total;
  return { inputTokens: isBeside ? input : input - cached, outputTokens, cacheReadTokens, cacheWriteTokens };
}
