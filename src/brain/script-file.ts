import * as z from 'zod';
import { Opinion } from '../hands/opinion.ts';
import { Claim, Usage } from '../ledger/event.ts';
import { consultants } from './brain.ts';
import { questionIsThere } from './outcome.ts';

/**
 * The script of the scripted brain: what it does in which session. `schema/script.schema.json` is made from it,
 * docs/brains.md explains it.
 */

const place = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) => !/^\/|(^|\/)\.\.?(\/|$)|\0|\/$/.test(path),
    'a path below the top of the workspace, without "." and ".."',
  );

const content = z
  .union([z.string(), z.array(z.string())])
  .describe('Text, or a list of lines (each gets a line end).');

const beside = z.string().min(1).describe('A file beside the script, relative to its folder.');

const Write = z
  .strictObject({
    path: place,
    content: content.optional(),
    from: beside.optional(),
    mode: z.enum(['644', '755']).optional().describe('Default: as it was; 644 for a new file.'),
  })
  .check(eitherOr('content', 'from'));

const Edit = z.strictObject({
  path: place,
  old: z.string().min(1).describe('Must occur in the file; exactly once unless "all" is true.'),
  new: z.string(),
  all: z.boolean().default(false),
});

const Run = z.strictObject({
  command: z.string().min(1),
  expect: z.int().min(0).max(255).optional().describe('Exit code it must end with; default: any.'),
});

const Wait = z
  .strictObject({
    ms: z.int().min(0).max(86_400_000).optional(),
    file: beside
      .optional()
      .describe('Goes on when this file is there; relative to the folder of the script.'),
  })
  .check(eitherOr('ms', 'file'));

const Spend = Usage.extend({
  usd: z.number().nonnegative().nullable().default(0).describe('US dollars; null: not known.'),
  model: z.string().min(1).optional(),
});

const Fail = z.strictObject({
  kind: z.enum(['unavailable', 'crashed', 'over-limit', 'context', 'declined', 'fatal', 'interrupted']),
  reason: z.string().min(1).max(2000),
  retryAfterMs: z.int().positive().optional().describe('For unavailable: when to try again.'),
  help: z.string().min(1).optional().describe('For fatal: what a person can do.'),
});

const Say = z
  .strictObject({
    claim: Claim,
    did: z.string().optional(),
    learned: z.string().optional(),
    next: z.string().optional(),
    question: z.string().optional(),
  })
  .check(questionIsThere);

/** One thing done. An object with exactly one key says more clearly what is wrong with it than a union does. */
export const ScriptStep = z
  .strictObject({
    write: Write.optional().describe('Writes a file, with its folders.'),
    edit: Edit.optional().describe('Replaces text in a file.'),
    delete: place.optional().describe('Deletes a file or a folder.'),
    run: Run.optional().describe('Runs a shell command in the workspace.'),
    wait: Wait.optional().describe('Waits; the signal and the time of the session end it.'),
    say: z.string().min(1).max(2000).optional().describe('A line for the person who watches.'),
    usage: Spend.optional().describe('Something is spent.'),
    fail: Fail.optional().describe('Ends without a claim.'),
    crash: z.literal(true).optional().describe('The brain dies.'),
    claim: Say.optional().describe('Ends with a claim.'),
    opinion: Opinion.optional().describe('Ends with the opinion of an evaluator.'),
  })
  .check((given) => {
    const [first, second] = Object.keys(given.value);
    const clear = given.issues.length > 0;
    const known = Object.keys(ScriptStep.shape).join(', ');
    if (first === undefined && !clear) complain(given, [], `something to do (${known})`);
    else if (second !== undefined) complain(given, [second], 'a step of its own');
  })
  .meta({ minProperties: 1, maxProperties: 1 });
export type ScriptStep = z.infer<typeof ScriptStep>;

const Steps = z.array(ScriptStep).check((given) => {
  const end = given.value.findIndex(
    (step) => step.claim !== undefined || step.opinion !== undefined || step.fail !== undefined || step.crash,
  );
  if (end < 0 || end === given.value.length - 1) return;
  complain(given, [end + 1], 'left out (the step before it ends the round)');
});

const When = z.strictObject({
  role: z.enum(['initializer', 'coder', ...consultants]).optional(),
  feature: z.string().min(1).optional().describe('Id of the feature.'),
  session: z.int().positive().optional().describe('Number of the session in the run, from 1.'),
  nth: z
    .int()
    .positive()
    .optional()
    .describe('How many sessions of this role on this feature this process has seen, from 1.'),
});

export const Script = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('Version of this format.'),
  about: z.string().optional().describe('What the script is for.'),
  sessions: z
    .array(
      z.strictObject({
        when: When.prefault({}).describe(
          'All that is named must hold; the first session that matches is played.',
        ),
        steps: Steps.describe('Without a claim at the end it claims done.'),
        afterRefusal: z
          .array(Steps)
          .default([])
          .describe(
            'What it does after the first refusal, the second, and so on; without steps it claims stuck.',
          ),
      }),
    )
    .min(1),
});
export type Script = z.infer<typeof Script>;

interface Checked {
  readonly value: unknown;
  readonly issues: z.core.$ZodRawIssue[];
}

/** Exactly one of the two must be there. */
function eitherOr(one: string, other: string): (given: Checked) => void {
  return (given) => {
    const value = given.value as Record<string, unknown>;
    if (value[one] !== undefined && value[other] !== undefined) {
      complain(given, [other], `left out where "${one}" is there`);
    } else if (value[one] === undefined && value[other] === undefined) {
      complain(given, [one], `there, or "${other}"`);
    }
  };
}

/** `must`: what it must be, as the end of a sentence. */
function complain(given: Checked, path: PropertyKey[], must: string): void {
  given.issues.push({ code: 'custom', message: must, input: given.value, path });
}
