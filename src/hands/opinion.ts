import * as z from 'zod';
import type { Ending } from './claim.ts';
import { cutEnd } from './cut.ts';
import { inputProblem, inputSchema } from './tool.ts';

/** Reasons of an objection that are kept, and characters of each. */
const mostReasons = 5;
const longest = 600;

/** A check for objects with an opinion: an objection without a reason helps nobody. */
export function reasonsAreThere(given: {
  readonly value: {
    readonly opinion?: 'object' | 'no-objection' | undefined;
    readonly reasons?: readonly string[] | undefined;
  };
  readonly issues: z.core.$ZodRawIssue[];
}): void {
  const { opinion, reasons = [] } = given.value;
  if (opinion !== 'object' || reasons.some((text) => text.trim() !== '')) return;
  const message = 'a sentence for each reason, where the opinion is "object"';
  given.issues.push({ code: 'custom', message, input: reasons, path: ['reasons'] });
}

/** What an evaluator may say, in whichever form it says it. */
export const Opinion = z
  .strictObject({
    opinion: z
      .enum(['object', 'no-objection'])
      .describe('object: the work must not land, for the reasons you give. no-objection: you found none.'),
    reasons: z
      .array(z.string())
      .max(50)
      .default([])
      .describe(
        'For object: one to five sentences, each with the file and line it is about and what is wrong.',
      ),
  })
  .check(reasonsAreThere);

export interface Opinion {
  readonly says: 'object' | 'no-objection';
  readonly reasons: readonly string[];
}

/** An opinion with its reasons cut to what is kept; one without objection has none. */
export function opinionOf({
  opinion,
  reasons = [],
}: {
  readonly opinion: Opinion['says'];
  readonly reasons?: readonly string[] | undefined;
}): Opinion {
  const kept = opinion === 'object' ? reasons.filter((text) => text.trim() !== '') : [];
  return { says: opinion, reasons: kept.slice(0, mostReasons).map((text) => cutEnd(text.trim(), longest)) };
}

/** How an evaluator ends: it calls the tool `opinion`. */
export const opinionEnding: Ending = {
  spec: {
    name: 'opinion',
    description:
      'End your work with your opinion. Call it alone, as the last thing you do, with "object" and reasons or with ' +
      '"no-objection".',
    input_schema: inputSchema(Opinion),
  },
  late: 'Give your opinion now.',
  read(given) {
    const parsed = Opinion.safeParse(given);
    if (!parsed.success) return { problem: inputProblem('opinion', Opinion, parsed.error) };
    return { claim: 'done', handoff: {}, opinion: opinionOf(parsed.data) };
  },
};
