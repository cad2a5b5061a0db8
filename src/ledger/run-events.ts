import * as z from 'zod';
import { count, feature, Limits, role, StopReason, session, sha, text, Usage, usd } from './event-parts.ts';

const identity = z.string().max(500).optional().describe('On whose behalf: the name its commits bear.');
const ci = z
  .string()
  .max(500)
  .optional()
  .describe('CI system that started it, and for whom, where it says so.');
const settings = z
  .record(z.string(), z.unknown())
  .optional()
  .describe('The effective configuration, without secrets.');

/** Events about the run itself: its start and stop, its limits, its money, and the words of people. */
export const runEvents = {
  'run.started': z
    .strictObject({
      kind: z.enum(['init', 'run']),
      version: z.string().describe('Version of agentloop.'),
      by: z.string().describe('Who started it: user@host.'),
      pid: count,
      base: sha.describe('Commit the run starts from.'),
      baseRef: z.string().describe('Name under which the base was found (a branch, HEAD, ...).'),
      branch: z.string().optional().describe('The run branch.'),
      brain: z.string(),
      model: z.string().optional(),
      fence: z.string().describe('bubblewrap or none.'),
      config: z.string().describe('Hash of the effective configuration.'),
      identity,
      ci,
      settings,
    })
    .describe('A run begins; it owns this ledger.'),
  'run.resumed': z
    .strictObject({
      version: z.string(),
      by: z.string(),
      pid: count,
      brain: z.string(),
      model: z.string().optional(),
      fence: z.string(),
      repaired: text.optional().describe('What was put right before going on, such as a torn last line.'),
      config: z.string().optional().describe('Hash of the effective configuration.'),
      identity,
      ci,
      settings,
    })
    .describe('A later invocation carries the run on.'),
  'limits.set': z.strictObject({ limits: Limits }).describe('The limits that hold from here on.'),
  'wait.started': z
    .strictObject({
      why: z.enum(['unavailable', 'paused']),
      reason: text,
      until: z.int().optional().describe('When it ends (ms since 1970).'),
      probes: z
        .literal(true)
        .optional()
        .describe('Nobody told that end: it is tried then, with growing waits.'),
    })
    .describe('Nothing is done until then.'),
  'wait.ended': z
    .strictObject({
      why: z.enum(['unavailable', 'paused']),
      how: text,
      early: z.literal(true).optional().describe('A person said not to wait any longer.'),
    })
    .describe('Going on.'),
  'note.added': z
    .strictObject({ feature: feature.optional(), words: text, by: z.string() })
    .describe("A person's words for later briefs."),
  'stop.asked': z
    .strictObject({ by: z.string(), now: z.boolean() })
    .describe('A person asked the run to stop.'),
  'cost.updated': z
    .strictObject({
      session: session.optional(),
      feature: feature.optional(),
      role,
      usage: Usage.describe('Tokens since the last such event.'),
      usd: usd.describe('Money since the last such event; null: unknown.'),
      model: z.string().optional(),
    })
    .describe('A brain spent something.'),
  'run.stopped': z
    .strictObject({
      reason: StopReason,
      code: z.int().describe('Exit code.'),
      detail: text.optional(),
      until: z.int().optional().describe('When to come back (ms since 1970), where that is known.'),
      left: count.describe('Features that do not pass.'),
      landed: count.describe('Features this run landed.'),
    })
    .describe('The invocation is over, or the run with it.'),
} as const;
