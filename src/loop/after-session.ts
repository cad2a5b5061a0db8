import { brainWord } from '../brain/brain-word.ts';
import type { Handoff } from '../ledger/event.ts';
import { featureState } from '../ledger/state.ts';
import { trippedBy } from '../policy/breakers.ts';
import type { Crew } from './crew.ts';
import { sealedQuestion } from './sealed-question.ts';

/** Parks or blocks the feature when its last session says so. Also called for a session that a crash cut short. */
export async function afterSession(crew: Crew, id: string, number: number, asked?: string): Promise<void> {
  const { book } = crew;
  const question = asked ?? sealedWayOut(crew, id);
  if (question !== undefined)
    await book.record({ type: 'feature.parked', feature: id, session: number, question });
  const known = featureState(book.state, id);
  const { limits } = book.state;
  if (!limits || known.landed || known.parked) return;
  const tripped = known.blocked ? afterFallback(crew, id, number) : trippedBy(book.state, id, limits);
  if (tripped)
    await book.record({ type: 'feature.blocked', feature: id, ...tripped, reasons: [...known.reasons] });
}

/** Blocked for good: the other brain has had its session, and there is no third one. */
function afterFallback(
  { book }: Crew,
  id: string,
  number: number,
): { why: string; breaker?: string } | undefined {
  const { blocked, fallback } = featureState(book.state, id);
  if (!blocked || fallback !== number) return undefined;
  const last = book.state.sessions.find((one) => one.number === number);
  const why = `${blocked.why}; then the fallback ${last?.model ?? brainWord(last?.brain ?? '')} did not bring it either`;
  return { why, ...(blocked.breaker === undefined ? {} : { breaker: blocked.breaker }) };
}

/** The question to a person, where the same sealed test has refused a feature too often. */
export function sealedWayOut({ book, config }: Crew, id: string): string | undefined {
  const known = featureState(book.state, id);
  return known.landed || known.parked ? undefined : sealedQuestion(known, config.judge.sealed.refusals);
}

/**
 * What follows from the last session, where its end is written down and the process died before it could draw the
 * consequences. Does nothing when they are drawn, or none are due.
 */
export async function afterLastSession(crew: Crew): Promise<void> {
  const last = crew.book.state.sessions.at(-1);
  if (!last?.ended || last.feature === undefined) return;
  const known = featureState(crew.book.state, last.feature);
  if (known.landed || (known.settled ?? 0) > last.ended.seq) return;
  const { handoff } = last.claim ?? {};
  const asked = last.ended.outcome === 'needs-human' ? questionIn(handoff) : undefined;
  await afterSession(crew, last.feature, last.number, asked);
}

/** What a brain asks of a person. */
export function questionIn(handoff: Handoff = {}): string {
  return handoff.question ?? handoff.next ?? 'It asked for a person.';
}
