import { dollars } from '../words.ts';

/** What a run cost, and under which cap, where there is one. */
export function moneyWords(
  { usd, unknown }: { readonly usd: number; readonly unknown: boolean },
  maxCostUsd: number | null,
): string {
  const cap = maxCostUsd === null ? '' : ` of the ${dollars(maxCostUsd)} cap`;
  if (!unknown) return `${dollars(usd)}${cap}`;
  return `${usd > 0 ? `at least ${dollars(usd)}${cap}, some prices are` : `cost${cap}`} unknown`;
}
