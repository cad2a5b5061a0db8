import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { makeBare } from './bare-repository.ts';
import { Git } from './git.ts';
import { markOf } from './mark.ts';
import { Objects } from './objects.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';
import { takeSlot } from './slot.ts';
import { endRun } from './sweep.ts';
import { TreeNodes } from './tree-nodes.ts';
import type { Commit } from './trees.ts';
import { vaultTrees } from './vault-trees.ts';

/** Where work without a run is done. Disposing removes all of it. */
export interface Lone extends AsyncDisposable {
  readonly repo: Repository;
  /** Stands for a run in the marks of its processes; no run can have such a name. */
  readonly run: string;
  /** A folder of its own, empty. */
  readonly folder: string;
}

/**
 * The repository for work without a run, such as one judgement: it reads the user's objects where they lie and writes
 * its own into a folder of the cache that is removed in the end. So it needs no lock, changes nothing in the user's
 * repository, and brings nothing onto the shelf, which is lent to workspaces: a commit that is only judged must never
 * be found there.
 */
export async function openLone(found: Repository): Promise<Lone> {
  mkdirSync(found.cacheDir, { recursive: true, mode: 0o700 });
  const slot = await takeSlot(found, 'lone', '');
  const clear = async () => {
    for (const folder of [slot.repo, slot.out]) await removeAll(folder, slot.dir);
  };
  try {
    const run = `~${slot.name}`;
    // Whoever had this folder before may have been killed: what it started is ended, what it left is removed.
    await endRun(markOf(found.commonDir, run));
    await clear();
    const { format } = found.objects;
    makeBare(slot.repo, { format, borrows: join(found.commonDir, 'objects') });
    // A history that ends early ends in the same place here; a link that leads nowhere means that it does not.
    mkdirSync(slot.out, { mode: 0o700 });
    symlinkSync(join(found.commonDir, 'shallow'), join(slot.repo, 'shallow'));
    const place = { cwd: slot.dir, path: found.userEnv['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' };
    const vault = new Git(slot.repo, place);
    const objects = new Objects(vault, new Git(found.commonDir, place), format);
    const nodes = new TreeNodes(vault, objects);
    const trees = vaultTrees(vault, objects, nodes);
    const repo = { ...found, vault, objects, nodes, trees, ensure: async () => undefined };
    return {
      repo,
      run,
      folder: slot.out,
      async [Symbol.asyncDispose]() {
        await clear();
        await slot.release();
      },
    };
  } catch (error) {
    await slot.release();
    throw error;
  }
}

/** UserError when the files of a commit are not all there. Only a partial clone lacks files of its own commits. */
export async function refuseUnreadable(repo: Repository, commit: Commit): Promise<void> {
  const packs = join(repo.commonDir, 'objects/pack');
  if (!existsSync(packs) || !readdirSync(packs).some((name) => name.endsWith('.promisor'))) return;
  const args = ['rev-list', '--objects', '--missing=print', '--no-walk', '--end-of-options', commit];
  const { code, out } = await repo.vault.answer(args, { ok: [0, 128] });
  if (code === 0 && !/^\?/m.test(out)) return;
  throw new UserError(
    `This is a partial clone, and files of commit ${commit.slice(0, 12)} are not in it.`,
    'git fetch --refetch --no-filter',
    'cannot-start',
  );
}
