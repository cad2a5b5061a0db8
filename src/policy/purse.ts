import type { Limits, Usage } from '../ledger/event.ts';

/** Sums of dollars are not exact in binary: less than this apart they are the same, or ten dimes would not fit a dollar. */
const sameUsd = 1e-9;

/** Whether nothing is left of a cap, both in US dollars. */
export function isUsedUp(spent: number, cap: number): boolean {
  return spent > cap - sameUsd;
}

/** What has been spent, as the ledgers tell it. */
export interface SpentSoFar {
  readonly runUsd: number;
  readonly sessionUsd: number;
  /** By all runs of the repository since the local day began; default 0. */
  readonly dayUsd?: number;
  /** Read, written and put into the cache by the run; default 0. */
  readonly runTokens?: number;
}

/** Tokens that count for a limit: read, written and put into the cache, not those that were found there. */
export function tokensOf(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens;
}

/** The most that a call can use. */
export interface Worst {
  /** Null: the price is unknown. */
  readonly usd: number | null;
  /** Default 0. */
  readonly tokens?: number | undefined;
}

/** A cap that a call could pass, with a sentence. `session-cost` is the only one that leaves the run its other sessions. */
export interface Refusal {
  readonly cap: 'run-cost' | 'day-cost' | 'run-tokens' | 'session-cost';
  readonly why: string;
}

/**
 * The cap that a call could pass; undefined where it may be made. Its worst case counts in full, so that a cap holds even
 * if the call uses all of it.
 */
export function refuseToSpend(limits: Limits, spent: SpentSoFar, worst: Worst): Refusal | undefined {
  const { maxCostUsd, maxCostPerDayUsd, sessionCostUsd, maxTokens } = limits;
  const { usd } = worst;
  const caps = [
    ['run-cost', 'run', spent.runUsd, maxCostUsd],
    ['day-cost', 'day', spent.dayUsd ?? 0, maxCostPerDayUsd],
    ['session-cost', 'session', spent.sessionUsd, sessionCostUsd],
  ] as const;
  const capped = caps.find(([, , , most]) => most !== undefined);
  if (usd === null && limits.allowUnknownCost !== true && capped) {
    return { cap: capped[0], why: 'the price of the next call is not known and a cost cap is set' };
  }
  for (const [cap, what, so, most] of caps) {
    const why = most === undefined ? undefined : passes(what, so, usd, most);
    if (why !== undefined) return { cap, why };
  }
  const { tokens = 0 } = worst;
  const { runTokens = 0 } = spent;
  if (maxTokens === undefined || (runTokens < maxTokens && runTokens + tokens <= maxTokens)) return undefined;
  const why = `the next call may use ${tokens} tokens; ${runTokens} of the run's ${maxTokens} are used`;
  return { cap: 'run-tokens', why };
}

/** US dollars that are left of the nearest cap, at least 0; undefined where there is none. */
export function leftOf(limits: Limits, spent: SpentSoFar): number | undefined {
  const { maxCostUsd, maxCostPerDayUsd, sessionCostUsd } = limits;
  const left = [
    ...(maxCostUsd === undefined ? [] : [maxCostUsd - spent.runUsd]),
    ...(maxCostPerDayUsd === undefined ? [] : [maxCostPerDayUsd - (spent.dayUsd ?? 0)]),
    ...(sessionCostUsd === undefined ? [] : [sessionCostUsd - spent.sessionUsd]),
  ];
  return left.length === 0 ? undefined : Math.max(0, Math.min(...left));
}

function passes(what: string, spent: number, worst: number | null, cap: number): string | undefined {
  const told = `$${spent.toFixed(2)} of the ${what}'s $${cap.toFixed(2)} are spent`;
  // What nobody can price is let through by --allow-unknown-cost, until what is known has used the cap up.
  if (worst === null) return isUsedUp(spent, cap) ? told : undefined;
  return spent + worst <= cap + sameUsd
    ? undefined
    : `the next call may cost up to $${worst.toFixed(2)}; ${told}`;
}
