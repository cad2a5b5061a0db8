import type { Limits } from '../ledger/event.ts';

/** What has been spent, as the ledger tells it. */
export interface SpentSoFar {
  readonly runUsd: number;
  readonly sessionUsd: number;
}

/**
 * Whether a call whose worst case costs `worstUsd` (null: unknown) may be made. Undefined means yes; a sentence says
 * which cap it could pass. The worst case counts in full, so that a cap holds even if the call uses all of it.
 */
export function refuseToSpend(
  limits: Limits,
  spent: SpentSoFar,
  worstUsd: number | null,
): string | undefined {
  if (worstUsd === null && limits.allowUnknownCost !== true) {
    if (limits.maxCostUsd === undefined && limits.sessionCostUsd === undefined) return undefined;
    return 'the price of the next call is not known and a cost cap is set';
  }
  return (
    passes('run', spent.runUsd, worstUsd, limits.maxCostUsd) ??
    passes('session', spent.sessionUsd, worstUsd, limits.sessionCostUsd)
  );
}

function passes(
  what: string,
  spent: number,
  worst: number | null,
  cap: number | undefined,
): string | undefined {
  if (cap === undefined) return undefined;
  const told = `$${spent.toFixed(2)} of the ${what}'s $${cap.toFixed(2)} are spent`;
  // What nobody can price is let through by --allow-unknown-cost, until what is known has used the cap up.
  if (worst === null) return spent < cap ? undefined : told;
  return spent + worst <= cap ? undefined : `the next call may cost up to $${worst.toFixed(2)}; ${told}`;
}
