import * as z from 'zod';

/** What `agentloop doctor --json` prints; schema/doctor.schema.json is made from it. */

const Finding = z.strictObject({
  name: z.string().describe('What was looked at.'),
  state: z.enum(['ok', 'warn', 'fail']).describe('fail: a run cannot start, or must not without a person.'),
  what: z.string().describe('What was found, in a sentence.'),
  help: z.string().optional().describe('What to do about it; may have several lines.'),
  gate: z.boolean().optional().describe('One of the six gates before a run that nobody looks at.'),
});
/** What was found out about one thing. */
export type Finding = z.infer<typeof Finding>;

export const Diagnosis = z.strictObject({
  version: z.literal(1),
  ok: z.boolean().describe('Whether a run could start; with --ci, whether one that nobody looks at could.'),
  findings: z.array(Finding),
  fixed: z.array(z.string()).describe('What --fix or --orphans has done, a sentence each.'),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
