import type { Failure } from '../brain/brain.ts';
import type { Limits } from '../ledger/event.ts';

/** Where nobody says how long a wait may be that is better than another brain, in ms. */
const nearMs = 1_800_000;

/**
 * Whether a brain that failed has given no answer, so that its fallback is to be asked: always but when it was stopped, and when
 * it says itself that it comes back soon, within the longest wait between two tries. Pure; `now` in ms.
 */
export function callsForFallback(failure: Failure, limits: Limits, now: number): boolean {
  if (failure.kind === 'interrupted') return false;
  if (failure.kind !== 'unavailable' || failure.until === undefined) return true;
  return failure.until > now + (limits.longestBackoffMs ?? nearMs);
}
