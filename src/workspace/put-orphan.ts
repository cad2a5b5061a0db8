import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit } from './commits.ts';
import { noteRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** Files that are to stand under a ref of their own, without history. */
export interface Orphan {
  readonly ref: string;
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
  readonly message: string;
  /** ms since 1970. */
  readonly date: number;
}

const by = { name: 'agentloop', email: 'agentloop@localhost' };

/**
 * Puts files as one commit without parents under a ref of the user's repository, in the place of what stands there. The
 * same files, message and date make the same commit on every machine; does nothing when that stands there already. Gives
 * the commit, or why git did not take it.
 */
export async function putOrphan(
  repo: Repository,
  { ref, files, message, date }: Orphan,
): Promise<{ readonly commit: Commit } | { readonly held: string }> {
  await repo.ensure();
  const entries = [];
  for (const { path, bytes } of files)
    entries.push({ path, mode: '100644' as const, oid: await repo.trees.write(bytes) });
  const tree = await repo.trees.only(entries);
  const made = await commit(repo, { tree, parents: [], message, author: by, date });
  if (standsAt(repo, ref) === made) return { commit: made };
  // Whoever runs may write the vault now: this ref is nobody's but ours, and no lock is touched.
  noteRef(repo.vault, ref, made);
  const said = await repo.user.fetchFrom(repo.vault.dir, [`+${ref}:${ref}`]);
  return said === undefined ? { commit: made } : { held: said.slice(0, 500) };
}

/** As far as it is a file: a packed ref is only written again. */
function standsAt(repo: Repository, ref: string): Commit | undefined {
  try {
    return readFileSync(join(repo.commonDir, ref), 'latin1').trim();
  } catch {
    return undefined;
  }
}
