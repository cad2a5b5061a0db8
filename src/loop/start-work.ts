import { broken } from '../judge/codes.ts';
import { featureState } from '../ledger/state.ts';
import type { Feature } from '../project/feature.ts';
import { type Prepared, prepare } from '../workspace/prepare.ts';
import type { Crew } from './crew.ts';
import { examine } from './examine.ts';
import { planAhead } from './plan-ahead.ts';
import { prepareOptions } from './prepare-options.ts';
import { session } from './session.ts';
import { type Asleep, wakeSession } from './wake-session.ts';

/** Starts a session on a feature; a base that `init.sh` cannot bring up is the judge's trouble, not the brain's. */
export async function startWork(crew: Crew, id: string, fallback?: true): Promise<void> {
  const { book } = crew;
  const feature = await findFeature(crew, id);
  if (!feature) throw new Error(`next chose ${id}, which is not in the list`);
  const prepared = await prepareBase(crew);
  if (!prepared || crew.signals.soft.aborted) return;
  const { examiner, planner } = crew.consultants;
  const from = { base: book.state.tip, prepared };
  const ready =
    (await examine(crew, examiner, feature, from)) && (await planAhead(crew, planner, feature, from));
  if (!ready || crew.signals.soft.aborted) return;
  const brain = fallback ? crew.fallback : undefined;
  await session(brain ? { ...crew, brain } : crew, feature, prepared, fallback);
}

/** Goes on with a session that was killed. Does nothing where a person has taken its feature out of the run since. */
export async function wakeWork(crew: Crew, asleep: Asleep): Promise<void> {
  const { state } = crew.book;
  const id = state.sessions.find(({ number }) => number === asleep.session)?.feature ?? '';
  const feature = await findFeature(crew, id);
  const { blocked, parked } = featureState(state, id);
  if (!feature || feature.passes || blocked || parked) return;
  const prepared = await prepareBase(crew);
  if (prepared) await wakeSession(crew, feature, prepared, asleep);
}

async function findFeature(crew: Crew, id: string): Promise<Feature | undefined> {
  const { list } = await crew.lists(crew.book.state.tip);
  return list.features.find((one) => one.id === id);
}

async function prepareBase(crew: Crew): Promise<Prepared | undefined> {
  const { book, repo } = crew;
  const prepared = await prepare(repo, await repo.trees.treeOf(book.state.tip), prepareOptions(crew));
  if (!('reason' in prepared)) return prepared;
  if (crew.signals.soft.aborted) return undefined;
  const { code, reason, help } = broken('judge.prepare-failed', `${prepared.reason}\n${prepared.output}`);
  await book.record({ type: 'judge.broken', code, reason, help });
  return undefined;
}
