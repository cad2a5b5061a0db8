import { type Config, parseDuration } from '../config.ts';
import type { Limits } from '../ledger/event.ts';

/** The limits of an invocation from its effective configuration. `now` makes `--until` and `--max-duration` an instant. */
export function limitsOf(config: Config, now: number): Limits {
  const { limits } = config;
  const ends = [
    limits.until === undefined ? undefined : nextInstant(limits.until, now),
    limits.maxDuration === undefined ? undefined : now + ms(limits.maxDuration),
  ].filter((end) => end !== undefined);
  return {
    ...(limits.maxCost === undefined ? {} : { maxCostUsd: limits.maxCost }),
    ...(limits.allowUnknownCost ? { allowUnknownCost: true } : {}),
    ...(limits.maxSessions === undefined ? {} : { maxSessions: limits.maxSessions }),
    ...(ends.length === 0 ? {} : { until: Math.min(...ends) }),
    sessionTurns: limits.sessionTurns,
    ...(limits.sessionCost === undefined ? {} : { sessionCostUsd: limits.sessionCost }),
    sessionMs: ms(limits.sessionTime),
    idleMs: ms(limits.idle),
    refusalsPerSession: limits.refusalsPerSession,
    sessionsPerFeature: limits.sessionsPerFeature,
    noProgressSessions: limits.noProgressSessions,
    backoffMs: ms(limits.backoff),
    longestBackoffMs: ms(limits.longestBackoff),
    unavailableTries: limits.unavailableTries,
  };
}

/** A duration the schema has already accepted. */
function ms(text: string): number {
  return parseDuration(text) ?? 0;
}

/** The next time the local clock shows HH:MM; today's if it is still to come. */
export function nextInstant(hhmm: string, now: number): number {
  const [hours, minutes] = hhmm.split(':').map(Number) as [number, number];
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  // A day is not always 24 hours: let the calendar add it.
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}
