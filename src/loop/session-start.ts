import { join } from 'node:path';
import type { Assignment } from '../brain/brain.ts';
import { parseDuration } from '../config.ts';
import { featureState } from '../ledger/state.ts';
import { openTranscript, type Transcript } from '../ledger/transcript.ts';
import type { Feature } from '../project/feature.ts';
import { openWorkspace } from '../workspace/open-workspace.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import { mergeOnto } from '../workspace/vault.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { writeBrief } from './brief-of.ts';
import type { Crew } from './crew.ts';
import { limitsIn } from './limits-in.ts';
import { leftFor, purseOf } from './purse-of.ts';
import { keepBrief } from './trail.ts';

export interface Started {
  readonly workspace: Workspace;
  readonly assignment: Assignment;
  readonly transcript: Transcript;
  /** The tree the workspace was filled with. */
  readonly tree: Tree;
}

/** Writes down that a session starts, then opens its workspace and its transcript. */
export async function startSession(
  crew: Crew,
  feature: Feature,
  prepared: Prepared,
  fallback?: true,
): Promise<Started> {
  const { book } = crew;
  const number = book.state.sessions.length + 1;
  const base = book.state.tip;
  const left = featureState(book.state, feature.id).unfinished;
  const { tree, unfinished, dropped } = await startTree(crew, base, left?.commit);
  const brief = await writeBrief(crew, feature, {
    unfinished: unfinished !== undefined ? 'in place' : dropped ? 'left out' : 'none',
  });
  await book.record({
    type: 'session.started',
    session: number,
    feature: feature.id,
    role: 'coder',
    brain: crew.brain.name,
    ...(crew.brain.model === undefined ? {} : { model: crew.brain.model }),
    ...(fallback === undefined ? {} : { fallback }),
    base,
    ...(unfinished === undefined ? {} : { unfinished }),
    brief: await keepBrief(join(crew.runDir, 'sessions', `${number}.jsonl`), brief),
  });
  const opened = await openSessionIn(crew, feature, prepared, { number, base, tree, worked: 0 });
  return { ...opened, assignment: { ...opened.assignment, brief }, tree };
}

/** Where a session acts, and how far it may go. `worked`: ms it has had already. */
export async function openSessionIn(
  crew: Crew,
  feature: Feature,
  prepared: Prepared,
  at: { readonly number: number; readonly base: Commit; readonly tree: Tree; readonly worked: number },
): Promise<Omit<Started, 'tree'>> {
  const { repo, run } = crew;
  const { number, base, tree, worked } = at;
  const workspace = await openWorkspace(repo, {
    run,
    session: number,
    base,
    tree,
    fence: crew.fence,
    prepared,
    maxFileBytes: crew.config.workspace.maxFileBytes,
    maxTotalBytes: crew.config.workspace.maxTotalBytes,
    graceMs: parseDuration(crew.config.limits.grace) ?? 0,
    ...(crew.brain.needs ? { readOnly: crew.brain.needs.readOnly } : {}),
  });
  const transcript = await openTranscript(join(crew.runDir, 'sessions', `${number}.jsonl`), {
    redact: crew.redact,
  });
  const limits = limitsIn(crew);
  const assignment: Assignment = {
    run,
    session: number,
    role: 'coder',
    feature,
    brief: '',
    workspace,
    transcript,
    limits: {
      turns: limits.sessionTurns,
      deadline: Math.min(
        crew.now() + Math.max(0, limits.sessionMs - worked),
        limits.until ?? Number.POSITIVE_INFINITY,
      ),
      idleMs: limits.idleMs,
      ...(limits.sessionToolCalls === undefined ? {} : { toolCalls: limits.sessionToolCalls }),
    },
    mayspend: purseOf(crew, number),
    usdLeft: leftFor(crew, number),
  };
  return { workspace, assignment, transcript };
}

/** What the workspace starts from: the tip, with this feature's unfinished work on top where that still fits. */
export async function startTree(
  { repo }: Crew,
  base: Commit,
  unfinished: Commit | undefined,
): Promise<{ tree: Tree; unfinished?: Commit; dropped: boolean }> {
  const tip = await repo.trees.treeOf(base);
  if (unfinished === undefined) return { tree: tip, dropped: false };
  // It may have gone with the vault, or stayed on another machine.
  if (!(await repo.objects.has([unfinished]))) return { tree: tip, dropped: true };
  const merged = await mergeOnto(repo, { unfinished, onto: base });
  return merged === undefined ? { tree: tip, dropped: true } : { tree: merged, unfinished, dropped: false };
}
