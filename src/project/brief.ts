import type { Check } from '../config.ts';
import type { Handoff, Reason } from '../ledger/event.ts';
import { dataPart } from './data-part.ts';
import type { Feature } from './feature.ts';
import { clip, oneLine, plain } from './plain-text.ts';
import { tail } from './progress.ts';
import { reasonsText } from './reasons-text.ts';
import { fill, template } from './templates.ts';

/**
 * The text a session starts with. Every part has a cap in bytes, so that no history makes a brief longer:
 * at most 24 kB beside the feature's own text.
 */
const caps = {
  agents: 5000,
  checks: 1500,
  progress: 4000,
  handoff: 2500,
  notes: 2000,
  refusals: 5000,
  unfinished: 400,
  detected: 3000,
  feature: 300_000,
  specification: 500_000,
  refusalText: 12_000,
} as const;

/** What a coder's brief is made from. Texts of files are given whole and cut here. */
export interface CoderBrief {
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
  readonly claimBy: ClaimBy;
}

/** How this brain makes its claim: a call of the tool `claim`, or the file AGENTLOOP_OUTCOME. */
type ClaimBy = 'tool' | 'outcome';

/** The brief of a session on one feature. */
export function coderBrief(given: CoderBrief): string {
  return fill(template('brief-coder.md'), {
    proof: proofWords[given.feature.proof],
    claim: template(`claim/${given.claimBy}.md`),
    agents: dataPart('agents', given.agents, caps.agents, 'head'),
    checks: dataPart(
      'checks',
      given.checks.map((check) => `${check.name}: ${check.command}`).join('\n'),
      caps.checks,
    ),
    progress: dataPart('progress', tail(given.progress, caps.progress - 600), caps.progress),
    handoff: dataPart('handoff', handoffText(given.handoff ?? {}), caps.handoff),
    notes: dataPart('notes', notesText(given.notes), caps.notes),
    refusals: dataPart('refusals', reasonsText(given.reasons, caps.refusals - 400), caps.refusals),
    unfinished: dataPart('unfinished', unfinishedWords[given.unfinished], caps.unfinished),
    feature: dataPart('feature', featureText(given.feature), caps.feature),
  });
}

/** What the initializer's brief is made from. */
export interface InitializerBrief {
  readonly specification: string;
  /** What was found without a model: runner, proposed checks and init.sh, as text. */
  readonly detected: string;
  readonly notes: readonly string[];
  /** Text of an AGENTS.md that is there already. */
  readonly agents: string;
  readonly claimBy: ClaimBy;
}

/** The brief of the session that writes the plan. */
export function initializerBrief(given: InitializerBrief): string {
  return fill(template('brief-initializer.md'), {
    claim: template(`claim/${given.claimBy}.md`),
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

/** A feature as a brief shows it: all that a person has written of it. */
export function featureText(feature: Feature): string {
  const steps = feature.steps.map((step, index) => `${index + 1}. ${oneLine(step)}`);
  return [
    `${feature.id}: ${feature.title}`,
    feature.description && `\n${feature.description}`,
    steps.length > 0 && `\nHow to see that it works:\n${steps.join('\n')}`,
    `\nproof: ${feature.proof}`,
    feature.verify && `verify: ${feature.verify}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function handoffText({ did, learned, next, question }: Handoff): string {
  const share = Math.floor(caps.handoff / 4) - 60;
  const parts = { did, learned, next, question };
  return Object.entries(parts)
    .filter(([, text]) => text?.trim())
    .map(([name, text]) => `${name}: ${clip(plain(text ?? ''), share)}`)
    .join('\n');
}

/** The newest notes that fit, oldest first: the last word of a person counts most. */
function notesText(notes: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const note of [...notes].reverse()) {
    const line = `- ${clip(oneLine(note), 1000)}`;
    bytes += Buffer.byteLength(line) + 3;
    if (bytes > caps.notes - 200) break;
    kept.unshift(line);
  }
  return kept.join('\n');
}
