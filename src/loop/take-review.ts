import { featureState } from '../ledger/state.ts';
import { type Feature, files } from '../project/feature.ts';
import { addFeature } from '../project/feature-list.ts';
import { landHarnessFiles } from './closing.ts';
import type { Crew } from './crew.ts';
import { roundBreaker, roundIsOver } from './ready.ts';

/**
 * Adds the feature of a round of review to the list, in a commit of its own, before any work on it: what is wanted is
 * written down first, here too. A round that goes on after a kill finds it there.
 */
export async function takeReview(crew: Crew, review: Feature): Promise<void> {
  const { list } = await crew.lists(crew.book.state.tip);
  if (list.features.some(({ id }) => id === review.id)) return;
  await landHarnessFiles(crew, `took up ${review.id}`, [`${review.title}.`], {
    [files.featureList]: (text) => addFeature(text, review),
  });
}

/**
 * Holds the feature of a round that is over and brought nothing: people were told so in their threads, and what they
 * say to that is another round. A run that goes on later does not try it by itself; an answer of a person reopens it.
 */
export async function endRound({ book, lists }: Crew, { id }: Feature): Promise<void> {
  const { list } = await lists(book.state.tip);
  const known = featureState(book.state, id);
  if (known.landed || known.parked || known.blocked || !roundIsOver(book.state, list.features, id)) return;
  if (list.features.some((one) => one.id === id && one.passes)) return;
  await book.record({
    type: 'feature.blocked',
    feature: id,
    why: 'its round of review is over and brought nothing',
    breaker: roundBreaker,
    reasons: [...known.reasons],
  });
}
