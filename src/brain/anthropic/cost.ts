import type { MessageParam, Usage as WireUsage } from '@anthropic-ai/sdk/resources/messages';
import { type BilledUsage, type PriceTable, priceOf } from '../prices.ts';
import type { Conversation } from './conversation.ts';
import type { Cost, Head } from './entries.ts';

/** Bytes of a token, as few as they come: an estimate must not be too small. */
const bytesOfToken = 3;

/** What a response cost. `asked`: the model we asked for, whose price holds where the one that answered is not listed. */
export function costOf(
  wire: Partial<WireUsage> | undefined,
  model: string,
  asked: string,
  prices: PriceTable,
): Cost {
  const usage: BilledUsage = {
    inputTokens: count(wire?.input_tokens),
    outputTokens: count(wire?.output_tokens),
    cacheReadTokens: count(wire?.cache_read_input_tokens),
    cacheWriteTokens: count(wire?.cache_creation_input_tokens),
    cacheWrite1hTokens: count(wire?.cache_creation?.ephemeral_1h_input_tokens),
  };
  // There is no call without a prompt: a server that counts none does not count, and has not said that it is free.
  const isCounted = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens > 0;
  const usd = isCounted ? (priceOf(model, usage, prices) ?? priceOf(asked, usage, prices)) : null;
  return { usage, usd, model };
}

/** Worst and least that the next request can cost. Prompt: what the last one was, and all that was said since. */
export function expectedCost(
  head: Head,
  conversation: Conversation,
  prices: PriceTable,
): { readonly worstUsd: number | null; readonly worstTokens: number; readonly least: Cost } {
  const headTokens = tokens({ system: head.system, tools: head.tools });
  const last = conversation.lastCost?.usage;
  const known = last
    ? last.inputTokens + last.cacheReadTokens + last.cacheWriteTokens + last.outputTokens
    : 0;
  const fresh = (last ? 0 : headTokens) + tokens(conversation.since);
  const worst: BilledUsage = {
    inputTokens: 0,
    outputTokens: head.max_tokens,
    cacheReadTokens: 0,
    // The cache may be gone: then all of it is written again, which costs more than plain input.
    cacheWriteTokens: known + fresh,
    cacheWrite1hTokens: headTokens,
  };
  const least: BilledUsage = {
    inputTokens: fresh,
    outputTokens: 0,
    cacheReadTokens: known,
    cacheWriteTokens: 0,
  };
  return {
    worstUsd: priceOf(head.model, worst, prices),
    worstTokens: worst.cacheWriteTokens + worst.outputTokens,
    least: { usage: least, usd: priceOf(head.model, least, prices), model: head.model },
  };
}

function tokens(value: MessageParam[] | readonly MessageParam[] | object): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(value)) / bytesOfToken);
}

function count(value: number | null | undefined): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? Math.round(value) : 0;
}
