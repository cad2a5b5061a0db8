import { type Feature, files } from '../project/feature.ts';
import { addFeature } from '../project/feature-list.ts';
import { landHarnessFiles } from './closing.ts';
import type { Crew } from './crew.ts';

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
