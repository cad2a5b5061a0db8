import type { Brain } from '../brain/brain.ts';
import type { Broken } from '../judge/judge.ts';
import type { Examined } from '../judge/sealed/examine.ts';
import { wholeSpecification } from '../judge/sealed/specification.ts';
import { readKept, writeKept } from '../judge/sealed/store.ts';
import { examineAgain, examinerBrief } from '../project/brief-examiner.ts';
import { type Feature, files } from '../project/feature.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Commit } from '../workspace/trees.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { checksOf } from './brief-of.ts';
import type { Filled } from './choose-brain.ts';
import { consult } from './consult.ts';
import type { Crew } from './crew.ts';
import { recordBroken } from './ruling.ts';

type Kept = Extract<Examined, { ruling: 'kept' }>;

/**
 * Has the examiner write sealed tests for a feature, before anyone works on it: once, whatever comes of it. What it
 * wrote is looked at on the base and kept in the vault; nothing of it lands, and its workspace is thrown away.
 * False: the run has to be looked at again first, since nobody could be asked or the judge could not see.
 */
export async function examine(
  crew: Crew,
  examiner: Filled | undefined,
  feature: Feature,
  { base, prepared }: { readonly base: Commit; readonly prepared: Prepared },
): Promise<boolean> {
  const { book, repo } = crew;
  if (examiner === undefined || book.state.features.get(feature.id)?.examined !== undefined) return true;
  // Written by `init --sealed`, by an earlier run, or by this one a moment before it was killed.
  if ((await readKept(repo, feature)) !== undefined) return true;
  crew.watcher.activity(`the examiner writes sealed tests for ${feature.id}`);
  const { signals } = crew;
  const came = await consult<Kept | Broken>(
    crew,
    {
      role: 'examiner',
      filled: examiner,
      feature,
      session: book.state.sessions.length + 1,
      brief: await briefOf(crew, feature, base),
      base,
      prepared,
      hands: 'all',
      rounds: 1,
      read: (_said, workspace) => look(crew, feature, base, workspace),
    },
    signals.hard,
  );
  if (signals.hard.aborted) return false;
  if (came.ended === 'finished' && came.value.ruling === 'broken') {
    await recordBroken(crew, came.value, { feature: feature.id });
    return false;
  }
  if (came.ended === 'finished' && came.value.ruling === 'kept') {
    await keep(crew, feature, came.value);
    return true;
  }
  if (came.ended === 'failed') {
    const { failure, limit } = came;
    if (limit !== undefined || ['unavailable', 'fatal', 'interrupted'].includes(failure.kind)) return false;
    await book.record({
      type: 'sealed.missed',
      feature: feature.id,
      why: `the examiner failed: ${failure.reason}`,
    });
    return true;
  }
  const why = came.ended === 'unreadable' ? came.why.split('\n').filter((line) => line.startsWith('- ')) : [];
  const said = `none of the examiner's tests can be used. ${why.map((line) => line.slice(2)).join(' ')}`;
  await book.record({ type: 'sealed.missed', feature: feature.id, why: said.trim() });
  return true;
}

async function look(
  crew: Crew,
  feature: Feature,
  base: Commit,
  workspace: Workspace,
): Promise<{ readonly value: Kept | Broken } | { readonly again: string }> {
  const { tree } = await workspace.snapshot();
  const baseTree = await crew.repo.trees.treeOf(base);
  crew.watcher.activity(`the judge looks at the sealed tests of ${feature.id}`);
  const written = { run: crew.run, feature, base, baseTree, tree };
  const found = await crew.judge.examine(written, crew.signals.hard);
  return found.ruling === 'refused' ? { again: examineAgain(found.why) } : { value: found };
}

/** In the vault first: a process that dies in between finds them there, and asks nobody again. */
async function keep(
  { book, repo }: Crew,
  feature: Feature,
  { tree, entries, titles, notes }: Kept,
): Promise<void> {
  await writeKept(repo, feature, { entries, titles, dropped: [] });
  await book.record({
    type: 'sealed.stored',
    feature: feature.id,
    tree,
    files: entries.length,
    tests: Object.values(titles).flat().length,
    notes: notes.map((note) => note.slice(0, 1000)),
  });
}

async function briefOf(crew: Crew, feature: Feature, base: Commit): Promise<(brain: Brain) => string> {
  const { trees } = crew.repo;
  const tree = await trees.treeOf(base);
  const read = async (path: string) => (await trees.read(tree, path))?.toString('utf8') ?? '';
  const given = {
    feature,
    specification: await wholeSpecification(trees, tree),
    checks: checksOf(await read(files.config)),
    agents: await read(files.agents),
  };
  return ({ claimBy, addition }) => examinerBrief({ ...given, claimBy, addition });
}
