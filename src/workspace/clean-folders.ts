import { lstatSync, type Stats } from 'node:fs';
import { hostPath } from './host-path.ts';
import { type Stamp, stampOf, stillHolds } from './seen.ts';
import type { BytePath, Tree } from './trees.ts';

/** A folder that held nothing beside what a tree has there, when it was read. */
interface Clean {
  readonly tree: Tree;
  readonly stamp: Stamp;
  /** Time of the file system before it was read, in ms. */
  readonly at: number;
}

/** What one walk through a folder knows from the walk before, and leaves to the next one. */
export interface CleanBefore {
  /** Whether a folder still holds nothing beside this tree: then it need not be read. */
  holds(folder: BytePath, tree: Tree): boolean;
  /** It was read and holds nothing else; `stat`: what it was before that. */
  note(folder: BytePath, tree: Tree, stat: Stats): void;
}

/**
 * Folders of kept checkouts that were read and found clean. Whoever puts something into a folder, takes something away or
 * puts another folder in its place changes the time of its last change, which nobody can set back: one look at the
 * folder takes the place of reading it. What the files in it hold is not asked here.
 */
export class CleanFolders {
  readonly #tops = new Map<string, Map<BytePath, Clean>>();

  /** For one walk through `top`, which begins after `at` (time of the file system, ms). */
  walk(top: string, at: number): CleanBefore {
    const before = this.#tops.get(top) ?? new Map<BytePath, Clean>();
    const now = new Map<BytePath, Clean>();
    this.#tops.set(top, now);
    return {
      holds(folder, tree) {
        const known = before.get(folder);
        if (known?.tree !== tree) return false;
        const stat = statOf(hostPath(top, folder));
        if (stat?.isDirectory() !== true || !stillHolds(known, stampOf(stat))) return false;
        now.set(folder, known);
        return true;
      },
      note: (folder, tree, stat) => now.set(folder, { tree, stamp: stampOf(stat), at }),
    };
  }
}

function statOf(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // Something on the way is no folder any more, or cannot be entered.
  }
}
