import type { BrainEvent } from './brain.ts';

type Spent = Extract<BrainEvent, { type: 'spent' }>;

/**
 * How often a program may tell in one round what it spent: each time is a line of the ledger, written to the disk, and no work
 * takes so many calls of a model.
 */
export const tellings = 5000;

/** Models that are told apart of what waits to be written down. */
const models = 50;

/**
 * Adds an event to those that wait to be told, in place: what was spent on the same model becomes one event, so that
 * however fast a program tells, few wait. An unknown price stays apart from a known one.
 */
export function addSpent(waiting: Spent[], { usage, usd, model }: Spent): void {
  const alike = waiting.findIndex(
    (one) => (one.usd === null) === (usd === null) && (one.model === model || waiting.length >= 2 * models),
  );
  const other = waiting[alike];
  if (other === undefined) {
    waiting.push({ type: 'spent', usage, usd, ...(model === undefined ? {} : { model }) });
    return;
  }
  const sum = (name: keyof Spent['usage']) =>
    Math.min(other.usage[name] + usage[name], Number.MAX_SAFE_INTEGER);
  const both = {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
  };
  waiting[alike] = { ...other, usage: both, usd: usd === null ? null : (other.usd ?? 0) + usd };
}
