import { commit, readCommit } from './commits.ts';
import { fetchOptions } from './fetch-options.ts';
import { ledgerRef, readRef, setRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit, Entry } from './trees.ts';

/** The copy of a run's ledger that travels with its refs: a commit whose tree holds the segments of the ledger. */
export interface LedgerCopy {
  readonly run: string;
  /** Names and contents, as blobs of the vault. */
  readonly segments: readonly { readonly name: string; readonly oid: string }[];
  /** Tip of the run branch: it comes along, wherever the branch itself stands. */
  readonly tip: Commit;
  readonly date: number;
}

const by = { name: 'agentloop', email: 'agentloop@localhost' };

/**
 * Puts a copy on top of the last one under the run's ref in the vault, and into the user's repository. Who has continued
 * from the same copy elsewhere has another commit on it: a push then is no fast-forward. Does nothing when nothing is new.
 */
export async function putCopy(repo: Repository, { run, segments, tip, date }: LedgerCopy): Promise<void> {
  const ref = ledgerRef(run);
  const before = (await readRef(repo.vault, ref)) ?? (await adopted(repo, run, segments));
  const entries = segments.map(({ name, oid }): Entry => ({ path: name, mode: '100644', oid }));
  const tree = await repo.trees.only(entries);
  if (before !== undefined && (await readCommit(repo, before)).tree === tree) return;
  const made = await commit(repo, {
    tree,
    parents: before === undefined ? [tip] : [before, tip],
    message: `agentloop: the ledger of run ${run}\n\nAgentloop-Run: ${run}\n`,
    author: by,
    date,
  });
  await setRef(repo.vault, ref, made, before);
}

/**
 * A vault that was made anew, or that is another machine's, goes on from the copy in the user's repository, where the
 * ledger of the run goes on from that one: another run may have had the same name.
 */
async function adopted(
  repo: Repository,
  run: string,
  segments: LedgerCopy['segments'],
): Promise<Commit | undefined> {
  const ref = ledgerRef(run);
  if ((await repo.user.refs(ref)).length === 0) return undefined;
  // No run has such a name.
  const theirs = 'refs/agentloop/_copy';
  await repo.vault.run(['fetch', '--quiet', ...fetchOptions, '--', repo.commonDir, `+${ref}:${theirs}`], {
    asUser: repo.userEnv,
  });
  const copy = (await readRef(repo.vault, theirs)) as Commit;
  const entries = await repo.trees.list((await readCommit(repo, copy)).tree);
  for (const { path, oid } of entries) {
    const own = segments.find(({ name }) => name === path)?.oid;
    if (own === oid) continue;
    const blobs = await repo.trees.blobs(own === undefined ? [] : [own, oid]);
    const [mine, old] = [blobs.get(own ?? ''), blobs.get(oid)];
    if (!mine || !old || !mine.subarray(0, old.length).equals(old)) return undefined;
  }
  await setRef(repo.vault, ref, copy, undefined);
  return copy;
}
