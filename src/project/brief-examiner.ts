import type { Check } from '../config.ts';
import { checksText, featureText, type HowItEnds, wordsFor } from './brief-parts.ts';
import { dataPart } from './data-part.ts';
import type { Feature } from './feature.ts';
import { fill, template } from './templates.ts';

/** Bytes of each part. */
const caps = { agents: 5_000, checks: 1_500, specification: 200_000, feature: 300_000 } as const;

/** What an examiner's brief is made from: nothing that anyone has built or said of the feature. */
export interface ExaminerBrief extends HowItEnds {
  readonly feature: Feature;
  /** The text of the whole specification; empty where there is none beside the feature. */
  readonly specification: string;
  readonly checks: readonly Pick<Check, 'name' | 'command'>[];
  /** Text of AGENTS.md. */
  readonly agents: string;
}

/** The brief of the session that writes sealed tests. */
export function examinerBrief({ feature, specification, checks, agents, ...brain }: ExaminerBrief): string {
  return fill(template('brief-examiner.md'), {
    ...wordsFor(brain),
    agents: dataPart('agents', agents, caps.agents, 'head'),
    checks: dataPart('checks', checksText(checks), caps.checks),
    specification: dataPart('specification', specification, caps.specification, 'head'),
    feature: dataPart('feature', featureText(feature), caps.feature),
  });
}

/** What an examiner is told whose tests cannot be used. */
export function examineAgain(why: readonly string[]): string {
  return `None of your tests can be sealed:\n${why.map((one) => `- ${one}`).join('\n')}\nMend them, or write others, and claim done again. This is the last time you are asked.\n`.slice(
    0,
    8_000,
  );
}
