import * as z from 'zod';
import { Usage } from '../../ledger/event.ts';
import type { Transcript } from '../../ledger/transcript.ts';

/** What the rounds of a session before this one left in its transcript. */
export interface Before {
  /** The conversation that can go on. */
  readonly conversation?: string;
  /** What was told of that conversation's use already. */
  readonly usage: Usage;
  readonly usd: number;
  /** Model calls and calls of tools of the whole session. */
  readonly turns: number;
  readonly calls: number;
}

export const nothingUsed: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

const Kept = z.object({ conversation: z.string().min(1), usage: Usage, usd: z.number() });
const Counted = z.object({ turns: z.number(), calls: z.number() });

/** Reads it. Entries that are not understood count as none: then a fresh conversation begins. */
export function toldBefore({ entries }: Transcript): Before {
  const ended = entries.filter(({ type }) => type === 'agent.ended');
  const last = Kept.safeParse(ended.at(-1)?.['kept']).data;
  const counts = ended.flatMap((entry) => Counted.safeParse(entry).data ?? []);
  return {
    ...(last ?? { usage: nothingUsed, usd: 0 }),
    turns: counts.reduce((sum, { turns }) => sum + turns, 0),
    calls: counts.reduce((sum, { calls }) => sum + calls, 0),
  };
}

/** `a` without `b`, never below nothing: what a counter that goes on has counted since. */
export function usedSince(a: Usage, b: Usage): Usage {
  return together(a, b, (one, other) => Math.max(0, one - other));
}

/** Both. */
export function usedInAll(a: Usage, b: Usage): Usage {
  return together(a, b, (one, other) => one + other);
}

function together(a: Usage, b: Usage, how: (one: number, other: number) => number): Usage {
  return {
    inputTokens: how(a.inputTokens, b.inputTokens),
    outputTokens: how(a.outputTokens, b.outputTokens),
    cacheReadTokens: how(a.cacheReadTokens, b.cacheReadTokens),
    cacheWriteTokens: how(a.cacheWriteTokens, b.cacheWriteTokens),
  };
}
