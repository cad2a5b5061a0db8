import * as z from 'zod';

/**
 * `feature-list.json`: the done-condition, written before the work starts and committed in the user's
 * repository. Only the harness turns `passes` on or off.
 */
export const Feature = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'a letter, then letters, digits, "-" or "_", at most 32 in all')
    .describe('Stable, unique name of the feature, such as F001.'),
  title: z
    .string()
    .min(1)
    .max(120)
    .regex(/^[^\r\n]*$/, 'one line')
    .describe('One line; the subject of its commit.'),
  description: z.string().max(8000).default('').describe('What a user can do when it is there.'),
  steps: z
    .array(z.string().min(1).max(1000))
    .max(50)
    .default([])
    .describe('How to see that it works, step by step.'),
  priority: z.int().min(0).max(9999).default(100).describe('Smaller comes first.'),
  dependsOn: z.array(z.string()).max(50).default([]).describe('Ids of the features that must pass first.'),
  proof: z
    .enum(['tests', 'command', 'none'])
    .describe(
      'What turns from red to green: a test, the verify command, or nothing (a person must say so; reported as unproven).',
    ),
  verify: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe('Shell command that fails before and passes after.'),
  passes: z.boolean().describe('Set by the harness alone.'),
  blocked: z
    .string()
    .max(2000)
    .optional()
    .describe('Why the harness stopped trying; a person may delete it.'),
});
export type Feature = z.infer<typeof Feature>;

export const FeatureList = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('Version of this format.'),
  spec: z.string().max(200_000).describe('The specification, or the path of the file that holds it.'),
  features: z.array(Feature).min(1).max(2000),
});
export type FeatureList = z.infer<typeof FeatureList>;

/** Where the shared files stand, relative to the top of the repository. */
export const files = {
  featureList: 'feature-list.json',
  init: 'init.sh',
  agents: 'AGENTS.md',
  progress: 'progress.txt',
  config: 'agentloop.config.json',
} as const;

/** The files a brain's changes to which are dropped and listed: they belong to the harness. */
export const harnessFiles: readonly string[] = Object.values(files);
