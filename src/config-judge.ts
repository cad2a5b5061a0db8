import * as z from 'zod';
import { count, duration, text, texts, timezone } from './config-values.ts';

export const Check = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and "-", at most 32')
    .describe('Name of the check in verdicts and reports.'),
  command: z.string().min(1).max(2000).describe('Shell command, run at the top of a clean checkout.'),
  report: z
    .string()
    .regex(
      /^(auto|node-test|vitest|jest|mocha|ava|pytest|go-test|cargo-test|tap|none|(junit|tap):.+)$/,
      'auto, node-test, vitest, jest, mocha, ava, pytest, go-test, cargo-test, junit:<path>, tap, tap:<path> or none',
    )
    .default('auto')
    .describe(
      'How to learn which tests ran: auto, a runner, junit:<path of the XML it writes>, tap (it prints TAP), tap:<path>, or none.',
    ),
  timeout: duration.default('10m').describe('Time it may take; longer counts as red.'),
});
export type Check = z.infer<typeof Check>;

const checks = z
  .array(Check)
  .max(20)
  .refine(
    (all) => new Set(all.map((check) => check.name)).size === all.length,
    'checks whose names differ from each other',
  );

const mutants = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Damage changed lines and see whether new tests notice.'),
    time: duration.default('60s').describe('Time for all of them together, for one candidate.'),
    most: count.max(100).default(10).describe('How many are tried at most.'),
  })
  .describe('Whether new tests bite.');

const sealed = z
  .strictObject({
    dir: text
      .optional()
      .describe('Folder outside the repository with sealed tests of your own: <dir>/<feature>/<path>.'),
    refusals: count
      .max(100)
      .default(3)
      .describe('Refusals for the same sealed test after which a person is asked.'),
  })
  .describe('Tests that no brain gets to see.');

/** The section `judge`; while judging it is read from the base. */
export const judge = z
  .strictObject({
    checks: checks.default([]).describe('What must hold; read from the base commit while judging.'),
    protect: texts
      .max(200)
      .default([])
      .describe('Globs of more files that always come from the base while judging.'),
    allow: texts
      .max(200)
      .default([])
      .describe('Globs of protected files that work may edit or remove; without it such work is refused.'),
    suspicions: z
      .enum(['report', 'refuse'])
      .default('report')
      .describe('What becomes of suspicions when no evaluator looks at them.'),
    mutants: mutants.prefault({}),
    sealed: sealed.prefault({}),
    timezone: timezone.default('UTC').describe('TZ of the checks.'),
  })
  .describe('What decides whether a claim is true.');
