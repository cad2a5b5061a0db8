import type { Assignment } from '../brain/brain.ts';
import type { Claim, Handoff } from '../ledger/event.ts';
import { brainRound, cutHandoff, type Failed } from './brain-round.ts';
import type { Crew } from './crew.ts';
import { savingMeanwhile } from './save-meanwhile.ts';

/** What one call of a brain came to. */
export type Round = { readonly ended: 'claim'; readonly claim: Claim; readonly handoff: Handoff } | Failed;

/** Lets the brain of a session work until it claims or fails, and writes its claim down. */
export async function claimRound(crew: Crew, assignment: Assignment): Promise<Round> {
  const { session, feature, role } = assignment;
  // The coder's waits for a feature to be blocked.
  const fallback = role === 'initializer' && crew.brain !== crew.fallback ? crew.fallback : undefined;
  const round = await savingMeanwhile(crew, assignment, () =>
    brainRound(crew, crew.brain, assignment, crew.signals.hard, { fallback }),
  );
  if (round.ended === 'failure') return round;
  const { claim } = round.said;
  const words = Object.entries(round.said.handoff).map(([key, text]) => [key, cutHandoff(text ?? '')]);
  const handoff: Handoff = Object.fromEntries(words);
  const where = { session, ...(feature ? { feature: feature.id } : {}) };
  await crew.book.record({ type: 'claim.made', ...where, claim, handoff });
  return { ended: 'claim', claim, handoff };
}
