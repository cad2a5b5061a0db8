import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { codeOf } from '../errors.ts';
import type { CleanBefore } from './clean-folders.ts';
import { inHeldFolder } from './held-folder.ts';
import type { Leaf, TreeNodes } from './tree-nodes.ts';
import type { BytePath, Tree } from './trees.ts';

/** Something that stands in a folder and not, or not like this, in its tree. */
export interface Stranger {
  readonly path: BytePath;
  readonly kind: 'file' | 'link' | 'folder' | 'special' | 'unreadable';
  /** What the tree has there: a file where a folder stands, or a submodule, whose own empty folder is told too. */
  readonly inPlaceOf?: 'file' | 'submodule';
}

interface Named {
  readonly name: BytePath;
  readonly kind: Stranger['kind'];
}

/** Names and kinds in a folder, without following a link. `undefined` when it cannot be read. */
export function look(top: string, folder: BytePath): readonly Named[] | undefined {
  return lookInto(top, folder)?.entries;
}

/** The same, with what the folder was before it was read; without that where nothing stands there. */
function lookInto(
  top: string,
  folder: BytePath,
): { readonly entries: readonly Named[]; readonly stat?: Stats } | undefined {
  try {
    return inHeldFolder(top, folder, (held) => {
      const stat = statSync(held);
      // The types know withFileTypes only with text; names come as latin1, one char per byte.
      const entries = readdirSync(held, { withFileTypes: true, encoding: 'latin1' as 'utf8' });
      return { stat, entries: entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })) };
    });
  } catch (error) {
    // ELOOP: a link stands there by now.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return { entries: [] };
    if (['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function kindOf(entry: Dirent): Stranger['kind'] {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

export interface WalkOptions {
  /** Paths that are not looked at, unless the tree has a folder there. */
  readonly skip?: ReadonlySet<BytePath>;
  /** Called with each folder that the tree has too, before it is read. */
  readonly entering?: (folder: BytePath) => void;
  /** What the walk before has found clean and need not be read again. */
  readonly clean?: CleanBefore;
}

/**
 * What a folder holds beside a loaded tree, in no certain order. Folders the tree does not have are told and not
 * entered; whether a tracked file changed is not looked at. `.git` at the top is left out.
 * Links are never followed: where the tree has a folder and the file system a link, the link is a stranger.
 */
export function strangers(top: string, nodes: TreeNodes, tree: Tree, options: WalkOptions = {}): Stranger[] {
  const found: Stranger[] = [];
  const enter = (folder: BytePath, oid: Tree): void => {
    options.entering?.(folder);
    const node = nodes.node(oid);
    const below = (name: BytePath) => (folder === '' ? name : `${folder}/${name}`);
    if (options.clean?.holds(folder, oid)) {
      for (const [name, leaf] of node) if (leaf.mode === '40000') enter(below(name), leaf.oid);
      return;
    }
    const looked = lookInto(top, folder);
    if (!looked) found.push({ path: folder, kind: 'unreadable' });
    let isClean = true;
    for (const { name, kind } of looked?.entries ?? []) {
      const leaf = node.get(name);
      if (kind === 'folder' && leaf?.mode === '40000') {
        enter(below(name), leaf.oid);
        continue;
      }
      if (fits(kind, leaf)) continue;
      // What this walk leaves out is a stranger to the next one.
      isClean = false;
      const path = below(name);
      if (path !== '.git' && !options.skip?.has(path)) found.push(stranger(path, kind, leaf));
    }
    if (isClean && looked?.stat) options.clean?.note(folder, oid, looked.stat);
  };
  enter('', tree);
  return found;
}

/** Whether git can be asked what became of it: a file or link where the tree has a file or link. */
function fits(kind: Stranger['kind'], leaf: Leaf | undefined): boolean {
  return (
    (kind === 'file' || kind === 'link') &&
    leaf !== undefined &&
    leaf.mode !== '40000' &&
    leaf.mode !== '160000'
  );
}

function stranger(path: BytePath, kind: Stranger['kind'], leaf: Leaf | undefined): Stranger {
  if (leaf?.mode === '160000') return { path, kind, inPlaceOf: 'submodule' };
  return kind === 'folder' && leaf ? { path, kind, inPlaceOf: 'file' } : { path, kind };
}
