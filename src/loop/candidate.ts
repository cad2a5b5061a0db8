import { isUtf8 } from 'node:buffer';
import type { Candidate } from '../judge/judge.ts';
import type { SessionState } from '../ledger/state.ts';
import { addLearned } from '../project/agents-md.ts';
import { type Feature, files, harnessFiles } from '../project/feature.ts';
import { setBlocked, setPasses } from '../project/feature-list.ts';
import { appendEntries, formatEntry } from '../project/progress.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { type Commit, type Entry, shown, type Tree } from '../workspace/trees.ts';
import type { Crew } from './crew.ts';
import { entryOf, pendingEntries } from './pending.ts';

/**
 * What would land: the snapshot with the harness files of the base, on which this feature passes and the progress of
 * this session stands. The tree that lands is the tree that is judged, so all of it is in place before the judge looks.
 */
export async function makeCandidate(
  crew: Crew,
  session: SessionState,
  feature: Feature,
  snapshot: Snapshot,
): Promise<Candidate> {
  const { trees } = crew.repo;
  const base = crew.book.state.tip;
  const baseTree = await trees.treeOf(base);
  const changes = await trees.changes(baseTree, snapshot.tree);
  const ours = new Set<string>(harnessFiles);
  const touched = changes.filter((change) => ours.has(change.path));
  const restored = touched.map((change) => ({
    path: change.path,
    mode: change.old?.mode ?? change.new?.mode ?? ('100644' as const),
    oid: change.old?.oid ?? null,
  }));
  const kept = await trees.overlay(snapshot.tree, restored);
  const { state } = crew.book;
  const own = formatEntry(entryOf(state, session, 'landed', session.started));
  const entries = crew.redact(pendingEntries(state) + own);
  const tree = await withHarnessFiles(crew, kept, baseTree, {
    [files.featureList]: (text) => setBlocked(setPasses(text, feature.id, true), feature.id, undefined),
    [files.progress]: (text) => appendEntries(text, entries),
    [files.agents]: (text) => addLearned(text, crew.redact(session.claim?.handoff.learned ?? '')),
  });
  return {
    run: crew.run,
    session: session.number,
    feature,
    base,
    baseTree,
    tree,
    work: kept,
    problems: snapshot.problems,
    dropped: touched.map((change) => shown(change.path)),
  };
}

/**
 * A tree with some harness files rewritten. A file that is not there starts as empty text; unchanged ones stay, and so
 * does one that is not UTF-8: written anew it would not be what a person wrote.
 */
export async function withHarnessFiles(
  crew: Crew,
  tree: Tree,
  from: Commit | Tree,
  edits: Readonly<Record<string, (text: string) => string>>,
): Promise<Tree> {
  const { trees } = crew.repo;
  const modes = new Map((await trees.list(from)).map((entry) => [entry.path, entry.mode]));
  const entries: { path: string; mode: Entry['mode']; oid: string }[] = [];
  for (const [path, edit] of Object.entries(edits)) {
    const blob = (await trees.read(from, path)) ?? Buffer.alloc(0);
    if (!isUtf8(blob)) continue;
    const old = blob.toString('utf8');
    const text = edit(old);
    if (text === old) continue;
    entries.push({ path, mode: modes.get(path) ?? '100644', oid: await trees.write(text) });
  }
  return entries.length === 0 ? tree : trees.overlay(tree, entries);
}
