import { brainWord } from '../brain/brain-word.ts';
import type { SessionState } from '../ledger/state.ts';
import type { Feature } from '../project/feature.ts';
import type { Crew } from './crew.ts';
import { land } from './landing.ts';
import { featureMessage } from './message.ts';

/**
 * Lands what the judge has accepted in this session. False when nothing was accepted, or when the run branch has
 * moved since: the verdict was about work on another base.
 */
export async function landAccepted(crew: Crew, session: SessionState): Promise<boolean> {
  const { book, repo } = crew;
  const { ruling } = session;
  if (ruling?.ruling !== 'accepted' || ruling.feature === undefined) return false;
  const { proof, evidence, tree } = ruling;
  if (proof === undefined || tree === undefined) return false;
  if (session.base !== book.state.tip) return false;
  const feature = await findFeature(crew, ruling.feature);
  if (!feature || !(await repo.trees.has(tree))) return false;
  const message = featureMessage(feature, proof, session.claim?.handoff ?? {}, {
    run: crew.run,
    session: session.number,
    feature: feature.id,
    ...(evidence === undefined ? {} : { verdict: evidence }),
    brain: session.model ?? brainWord(session.brain),
    fence: crew.fence.mode,
  });
  await land(crew, {
    session: session.number,
    feature: feature.id,
    tree,
    proof,
    message: crew.redact(message),
    ...(evidence === undefined ? {} : { evidence }),
  });
  return true;
}

async function findFeature(crew: Crew, id: string): Promise<Feature | undefined> {
  const { list } = await crew.lists(crew.book.state.tip);
  return list.features.find((one) => one.id === id);
}
