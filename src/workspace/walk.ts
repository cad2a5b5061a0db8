import { type Dirent, readdirSync } from 'node:fs';
import { codeOf } from '../errors.ts';
import { inHeldFolder } from './held-folder.ts';
import type { Leaf, Node, TreeNodes } from './tree-nodes.ts';
import type { BytePath, Tree } from './trees.ts';

/** Something that stands in a folder and not, or not like this, in its tree. */
export interface Stranger {
  readonly path: BytePath;
  readonly kind: 'file' | 'link' | 'folder' | 'special' | 'unreadable';
  /** What the tree has there: a file where a folder stands, or a submodule, whose own empty folder is told too. */
  readonly inPlaceOf?: 'file' | 'submodule';
}

/** Names and kinds in a folder, without following a link. `undefined` when it cannot be read. */
export function look(
  top: string,
  folder: BytePath,
): readonly { name: BytePath; kind: Stranger['kind'] }[] | undefined {
  let entries: Dirent[];
  try {
    // The types know withFileTypes only with text; names come as latin1, one char per byte.
    entries = inHeldFolder(top, folder, (held) =>
      readdirSync(held, { withFileTypes: true, encoding: 'latin1' as 'utf8' }),
    );
  } catch (error) {
    // ELOOP: a link stands there by now.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return [];
    if (['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
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
}

/**
 * What a folder holds beside a loaded tree, in no certain order. Folders the tree does not have are told and not
 * entered; whether a tracked file changed is not looked at. `.git` at the top is left out.
 * Links are never followed: where the tree has a folder and the file system a link, the link is a stranger.
 */
export function strangers(top: string, nodes: TreeNodes, tree: Tree, options: WalkOptions = {}): Stranger[] {
  const found: Stranger[] = [];
  const enter = (folder: BytePath, node: Node): void => {
    options.entering?.(folder);
    const entries = look(top, folder);
    if (!entries) found.push({ path: folder, kind: 'unreadable' });
    for (const { name, kind } of entries ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const leaf = node.get(name);
      if (kind === 'folder' && leaf?.mode === '40000') enter(path, nodes.node(leaf.oid));
      else if (path !== '.git' && !options.skip?.has(path) && !fits(kind, leaf))
        found.push(stranger(path, kind, leaf));
    }
  };
  enter('', nodes.node(tree));
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
