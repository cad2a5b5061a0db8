import { readKept } from '../judge/sealed/store.ts';
import { openSession, type State } from '../ledger/state.ts';
import type { Repository } from '../workspace/repository.ts';
import { restore } from '../workspace/restore.ts';
import type { Crew } from './crew.ts';

/** Makes vault and shelf hold what a run that goes on needs; sentences for a person where something had to be done. */
export async function restoreRun(repo: Repository, state: State): Promise<readonly string[]> {
  const unfinished = [...state.features.values()].flatMap((one) => one.unfinished?.commit ?? []);
  const session = openSession(state);
  const open = session?.kept ?? session?.unfinished;
  return restore(repo, {
    run: state.run,
    base: state.base,
    tip: state.tip,
    branch: state.branch,
    kept: open === undefined ? unfinished : [...unfinished, open],
  });
}

/** Tells the ledger of sealed tests that were in the vault and are not: features are not judged by them any more. */
export async function tellLostSealed(crew: Crew): Promise<void> {
  const { book, repo } = crew;
  const { list } = await crew.lists(book.state.tip);
  for (const feature of list.features) {
    const known = book.state.features.get(feature.id);
    if (known?.examined !== 'stored' || known.landed || (await readKept(repo, feature)) !== undefined)
      continue;
    const why = 'They stood in a vault that was deleted, or that is on another machine.';
    await book.record({ type: 'sealed.missed', feature: feature.id, why });
  }
}
