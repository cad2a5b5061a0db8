import type { Check } from '../config.ts';
import type { Handoff, Reason } from '../ledger/event.ts';
import {
  checksText,
  featureText,
  type HowItEnds,
  handoffText,
  notesText,
  partCaps,
  wordsFor,
} from './brief-parts.ts';
import { dataPart } from './data-part.ts';
import type { Feature } from './feature.ts';
import { tail } from './progress.ts';
import { reasonsText } from './reasons-text.ts';
import { fill, template } from './templates.ts';

/**
 * The text a session starts with. Every part has a cap in bytes, so that no history makes a brief longer:
 * at most 27 kB beside the feature's own text.
 */
const caps = {
  ...partCaps,
  unfinished: 400,
  detected: 3000,
  specification: 500_000,
  refusalText: 12_000,
} as const;

/** What a coder's brief is made from. Texts of files are given whole and cut here. */
export interface CoderBrief extends HowItEnds {
  readonly feature: Feature;
  /** Reasons of the last refusal of this feature. */
  readonly reasons: readonly Reason[];
  /** The last handoff on this feature. */
  readonly handoff?: Handoff | undefined;
  /** What people said for this feature or for all, oldest first. */
  readonly notes: readonly string[];
  /** Whether earlier unfinished work lies in the workspace, was left out since it no longer fits, or there is none. */
  readonly unfinished: 'none' | 'in place' | 'left out';
  readonly checks: readonly Pick<Check, 'name' | 'command'>[];
  /** Text of progress.txt, entries not committed yet included. */
  readonly progress: string;
  /** Text of AGENTS.md. */
  readonly agents: string;
  /** What a planner says of the feature. */
  readonly plan?: string | undefined;
}

/** The brief of a session on one feature. */
export function coderBrief(given: CoderBrief): string {
  return fill(template('brief-coder.md'), {
    proof: proofWords[given.feature.proof],
    ...wordsFor(given),
    agents: dataPart('agents', given.agents, caps.agents, 'head'),
    checks: dataPart('checks', checksText(given.checks), caps.checks),
    progress: dataPart('progress', tail(given.progress, caps.progress - 600), caps.progress),
    handoff: dataPart('handoff', handoffText(given.handoff ?? {}), caps.handoff),
    notes: dataPart('notes', notesText(given.notes), caps.notes),
    refusals: dataPart('refusals', reasonsText(given.reasons, caps.refusals - 400), caps.refusals),
    plan: dataPart('plan', given.plan ?? '', caps.plan),
    unfinished: dataPart('unfinished', unfinishedWords[given.unfinished], caps.unfinished),
    feature: dataPart('feature', featureText(given.feature), caps.feature),
  });
}

/** What the initializer's brief is made from. */
export interface InitializerBrief extends HowItEnds {
  readonly specification: string;
  /** What was found without a model: runner, proposed checks and init.sh, as text. */
  readonly detected: string;
  readonly notes: readonly string[];
  /** Text of an AGENTS.md that is there already. */
  readonly agents: string;
}

/** The brief of the session that writes the plan. */
export function initializerBrief(given: InitializerBrief): string {
  return fill(template('brief-initializer.md'), {
    ...wordsFor(given),
    agents: dataPart('agents', given.agents, caps.agents, 'head'),
    detected: dataPart('detected', given.detected, caps.detected),
    notes: dataPart('notes', notesText(given.notes), caps.notes),
    specification: dataPart('specification', given.specification, caps.specification),
  });
}

/**
 * What a brain is told when its claim was refused and its conversation goes on. `roundsLeft`: how many refusals
 * after this one would be answered in this conversation.
 */
export function refusalText(reasons: readonly Reason[], roundsLeft: number): string {
  const last = 'Your next claim is the last of this session: if it does not hold, claim what does.';
  return fill(template('refusal.md'), {
    reasons: dataPart('refusals', reasonsText(reasons, caps.refusalText - 800), caps.refusalText),
    rounds: roundsLeft > 0 ? `After your next claim, ${roundsLeft} more can follow in this session.` : last,
  });
}

const proofWords: Readonly<Record<Feature['proof'], string>> = {
  tests:
    'write a test that fails now because the feature is missing, see it fail for that reason, then make it pass.',
  command:
    'run the verify command of the feature and see it fail; it must pass in the end. Add tests where they help.',
  none: 'a person said that this feature needs no proof; write a test that fails before all the same where one makes sense.',
};

const unfinishedWords: Readonly<Record<CoderBrief['unfinished'], string>> = {
  none: '',
  'in place':
    'An earlier session worked on this feature and did not finish. Its files lie in your checkout, uncommitted. Look at them first (git status, git diff); keep what is good.',
  'left out':
    'An earlier session worked on this feature and did not finish. Its files no longer fit the code and were left out: you start clean.',
};
