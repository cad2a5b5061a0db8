import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBare } from './bare-repository.ts';
import type { Inside } from './place.ts';
import type { Repository } from './repository.ts';
import type { Slot } from './slot.ts';
import type { Commit, Tree } from './trees.ts';
import { newObjects } from './vault-trees.ts';

export interface ThrowAway {
  /** Branch that is checked out. */
  readonly branch: string;
  /** Commit it stands on, lent from the shelf; without it the repository has no history. */
  readonly base?: Commit;
  /** Tree the folder was filled with. */
  readonly tree: Tree;
}

/** Commits a brain makes in its own repository must not fail for want of a name; they are worth nothing. */
const person = '[user]\n\tname = agentloop\n\temail = agentloop@localhost\n[commit]\n\tgpgSign = false\n';

/**
 * Makes the repository a brain sees: a bare one of its own, of which the filled folder is a worktree, borrowing the
 * shelf's objects. Paths in it are those the commands see. Whatever is done to it dies with the session, and no git of
 * ours reads it again.
 */
export async function makeThrowAway(
  repo: Repository,
  slot: Slot,
  inside: Inside,
  wanted: ThrowAway,
): Promise<void> {
  const { branch, base, tree } = wanted;
  const borrows = base === undefined ? {} : { borrows: `${inside.shelf}/objects` };
  makeBare(slot.repo, { format: repo.objects.format, config: person, ...borrows });
  const admin = join(slot.repo, 'worktrees/tree');
  mkdirSync(admin, { recursive: true });
  writeFileSync(join(admin, 'HEAD'), `ref: refs/heads/${branch}\n`);
  writeFileSync(join(admin, 'commondir'), '../..\n');
  writeFileSync(join(admin, 'gitdir'), `${inside.tree}/.git\n`);
  copyFileSync(slot.index, join(admin, 'index'));
  if (base !== undefined) {
    const ref = join(slot.repo, 'refs/heads', branch);
    mkdirSync(join(ref, '..'), { recursive: true });
    writeFileSync(ref, `${base}\n`);
    const shallow = join(repo.shelf.dir, 'shallow');
    if (existsSync(shallow)) copyFileSync(shallow, join(slot.repo, 'shallow'));
    await lendUnfinished(repo, slot, base, tree);
  }
  writeFileSync(join(slot.tree, '.git'), `gitdir: ${inside.repo}/worktrees/tree\n`);
}

/** The index names objects of the unfinished work, which is in the vault alone: `git diff` and `commit` need them. */
async function lendUnfinished(repo: Repository, slot: Slot, base: Commit, tree: Tree): Promise<void> {
  const from = await repo.trees.treeOf(base);
  if (from === tree) return;
  await repo.nodes.load(from, tree);
  await repo.objects.copyTo(join(slot.repo, 'objects'), newObjects(repo.nodes, from, tree), {
    durable: false,
  });
}
