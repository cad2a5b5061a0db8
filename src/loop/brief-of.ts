import { Config } from '../config.ts';
import { featureState } from '../ledger/state.ts';
import { type CoderBrief, coderBrief } from '../project/brief.ts';
import { type Feature, files } from '../project/feature.ts';
import type { Crew } from './crew.ts';
import { pendingEntries } from './pending.ts';

/** The brief of the next session on a feature, from what stands on the tip and what the ledger knows. */
export async function writeBrief(
  crew: Crew,
  feature: Feature,
  given: Pick<CoderBrief, 'unfinished'>,
): Promise<string> {
  const { state } = crew.book;
  const tree = await crew.repo.trees.treeOf(state.tip);
  const read = async (path: string) => (await crew.repo.trees.read(tree, path))?.toString('utf8') ?? '';
  const known = featureState(state, feature.id);
  return crew.redact(
    coderBrief({
      feature,
      reasons: known.reasons,
      handoff: known.handoff,
      notes: [...state.words, ...known.words],
      unfinished: given.unfinished,
      checks: checksOf(await read(files.config)),
      progress: (await read(files.progress)) + pendingEntries(state),
      agents: await read(files.agents),
      claimBy: crew.brain.claimBy,
    }),
  );
}

/** The checks the judge will run. A config the judge cannot read is the judge's to tell, not the brief's. */
export function checksOf(text: string): readonly { name: string; command: string }[] {
  try {
    return Config.parse(JSON.parse(text)).judge.checks;
  } catch {
    return [];
  }
}
