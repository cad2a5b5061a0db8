import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { hostPath } from './host-path.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';
import { emptyBeside, type Slot } from './slot.ts';
import { timeBefore } from './touched.ts';
import type { BytePath, Tree } from './trees.ts';
import { strangers } from './walk.ts';

/**
 * Makes the kept folder of a slot hold exactly a tree, whatever was done in it since.
 * 1. What stands there and not in the tree goes first, and with it every link in place of a folder: git then finds only
 *    real folders on its way and cannot write outside.
 * 2. `read-tree --reset -u` with the slot's own index then writes each file whose stat data differ from those of the
 *    last fill. The index of a fill that was cut short is older than the folder: such files differ, and are written.
 * 3. What cannot be mended is moved away and the folder is made anew.
 * No `.git` is left in it; nested ones are strangers like any other.
 */
export async function refill(repo: Repository, slot: Slot, tree: Tree): Promise<void> {
  await repo.nodes.load(tree);
  rmSync(`${slot.index}.lock`, { force: true });
  try {
    await fillOver(repo, slot, tree);
  } catch {
    await discard(slot);
    await fillOver(repo, slot, tree);
  }
}

async function fillOver(repo: Repository, slot: Slot, tree: Tree): Promise<void> {
  const folder = slot.tree;
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) await removeAll(folder, slot.dir);
  mkdirSync(folder, { recursive: true });
  open(folder);
  await removeAll(join(folder, '.git'), slot.dir);
  const entering = (path: BytePath) => open(hostPath(folder, path));
  const clean = repo.clean.walk(folder, timeBefore(join(slot.dir, 'looked')));
  for (const { path, kind, inPlaceOf } of strangers(folder, repo.nodes, tree, { entering, clean })) {
    if (kind === 'folder' && inPlaceOf === 'submodule') await empty(hostPath(folder, path), slot.dir);
    else await removeAll(hostPath(folder, path), slot.dir);
  }
  await repo.vault.run(['read-tree', '--reset', '-u', tree], { index: slot.index, workTree: folder });
}

/** A folder that a brain made unreadable, unwritable or sticky is as git makes them again. */
function open(folder: string | Buffer): void {
  if ((lstatSync(folder).mode & 0o7700) !== 0o700) chmodSync(folder, 0o755);
}

/** Fills the folder and empties everything beside it, at the same time: most of both is waiting. */
export async function makeClean(repo: Repository, slot: Slot, tree: Tree): Promise<void> {
  // From here on there is nothing to recover in this slot.
  rmSync(slot.note, { force: true });
  // Git has been started by the time the other half begins.
  const both = await Promise.allSettled([
    refill(repo, slot, tree),
    immediate().then(() => emptyBeside(slot)),
  ]);
  for (const half of both) if (half.status === 'rejected') throw half.reason;
}

/** A submodule's folder stays, and stays empty. */
async function empty(folder: Buffer, near: string): Promise<void> {
  open(folder);
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    await removeAll(Buffer.concat([folder, Buffer.from('/'), name]), near);
  }
}

/** Moves the folder of a slot away, with its index, and removes what can be removed of it. */
async function discard(slot: Slot): Promise<void> {
  rmSync(slot.index, { force: true });
  if (!existsSync(slot.tree)) return;
  const aside = mkdtempSync(join(slot.dir, 'removed-'));
  renameSync(slot.tree, join(aside, 'tree'));
  await removeAll(aside, slot.dir).catch(() => undefined);
}
