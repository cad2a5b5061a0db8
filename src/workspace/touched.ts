import { lstatSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { hostPath } from './host-path.ts';
import type { Node, TreeNodes } from './tree-nodes.ts';
import type { BytePath, Tree } from './trees.ts';

/**
 * The time of the file system, in ms: what is changed from now on has a later one. `mark`: a path on that file system
 * where nothing stands.
 */
export function changeTime(mark: string): number {
  writeFileSync(mark, '');
  const { ctimeMs } = lstatSync(mark);
  rmSync(mark);
  return ctimeMs;
}

/** The same before a look that can do without: where it cannot be asked, nothing counts as unchanged since the look. */
export function timeBefore(mark: string): number {
  try {
    return changeTime(mark);
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

/**
 * Files of a loaded tree that were written, replaced, removed or given other rights since then, whatever they hold now.
 * Nobody can set the time of the last change back: contents and dates that were restored do not hide it. One look at
 * each file and folder, no content is read.
 */
export function touchedSince(top: string, nodes: TreeNodes, tree: Tree, since: number): readonly BytePath[] {
  const touched: BytePath[] = [];
  const look = (folder: BytePath, node: Node, isGone: boolean): void => {
    // Behind a link in its place, files may be as old as they like.
    const gone = isGone || statOf(top, folder)?.isDirectory() !== true;
    for (const [name, { mode, oid }] of node) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (mode === '160000') continue;
      if (mode === '40000') look(path, nodes.node(oid), gone);
      else if (gone || !isOlder(statOf(top, path), since)) touched.push(path);
    }
  };
  look('', nodes.node(tree), false);
  return touched.sort();
}

function isOlder(stat: Stats | undefined, since: number): boolean {
  return stat !== undefined && stat.ctimeMs <= since;
}

function statOf(top: string, path: BytePath): Stats | undefined {
  try {
    return lstatSync(asText(top, path) ?? hostPath(top, path), { throwIfNoEntry: false });
  } catch {
    return undefined; // Something on the way is no folder any more, or cannot be entered.
  }
}

/** The path as text, where its bytes are the same: thousands of Buffers would cost as much as the looks. */
function asText(top: string, path: BytePath): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\x00-\x7f]+$/.test(path) ? `${top}/${path}` : undefined;
}
