import * as z from 'zod';
import {
  asked,
  Claim,
  count,
  feature,
  Handoff,
  Proof,
  Reason,
  role,
  Suspicion,
  session,
  sha,
  text,
} from './event-parts.ts';

/** Events about work: sessions, claims, verdicts, landings. */
export const workEvents = {
  'session.started': z
    .strictObject({
      session,
      feature: feature.optional(),
      role: z.enum(['initializer', 'coder']),
      brain: z.string(),
      model: z.string().optional(),
      fallback: z
        .literal(true)
        .optional()
        .describe('Another brain has it: on a blocked feature, or after an initializer that gave no answer.'),
      base: sha.describe('Commit the workspace starts from.'),
      unfinished: sha.optional().describe('Commit of earlier unfinished work that was put on top.'),
      brief: z.string().describe('sha256 of the brief, which stands in briefs/<session>.txt.'),
    })
    .describe('A fresh brain starts on one feature.'),
  'session.resumed': z
    .strictObject({
      session,
      feature: feature.optional(),
      tree: sha.describe('What its workspace was filled with.'),
      ms: count.describe('Time it had worked before.'),
    })
    .describe('A session whose process was killed goes on in the middle of its conversation.'),
  'brain.finished': z
    .strictObject({ session, feature: feature.optional(), role, ms: count, ...asked })
    .describe('The brain ended by itself.'),
  'brain.failed': z
    .strictObject({
      session,
      feature: feature.optional(),
      role,
      ms: count,
      ...asked,
      kind: z.enum(['unavailable', 'crashed', 'over-limit', 'declined', 'context', 'fatal', 'interrupted']),
      reason: text,
      until: z.int().optional().describe('When to try again (ms since 1970).'),
      limit: z
        .enum(['run-cost', 'day-cost', 'run-tokens', 'run-time'])
        .optional()
        .describe('Set when a limit of the run ended it, and none of the session.'),
      fallsBack: z.literal(true).optional().describe('Its fallback is asked instead: nothing else follows.'),
    })
    .describe('The brain ended without a claim.'),
  'claim.made': z
    .strictObject({ session, feature: feature.optional(), claim: Claim, handoff: Handoff })
    .describe('What the brain says of its work.'),
  'judge.started': z
    .strictObject({
      session: session.optional(),
      feature: feature.optional(),
      scope: z.enum(['base', 'candidate', 'final', 'init']),
      base: sha.describe('Commit it is judged against.'),
      tree: sha.describe('Tree that is judged.'),
    })
    .describe('The judge begins.'),
  'judge.ruled': z
    .strictObject({
      session: session.optional(),
      feature: feature.optional(),
      scope: z.enum(['base', 'candidate', 'final', 'init']),
      ruling: z.enum(['accepted', 'refused']),
      tree: sha,
      work: sha.optional().describe('The same without the files of the harness: equal where the work is.'),
      ms: count,
      reasons: z.array(Reason).max(50).default([]),
      proof: Proof.optional(),
      evidence: z.string().optional().describe('sha256 of the evidence file.'),
      dropped: z
        .array(z.string())
        .max(200)
        .default([])
        .describe('Changes to harness files that were left out.'),
      restored: z.array(z.string()).max(200).default([]).describe('Files the judge took from the base.'),
      knownRed: count.default(0).describe('Tests that already fail on the base.'),
      flaky: z.array(z.string()).max(50).default([]).describe('Tests that differ between runs of the base.'),
      notes: z
        .array(z.string().max(1000))
        .max(20)
        .default([])
        .describe('What a reader must know, a sentence each.'),
      suspicions: z.array(Suspicion).max(50).default([]).describe('What a second look should be given to.'),
      lost: z.array(z.string()).max(2000).default([]).describe('Features that no longer hold (final only).'),
    })
    .describe('A verdict.'),
  'judge.broken': z
    .strictObject({
      session: session.optional(),
      feature: feature.optional(),
      code: z.string(),
      reason: text,
      help: text,
    })
    .describe('The judge could not see; counts against nobody.'),
  'work.landed': z
    .strictObject({
      session: session.optional(),
      feature: feature.optional(),
      commit: sha,
      parent: sha,
      tree: sha,
      subject: z.string(),
      files: count.describe('Files changed.'),
      added: count.describe('Lines added.'),
      removed: count.describe('Lines removed.'),
      look: z.array(z.string()).max(5).default([]).describe('Where to look first: file:line.'),
      proof: Proof.optional(),
      evidence: z.string().optional(),
    })
    .describe('A commit on the run branch (written before the branch moves).'),
  'work.published': z
    .strictObject({
      commit: sha,
      branch: z.string(),
      held: text.optional().describe('Why the branch was not moved.'),
    })
    .describe("The run branch in the user's repository follows."),
  'session.ended': z
    .strictObject({
      session,
      feature: feature.optional(),
      outcome: z.enum([
        'landed',
        'refused',
        'partial',
        'stuck',
        'needs-human',
        'failed',
        'unavailable',
        'interrupted',
        'judge-broken',
        'crashed',
      ]),
      ms: count,
      counts: z.boolean().describe('Whether it counts towards the sessions of its feature.'),
      kept: sha.optional().describe('Commit that keeps the unfinished work.'),
      transcripts: z
        .array(z.strictObject({ file: z.string().max(200), sha256: z.string() }))
        .max(50)
        .optional()
        .describe('What was said in it, in sessions/: the files and their hashes.'),
    })
    .describe('The session is over and no process of it is alive.'),
  'feature.blocked': z
    .strictObject({
      feature,
      reasons: z.array(Reason).max(50),
      why: text,
      breaker: z.string().optional().describe('Name of the breaker that tripped.'),
    })
    .describe('Not tried again by itself.'),
  'feature.parked': z.strictObject({ feature, session, question: text }).describe('Waits for a person.'),
  'feature.reopened': z
    .strictObject({ feature, why: text, by: z.enum(['final-judge', 'person']), words: text.optional() })
    .describe('Tried again.'),
  'checkpoint.saved': z
    .strictObject({ session, feature: feature.optional(), ref: z.string(), commit: sha })
    .describe('Unfinished work is kept as a commit.'),
  'copy.pushed': z
    .strictObject({
      remote: z.string(),
      held: text.optional().describe('Why it, or the run branch, was not.'),
    })
    .describe('Run branch, unfinished work and a copy of the ledger go to a remote. Told when it changes.'),
} as const;
