import * as z from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { Opinion, reasonsAreThere } from '../hands/opinion.ts';
import { Claim, type Handoff, Usage } from '../ledger/event.ts';
import { checkJson } from '../project/check-value.ts';
import { readJson, textOf } from '../project/json-text.ts';
import { cutWords } from './cut-words.ts';
import { readRegular } from './read-regular.ts';

/**
 * What a program that is the brain may say when it ends, in the file `AGENTLOOP_OUTCOME`.
 * `schema/outcome.schema.json` is made from it.
 */

/** Bytes an outcome file may have. */
export const outcomeCap = 64 * 1024;
/** Characters of each word of a handoff that are kept; the ledger takes no more. */
const wordsCap = 20_000;
const sentenceCap = 1000;
const where = 'The outcome file';

/** A check for objects with a claim: a person can be asked only a question. */
export function questionIsThere(given: {
  readonly value: { readonly claim: Claim; readonly question?: string | undefined };
  readonly issues: z.core.$ZodRawIssue[];
}): void {
  const { claim, question } = given.value;
  if (claim !== 'needs-human' || question?.trim()) return;
  const message = 'a question for a person, where the claim is "needs-human"';
  given.issues.push({ code: 'custom', message, input: question, path: ['question'] });
}

/** Tokens and money of one round, as a program tells them. */
const OutcomeUsage = Usage.extend({
  costUsd: z.number().nonnegative().nullish().describe('US dollars; leave it out where it is not known.'),
  model: z.string().min(1).max(200).optional(),
});

export const Outcome = z
  .strictObject({
    $schema: z.string().optional(),
    claim: Claim.default('done').describe('What you say of the work.'),
    did: z.string().optional().describe('What was done, for the session that comes next.'),
    learned: z.string().optional().describe('What holds for this repository beyond this feature.'),
    next: z.string().optional().describe('What is left to do.'),
    question: z.string().optional().describe('What a person must answer (needs-human).'),
    opinion: Opinion.shape.opinion.optional().describe('What an evaluator thinks of the work.'),
    reasons: z
      .array(z.string())
      .max(50)
      .optional()
      .describe('Why an evaluator objects: one to five sentences.'),
    usage: OutcomeUsage.optional().describe('What this round cost; not the sum over rounds.'),
  })
  .check(questionIsThere, reasonsAreThere);
export type Outcome = z.infer<typeof Outcome>;

/** What was found where the outcome should be. `sentence` can be shown to the author of the program. */
export type OutcomeRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly outcome: Outcome }
  | { readonly kind: 'broken'; readonly sentence: string };

/**
 * Reads an outcome file that a program we do not trust has written: a link, a FIFO or a file without end is
 * told, not followed. Never throws.
 */
export async function readOutcome(path: string): Promise<OutcomeRead> {
  try {
    const content = await readRegular(path, outcomeCap);
    return content === undefined ? { kind: 'none' } : parseOutcome(content);
  } catch (error) {
    return { kind: 'broken', sentence: `${where} cannot be read: ${messageOf(error)}.` };
  }
}

/** The bytes of an outcome file. */
export function parseOutcome(content: Uint8Array): OutcomeRead {
  try {
    const json = readJson(textOf(content, where), where, outcomeCap);
    return { kind: 'read', outcome: checkJson(Outcome, json, where, '') };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'broken', sentence: cutWords(error.message, sentenceCap) };
  }
}

/** The words of an outcome that go to the next session, each cut to what the ledger takes. */
export function handoffOf(said: Partial<Record<keyof Handoff, string | undefined>>): Handoff {
  const handoff: Handoff = {};
  for (const name of ['did', 'learned', 'next', 'question'] as const) {
    const words = said[name];
    if (words !== undefined && words.trim() !== '') handoff[name] = cutWords(words, wordsCap);
  }
  return handoff;
}
