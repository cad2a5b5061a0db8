import { broken } from '../judge/codes.ts';
import { prepare } from '../workspace/prepare.ts';
import type { Crew } from './crew.ts';
import { examine } from './examine.ts';
import { prepareOptions } from './prepare-options.ts';
import { session } from './session.ts';

/** Starts a session on a feature; a base that `init.sh` cannot bring up is the judge's trouble, not the brain's. */
export async function startWork(crew: Crew, id: string): Promise<void> {
  const { book, repo } = crew;
  const { list } = await crew.lists(book.state.tip);
  const feature = list.features.find((one) => one.id === id);
  if (!feature) throw new Error(`next chose ${id}, which is not in the list`);
  const prepared = await prepare(repo, await repo.trees.treeOf(book.state.tip), prepareOptions(crew));
  if ('reason' in prepared) {
    if (crew.signals.hard.aborted) return;
    const { code, reason, help } = broken('judge.prepare-failed', `${prepared.reason}\n${prepared.output}`);
    await book.record({ type: 'judge.broken', code, reason, help });
    return;
  }
  const ready = await examine(crew, crew.consultants.examiner, feature, { base: book.state.tip, prepared });
  if (ready) await session(crew, feature, prepared);
}
