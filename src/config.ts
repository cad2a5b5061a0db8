import * as z from 'zod';
import { judge } from './config-judge.ts';
import { count, duration, text, texts, until, variable } from './config-values.ts';

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

const role = z.strictObject({
  brain: z
    .string()
    .regex(
      /^(anthropic|scripted:.+|command:.+)$/s,
      '"anthropic", "scripted:<file>" or "command:<shell command>"',
    )
    .optional()
    .describe('Who thinks: anthropic (when nothing is said), scripted:<file> or command:<shell command>.'),
  model: z.string().min(1).optional().describe('Model of the anthropic brain.'),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional().describe('How hard the model thinks.'),
});

const coder = role.extend({
  fallback: role
    .prefault({})
    .describe('Who gets one fresh session on a feature that was blocked. None: nobody does.'),
});

/** A role that has no brain unless one is named. */
const consultant = role.extend({
  brain: z
    .string()
    .regex(
      /^(none|anthropic|scripted:.+|command:.+)$/s,
      '"none", "anthropic", "scripted:<file>" or "command:<shell command>"',
    )
    .optional()
    .describe('Who thinks: as for the others, or none (when nothing is said).'),
});

const roles = z
  .strictObject({
    initializer: role.prefault({}),
    coder: coder.prefault({}),
    examiner: consultant
      .prefault({})
      .describe('Writes sealed tests from the specification. None: nobody does.'),
    evaluator: consultant
      .prefault({})
      .describe('Looks at accepted work with fresh eyes; may only refuse. None: nobody does.'),
  })
  .describe('Which brain does which job.');

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

const limits = z
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
    sessionTurns: count.default(200).describe('Model calls in one session.'),
    sessionToolCalls: count.optional().describe('Tool calls in one session of the built-in brain.'),
    sessionCost: z.number().positive().optional().describe('US dollars for one session.'),
    sessionTime: duration.default('1h').describe('Time for one session.'),
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
    passEnv: z.array(variable).default([]).describe('Names of variables a command brain gets.'),
    passHome: texts.default([]).describe('Paths in HOME a command brain may read.'),
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
  prices: text.optional().describe('JSON file with prices that add to or replace the table we ship.'),
  providers: text
    .optional()
    .describe('JSON file that tells what troubles of a provider look like; looked at before what we ship.'),
});
export type Config = z.infer<typeof Config>;
export type ConfigInput = z.input<typeof Config>;
