import * as z from 'zod';
import { Claim, type Handoff } from '../ledger/event.ts';
import { cutEnd } from './cut.ts';
import type { Opinion } from './opinion.ts';
import { inputProblem, inputSchema, type Spec } from './tool.ts';

/** Longest word of a handoff that is kept, in characters. */
const maxWords = 4_000;

const words = z.string();
const input = z.strictObject({
  claim: Claim.describe(
    'done: the feature works, proven and checked. partial: a sound step is made, the rest is for the next session. ' +
      'stuck: it cannot be done this way. needs-human: only a person can decide or supply something. no-work: it was already there.',
  ),
  did: words.optional().describe('What you did, for the next session and for the report.'),
  learned: words.optional().describe('What the next session should know of this repository.'),
  next: words.optional().describe('What is left, the next step first.'),
  question: words.optional().describe('For needs-human: the one question a person has to answer.'),
});

export const claimSpec: Spec = {
  name: 'claim',
  description:
    'End your work with what you say of it. Call it alone, as the last thing you do. A judge then checks it from outside, ' +
    'in a clean checkout; its verdict is the answer to this call. After a refusal mend what it names and claim again.',
  input_schema: inputSchema(input),
};

export interface MadeClaim {
  readonly claim: Claim;
  readonly handoff: Handoff;
  /** What an evaluator thinks; nobody else has one. */
  readonly opinion?: Opinion;
}

/** The tool whose call ends the work, and what it makes of its input: a sentence when it is none. */
export interface Ending {
  readonly spec: Spec;
  /** What to do when turns or time run short. */
  readonly late: string;
  read(given: unknown): MadeClaim | { readonly problem: string };
}

/** The claim in the input of a call, its words cut to size; a sentence when it is none. */
export function readClaim(given: unknown): MadeClaim | { readonly problem: string } {
  const parsed = input.safeParse(given);
  if (!parsed.success) return { problem: inputProblem('claim', input, parsed.error) };
  const { claim, ...said } = parsed.data;
  if (claim === 'needs-human' && !said.question?.trim()) {
    return {
      problem: 'needs-human needs "question": what exactly must a person answer? Nothing was claimed.',
    };
  }
  const kept = Object.entries(said).filter(([, text]) => text !== undefined && text.trim() !== '');
  return {
    claim,
    handoff: Object.fromEntries(kept.map(([key, text]) => [key, cutEnd(text as string, maxWords)])),
  };
}

/** How a brain that works ends: it claims. */
export const claimEnding: Ending = {
  spec: claimSpec,
  late: 'Bring the work to a sound state and claim: done, or partial with what is next.',
  read: readClaim,
};
