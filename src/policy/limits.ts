import { type Config, parseDuration } from '../config.ts';
import { UserError } from '../errors.ts';
import type { Limits } from '../ledger/event.ts';
import { localZone, nextTimeOfDay } from './zoned-time.ts';

/** The limits of an invocation from its effective configuration. `now` makes `--until` and `--max-duration` an instant. */
export function limitsOf(config: Config, now: number): Limits {
  const { limits } = config;
  const ends = [
    limits.until === undefined ? undefined : untilInstant(limits.until, now),
    limits.maxDuration === undefined ? undefined : now + ms(limits.maxDuration),
  ].filter((end) => end !== undefined);
  return {
    ...(limits.maxCost === undefined ? {} : { maxCostUsd: limits.maxCost }),
    ...(limits.maxCostPerDay === undefined ? {} : { maxCostPerDayUsd: limits.maxCostPerDay }),
    ...(limits.maxTokens === undefined ? {} : { maxTokens: limits.maxTokens }),
    ...(limits.allowUnknownCost ? { allowUnknownCost: true } : {}),
    ...(limits.maxSessions === undefined ? {} : { maxSessions: limits.maxSessions }),
    ...(ends.length === 0 ? {} : { until: Math.min(...ends) }),
    sessionTurns: limits.sessionTurns,
    ...(limits.sessionToolCalls === undefined ? {} : { sessionToolCalls: limits.sessionToolCalls }),
    ...(limits.sessionCost === undefined ? {} : { sessionCostUsd: limits.sessionCost }),
    sessionMs: ms(limits.sessionTime),
    idleMs: ms(limits.idle),
    refusalsPerSession: limits.refusalsPerSession,
    sessionsPerFeature: limits.sessionsPerFeature,
    noProgressSessions: limits.noProgressSessions,
    sameRefusals: limits.sameRefusals,
    sameWork: limits.sameWork,
    sameCrashes: limits.sameCrashes,
    backoffMs: ms(limits.backoff),
    longestBackoffMs: ms(limits.longestBackoff),
    unavailableTries: limits.unavailableTries,
  };
}

/** A duration the schema has already accepted. */
function ms(text: string): number {
  return parseDuration(text) ?? 0;
}

/**
 * The instant that `--until` means: the next time a clock shows this, the one of this machine or of the zone that is named;
 * or the instant itself. UserError for an instant that has gone by.
 */
export function untilInstant(text: string, now: number): number {
  const [, hour, minute, zone = localZone()] = /^(\d\d):(\d\d)(?: +(\S+))?$/.exec(text) ?? [];
  if (hour !== undefined) return nextTimeOfDay({ hour: Number(hour), minute: Number(minute) }, now, zone);
  const at = Date.parse(text);
  if (at > now) return at;
  throw new UserError(`--until ${text} has gone by.`, 'agentloop run --until <HH:MM>');
}
