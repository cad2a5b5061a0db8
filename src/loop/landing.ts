import type { Proof } from '../ledger/event.ts';
import { files } from '../project/feature.ts';
import { type Change, type Commit, shown, type Tree } from '../workspace/trees.ts';
import * as vault from '../workspace/vault.ts';
import type { Crew } from './crew.ts';

/** Something that is to become one commit on the run branch. */
export interface Work {
  readonly session?: number;
  readonly feature?: string;
  readonly tree: Tree;
  readonly message: string;
  readonly proof?: Proof;
  readonly evidence?: string;
}

/**
 * Brings a tree onto the run branch as one commit. The order is what makes it safe to die anywhere:
 * the commit is made, the ledger says it lands, the vault's ref moves, the others follow (`settle`).
 */
export async function land(crew: Crew, work: Work): Promise<Commit> {
  const { book, repo } = crew;
  const parent = book.state.tip;
  const commit = await vault.commit(repo, {
    tree: work.tree,
    parents: [parent],
    message: work.message,
    author: crew.identity,
    date: crew.now(),
  });
  const changes = await repo.trees.changes(await repo.trees.treeOf(parent), work.tree);
  const lines = await vault.countLines(repo, parent, commit);
  await book.record({
    type: 'work.landed',
    ...(work.session === undefined ? {} : { session: work.session }),
    ...(work.feature === undefined ? {} : { feature: work.feature }),
    commit,
    parent,
    tree: work.tree,
    subject: work.message.slice(0, work.message.indexOf('\n') >>> 0),
    files: changes.length,
    added: lines.added,
    removed: lines.removed,
    look: lookFirst(changes),
    ...(work.proof ? { proof: work.proof } : {}),
    ...(work.evidence === undefined ? {} : { evidence: work.evidence }),
  });
  await settle(crew);
  return commit;
}

/**
 * Makes every place agree with the ledger: the vault's ref, the shelf, the run branch in the user's repository.
 * Safe to call at any time and any number of times; it is also what repairs a landing that was cut short.
 */
export async function settle(crew: Crew): Promise<void> {
  const { book, repo, run } = crew;
  const { state } = book;
  const last = state.landings.at(-1);
  if (!last || state.branch === undefined) return;
  await vault.moveRunBranch(repo, run, last.commit);
  await vault.toShelf(repo, run);
  const known = state.published === undefined ? {} : { last: state.published };
  const before = state.held === undefined ? {} : { heldBefore: state.held };
  const published = await vault.publish(repo, { run, branch: state.branch, ...known, ...before });
  if (published.held === undefined && state.published !== last.commit) {
    await book.record({ type: 'work.published', commit: last.commit, branch: state.branch });
  } else if (published.held !== undefined && state.held !== published.held) {
    await book.record({
      type: 'work.published',
      commit: last.commit,
      branch: state.branch,
      held: published.held,
    });
  }
}

const quiet = new Set<string>(Object.values(files));

/** The files a reviewer should open first: sources before tests, the rest last. At most five. */
function lookFirst(changes: readonly Change[]): string[] {
  const rank = (path: string) => (/(^|\/)(tests?|spec|__tests__)\/|[._](test|spec)\./.test(path) ? 1 : 0);
  return changes
    .filter((change) => change.status !== 'deleted' && !quiet.has(change.path))
    .map((change) => shown(change.path))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, 5);
}
