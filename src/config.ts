import * as z from 'zod';
import { forge } from './config-forge.ts';
import { judge } from './config-judge.ts';
import { limits } from './config-limits.ts';
import { notify } from './config-notify.ts';
import { roles } from './config-roles.ts';
import { count, duration, text, texts, variable } from './config-values.ts';

export { Check } from './config-judge.ts';
export { parseDuration } from './config-values.ts';

/** `agentloop.config.json`, one schema: docs/config.md and schema/config.schema.json are made from it. */

const below = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/s,
    'a path below the top of the repository, such as "node_modules"',
  );

const branch = z
  .string()
  .regex(
    /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|\.\/|\.lock\/))[\w./-]*\{run\}[\w./-]*(?<![/.]|\.lock)$/,
    'a branch name with {run} in it once, such as "agentloop/{run}"',
  );

const prepare = z
  .strictObject({
    outputs: z
      .array(below)
      .default([
        'node_modules',
        '.venv',
        'venv',
        'vendor',
        'vendor/bundle',
        'target',
        '.gradle',
        '_build',
        'deps',
      ])
      .describe('Dependency folders that init.sh makes; carried from one prepared checkout to the others.'),
    inputs: texts
      .default([])
      .describe('Globs of more files that init.sh depends on, beside itself, manifests and lock files.'),
    timeout: duration.default('20m').describe('Time init.sh may take.'),
  })
  .describe('How a clean checkout is brought to the point where checks can run.');

const git = z
  .strictObject({
    branch: branch
      .default('agentloop/{run}')
      .describe('Name of the run branch; {run} stands for the name of the run.'),
  })
  .describe('What appears in your repository.');

const workspace = z
  .strictObject({
    cacheDir: text.optional().describe('Where workspaces stand; default $XDG_CACHE_HOME/agentloop.'),
    maxFileBytes: count.default(20_000_000).describe('Largest new or changed file a candidate may hold.'),
    maxTotalBytes: count.default(200_000_000).describe('Most bytes a candidate may add or change.'),
    pushCheckpoints: z
      .string()
      .regex(/^(?!-)[^\s:]+$/, 'the name of a remote of your repository, such as "origin"')
      .optional()
      .describe('Remote that gets run branch, unfinished work and a copy of the ledger after each session.'),
    checkpointEvery: duration
      .default('5m')
      .describe('How often unfinished work is saved while a brain works; a pause saves it too.'),
  })
  .describe('Where sessions work.');

const fence = z
  .strictObject({
    mode: z.enum(['auto', 'bubblewrap', 'none']).default('auto').describe('auto: bubblewrap where it works.'),
    readOnly: texts.default([]).describe('Paths inside hidden folders that are given back read-only.'),
    passEnv: z.array(variable).default([]).describe('Names of variables a command or an agent CLI gets.'),
    passHome: texts.default([]).describe('Paths in HOME a command or an agent CLI may read.'),
  })
  .describe('What commands of brains and checks can reach.');

/** What must be in order before nobody looks. */
export const gateNames = ['persists', 'owner', 'identity', 'reach', 'asked', 'trail'] as const;

const gates = z
  .strictObject({
    skip: z
      .array(z.enum(gateNames))
      .default([])
      .describe('Gates that may be red though nobody looks: docs/unattended.md.'),
  })
  .describe('What stops a run that nobody looks at before it begins.');

export const Config = z.strictObject({
  $schema: z.string().optional(),
  roles: roles.prefault({}),
  judge: judge.prefault({}),
  prepare: prepare.prefault({}),
  limits: limits.prefault({}),
  git: git.prefault({}),
  workspace: workspace.prefault({}),
  fence: fence.prefault({}),
  gates: gates.prefault({}),
  notify: notify.prefault({}),
  forge: forge.prefault({}),
  prices: text.optional().describe('JSON file with prices that add to or replace the table we ship.'),
  providers: text
    .optional()
    .describe('JSON file that tells what troubles of a provider look like; looked at before what we ship.'),
});
export type Config = z.infer<typeof Config>;
export type ConfigInput = z.input<typeof Config>;
