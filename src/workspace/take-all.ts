import { lstatSync } from 'node:fs';
import { setImmediate as immediate } from 'node:timers/promises';
import { hashByGit } from './hash-by-git.ts';
import { atHeldPath } from './held-folder.ts';
import type { Edit } from './overlay.ts';
import type { Repository } from './repository.ts';
import { type SeenFiles, type Stamp, sameStamp, stampOf } from './seen.ts';
import type { Problem } from './snapshot.ts';
import { type Taken, takeFile, takeLarge } from './take-file.ts';
import type { SnapshotOptions } from './take-snapshot.ts';
import type { BytePath, Entry } from './trees.ts';
import { find } from './vault-trees.ts';

/** A path to take, and whether git saw that nothing stands there any more: then it is not looked at again. */
export interface Wanted {
  readonly path: BytePath;
  readonly gone: boolean;
}

export interface TakeOptions extends SnapshotOptions {
  /** Time of the file system before anything was looked at, in ms. */
  readonly at: number;
  readonly tell: (problem: Problem) => void;
}

/** Files from which on git hashes them all: it takes longer to start, and leaves us free to do other things. */
const manyFiles = 256;

/** Takes these paths into the vault, in their order, as far as the caps go; gives what to change in the tree. */
export async function takeAll(
  repo: Repository,
  top: string,
  wanted: readonly Wanted[],
  options: TakeOptions,
): Promise<Edit[]> {
  const { filled, maxFileBytes, maxTotalBytes, meanwhile, at, tell } = options;
  const edits: Taking = new Map();
  const bulk: { readonly path: BytePath; readonly mode: Entry['mode'] }[] = [];
  // Git finds files by their paths: while commands run, these may lead elsewhere.
  const many = wanted.length >= manyFiles && meanwhile === undefined;
  let left = maxTotalBytes;
  for (const [nth, { path, gone }] of wanted.entries()) {
    if (nth % 64 === 63 && meanwhile) {
      await immediate();
      meanwhile.signal.throwIfAborted();
    }
    const before = find(repo.nodes, filled, path)?.oid;
    const file = { path, before, seen: meanwhile?.seen.get(path) };
    const caps = { maxFileBytes, left, bulk: many };
    let taken: Taken = gone ? { is: 'no-file' } : takeFile(repo.objects, top, file, caps);
    if (taken.is === 'large') taken = await takeLarge(repo.objects, top, path, taken);
    if (taken.is === 'problem') tell(taken.problem);
    if (taken.is === 'changing') tell(changing(path));
    if (taken.is === 'no-file') edits.set(path, { path, mode: '100644', oid: null });
    if (taken.is === 'entry') edits.set(path, { ...taken.entry, stamp: taken.stamp });
    if (taken.is === 'bulk') bulk.push({ path, mode: taken.mode });
    if (taken.is === 'entry' || taken.is === 'bulk') left -= taken.bytes;
  }
  for (const edit of await written(repo, top, bulk, tell)) edits.set(edit.path, edit);
  if (meanwhile) settle(top, wanted, edits, { at, seen: meanwhile.seen });
  return [...edits.values()].map(({ path, mode, oid }) => ({ path, mode, oid }));
}

/** What is to change, by path, with what the file was when it was read. */
type Taking = Map<BytePath, Edit & { readonly stamp?: Stamp }>;

/**
 * Leaves out what has changed since it was taken: such a file stays as the last snapshot had it, and is taken in the next
 * one. All others stood there together a moment ago.
 */
function settle(
  top: string,
  wanted: readonly Wanted[],
  edits: Taking,
  { at, seen }: { readonly at: number; readonly seen: SeenFiles },
): void {
  for (const { path } of wanted) {
    const edit = edits.get(path);
    if (edit && sameNow(top, path, edit.stamp)) {
      if (edit.oid === null || !edit.stamp) seen.delete(path);
      else seen.set(path, { stamp: edit.stamp, oid: edit.oid, mode: edit.mode, at });
      continue;
    }
    const last = seen.get(path);
    if (last) edits.set(path, { path, mode: last.mode, oid: last.oid });
    else edits.delete(path);
  }
}

async function written(
  repo: Repository,
  top: string,
  bulk: readonly { readonly path: BytePath; readonly mode: Entry['mode'] }[],
  tell: (problem: Problem) => void,
): Promise<Edit[]> {
  const paths = bulk.map(({ path }) => path);
  const oids = await hashByGit(repo, top, paths);
  if (oids === undefined) for (const path of paths) tell(changing(path));
  return bulk.flatMap(({ path, mode }, at) => {
    const oid = oids?.[at];
    return oid === undefined ? [] : [{ path, mode, oid }];
  });
}

function changing(path: BytePath): Problem {
  return { path, kind: 'unreadable', detail: 'changed or went while it was read' };
}

/** Whether a path is still what it was when it was taken; without a stamp nothing stood there. */
function sameNow(top: string, path: BytePath, stamp: Stamp | undefined): boolean {
  try {
    return atHeldPath(top, path, (host) => {
      const stat = lstatSync(host, { throwIfNoEntry: false });
      if (stamp === undefined) return stat === undefined || stat.isDirectory();
      return stat !== undefined && sameStamp(stampOf(stat), stamp);
    });
  } catch {
    return stamp === undefined;
  }
}
