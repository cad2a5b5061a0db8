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
  const { claimBy, addition } = crew.brain;
  return crew.redact(coderBrief({ ...(await knownOf(crew, feature)), ...given, claimBy, addition }));
}

/** What is known of a feature when work on it is about to start. */
export async function knownOf(
  crew: Crew,
  feature: Feature,
): Promise<Omit<CoderBrief, 'unfinished' | 'claimBy' | 'addition'>> {
  const { state } = crew.book;
  const tree = await crew.repo.trees.treeOf(state.tip);
  const read = async (path: string) => (await crew.repo.trees.read(tree, path))?.toString('utf8') ?? '';
  const known = featureState(state, feature.id);
  return {
    feature,
    reasons: known.reasons,
    handoff: known.handoff,
    notes: [...state.words, ...known.words],
    checks: checksOf(await read(files.config)),
    progress: (await read(files.progress)) + pendingEntries(state),
    agents: await read(files.agents),
    plan: known.plan,
  };
}

/** The checks the judge will run. A config the judge cannot read is the judge's to tell, not the brief's. */
export function checksOf(text: string): readonly { name: string; command: string }[] {
  try {
    return Config.parse(JSON.parse(text)).judge.checks;
  } catch {
    return [];
  }
}
