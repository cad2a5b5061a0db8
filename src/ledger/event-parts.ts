import * as z from 'zod';

/** The parts that events are made of. */

export const text = z.string().max(20_000);
export const sha = z
  .string()
  .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
  .describe('A git object id.');
export const usd = z.number().nonnegative().nullable().describe('US dollars; null where no price is known.');
export const count = z.int().nonnegative();

export const Usage = z.strictObject({
  inputTokens: count.default(0),
  outputTokens: count.default(0),
  cacheReadTokens: count.default(0),
  cacheWriteTokens: count.default(0),
});
export type Usage = z.infer<typeof Usage>;

export const Claim = z.enum(['done', 'partial', 'stuck', 'needs-human', 'no-work']);
export type Claim = z.infer<typeof Claim>;

export const Handoff = z.strictObject({
  did: text.optional(),
  learned: text.optional(),
  next: text.optional(),
  question: text.optional(),
});
export type Handoff = z.infer<typeof Handoff>;

export const Reason = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z-]+\.[a-z-]+$/)
    .describe('Stable code, listed in docs/judge.md.'),
  text: text.describe('What is missing, in words a brain can act on.'),
  tests: z.array(z.string().max(1000)).max(50).optional().describe('Names of the tests it is about.'),
  output: z.string().max(12_000).optional().describe('Head and tail of what the check printed.'),
});
export type Reason = z.infer<typeof Reason>;

export const Suspicion = z.strictObject({
  kind: z
    .string()
    .regex(/^[a-z][a-z-]*$/)
    .describe('Stable name, listed in docs/judge.md.'),
  path: z.string().max(1000),
  line: z.int().positive().optional(),
  says: z.string().max(1000).describe('What it is, a sentence.'),
});
export type Suspicion = z.infer<typeof Suspicion>;

export const Limits = z.strictObject({
  maxCostUsd: z.number().positive().optional().describe('Money for the whole run.'),
  maxCostPerDayUsd: z
    .number()
    .positive()
    .optional()
    .describe('Money for a local day, by all runs of the repository.'),
  maxTokens: z.int().positive().optional().describe('Tokens for the whole run; reading the cache is free.'),
  allowUnknownCost: z.boolean().optional().describe('Go on though the price of the brain is not known.'),
  maxSessions: z.int().positive().optional().describe('Sessions for the whole run.'),
  until: z.int().positive().optional().describe('Instant (ms since 1970) at which this invocation stops.'),
  sessionTurns: z.int().positive().describe('Model calls in one session.'),
  sessionToolCalls: z
    .int()
    .positive()
    .optional()
    .describe('Tool calls in one session of the built-in brain.'),
  sessionCostUsd: z.number().positive().optional().describe('Money for one session.'),
  sessionMs: z.int().positive().describe('Time for one session, in ms.'),
  idleMs: z.int().positive().describe('Silence after which a brain or command counts as hanging, in ms.'),
  refusalsPerSession: z.int().nonnegative().describe('Refusals answered in the same conversation.'),
  sessionsPerFeature: z.int().positive().describe('Failed sessions after which a feature is blocked.'),
  noProgressSessions: z
    .int()
    .positive()
    .describe('Sessions in a row without progress after which the run stops.'),
  sameRefusals: z
    .int()
    .positive()
    .optional()
    .describe('The same refusals in a row after which a feature is blocked.'),
  sameWork: z
    .int()
    .positive()
    .optional()
    .describe('Refusals of the very same work after which a feature is blocked.'),
  sameCrashes: z
    .int()
    .positive()
    .optional()
    .describe('The same crashes in a row, with nothing to show, after which a feature is blocked.'),
  backoffMs: z
    .int()
    .nonnegative()
    .describe('First wait when a brain is unavailable, in ms; doubled each time.'),
  longestBackoffMs: z.int().positive().optional().describe('Longest of these waits, in ms.'),
  unavailableTries: z.int().nonnegative().describe('Waits in a row after which the run ends as unavailable.'),
});
export type Limits = z.infer<typeof Limits>;

export const Proof = z.strictObject({
  kind: z.enum(['tests', 'command', 'none']),
  turned: z.array(z.string().max(1000)).max(50).describe('What was red on the base and is green now.'),
  redAt: sha.describe('Tree on which it was seen red.'),
  greenAt: sha.describe('Tree on which it was seen green.'),
});
export type Proof = z.infer<typeof Proof>;

const stopReasons = [
  'complete',
  'blocked',
  'needs-human',
  'max-cost',
  'max-cost-per-day',
  'max-tokens',
  'max-sessions',
  'until',
  'no-progress',
  'asked',
  'judge-broken',
  'no-brain',
  'final-judge',
  'unavailable',
  'interrupted',
  'terminated',
  'taken-over',
] as const;
export const StopReason = z.enum(stopReasons);
export type StopReason = z.infer<typeof StopReason>;

export const session = z.int().positive().describe('Number of the session, from 1.');
export const feature = z.string().describe('Id of the feature.');
export const role = z
  .enum(['examiner', 'evaluator', 'planner'])
  .optional()
  .describe('Who it was, where it was not the brain of the session.');

/** Of somebody asked beside a session: what it was told, and who it was. */
export const asked = {
  told: z
    .strictObject({ file: z.string().max(200), sha256: z.string() })
    .optional()
    .describe('The brief of somebody asked beside a session: its file in briefs/, and its hash.'),
  brain: z.string().optional().describe('Who it was, where somebody was asked beside a session.'),
  model: z.string().optional(),
  fallback: z.literal(true).optional().describe('It came in place of one that gave no answer.'),
};
