import * as z from 'zod';
import { count, duration, until } from './config-values.ts';

/** What a session may use: for all of them in `limits`, for those of one role in `roles`. */
const sessionTurns = count.describe('Model calls in one session.');
const sessionToolCalls = count.describe('Tool calls in one session of the built-in brain.');
const sessionCost = z.number().positive().describe('US dollars for one session.');
const sessionTime = duration.describe('Time for one session.');

/** Limits of one role, instead of those of the same names in `limits`. */
export const roleLimits = z.strictObject({
  sessionTime: sessionTime.optional(),
  sessionTurns: sessionTurns.optional(),
  sessionToolCalls: sessionToolCalls.optional(),
  sessionCost: sessionCost.optional(),
});
export type RoleLimits = z.infer<typeof roleLimits>;

/** The part of the configuration that says how far a run may go. */
export const limits = z
  .strictObject({
    maxCost: z.number().positive().optional().describe('US dollars for a run.'),
    allowUnknownCost: z.boolean().default(false).describe('Run under a cap though the price is not known.'),
    maxCostPerDay: z
      .number()
      .positive()
      .optional()
      .describe('US dollars for a local day, by all runs of the repository.'),
    maxTokens: count
      .optional()
      .describe(
        'Tokens for a run: read, written and put into the cache; what is found there is not counted.',
      ),
    maxSessions: count.optional().describe('Sessions for a run.'),
    maxDuration: duration.optional().describe('Time for one invocation.'),
    until: until
      .optional()
      .describe('When an invocation stops: "06:30", "06:30 Europe/Berlin" or "2026-11-21T06:30+01:00".'),
    sessionTurns: sessionTurns.default(200),
    sessionToolCalls: sessionToolCalls.optional(),
    sessionCost: sessionCost.optional(),
    sessionTime: sessionTime.default('1h'),
    grace: duration
      .default('2s')
      .describe('Time a brain has to put things away between being asked to end and being killed.'),
    idle: duration.default('10m').describe('Silence after which a brain counts as hanging.'),
    refusalsPerSession: z.int().min(0).max(20).default(2).describe('Refusals answered in one conversation.'),
    sessionsPerFeature: count
      .max(50)
      .default(3)
      .describe('Failed sessions after which a feature is blocked.'),
    noProgressSessions: count.max(500).default(12).describe('Sessions in a row without progress: stop.'),
    sameRefusals: count
      .default(6)
      .describe('The same refusals in a row, with the same reasons, after which a feature is blocked.'),
    sameWork: count.default(4).describe('Refusals of the very same work after which a feature is blocked.'),
    sameCrashes: count
      .default(2)
      .describe('Crashes in a row with the same words and nothing to show after which a feature is blocked.'),
    backoff: duration
      .default('1m')
      .describe('First wait when a brain is unavailable and nobody says until when; doubled each time.'),
    longestBackoff: duration.default('30m').describe('Longest of these waits.'),
    unavailableTries: z
      .int()
      .min(0)
      .max(100)
      .default(10)
      .describe('Waits in a row before a run ends as unavailable.'),
  })
  .describe('How far a run, an invocation and a session may go.');
