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
import { clip, plain } from './plain-text.ts';
import { tail } from './progress.ts';
import { reasonsText } from './reasons-text.ts';
import { fill, template } from './templates.ts';

/** Bytes of the specification. */
const maxSpecification = 40_000;
/** Bytes of a plan. */
const maxPlan = 2_500;

/** What a planner's brief is made from. Texts of files are given whole and cut here. */
export interface PlannerBrief extends HowItEnds {
  readonly feature: Feature;
  /** The text of the whole specification; empty where there is none beside the feature. */
  readonly specification: string;
  readonly reasons: readonly Reason[];
  readonly handoff?: Handoff | undefined;
  readonly notes: readonly string[];
  readonly checks: readonly { readonly name: string; readonly command: string }[];
  readonly progress: string;
  readonly agents: string;
  /** The plan that a session came to nothing with. */
  readonly plan?: string | undefined;
}

/** The brief of a planner. */
export function plannerBrief(given: PlannerBrief): string {
  const { agents, checks, progress, handoff, notes, refusals, plan, feature } = partCaps;
  return fill(template('brief-planner.md'), {
    ...wordsFor(given),
    agents: dataPart('agents', given.agents, agents, 'head'),
    checks: dataPart('checks', checksText(given.checks), checks),
    progress: dataPart('progress', tail(given.progress, progress - 600), progress),
    handoff: dataPart('handoff', handoffText(given.handoff ?? {}), handoff),
    notes: dataPart('notes', notesText(given.notes), notes),
    refusals: dataPart('refusals', reasonsText(given.reasons, refusals - 400), refusals),
    plan: dataPart('plan', given.plan ?? '', plan),
    specification: dataPart('specification', given.specification, maxSpecification, 'head'),
    feature: dataPart('feature', featureText(given.feature), feature),
  });
}

/** What a planner is told that ended without a plan. */
export function planAgain({ claimBy }: HowItEnds): string {
  return fill(template('plan-again.md'), { claim: template(`claim/${claimBy}.md`) });
}

/** A plan as it is kept: plain, and no longer than it may be. */
export function planText(said: string): string {
  return clip(plain(said).trim(), maxPlan, 'head');
}
