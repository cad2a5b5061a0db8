import { closeSync, constants, openSync, readSync } from 'node:fs';
import { atHeldPath } from './held-folder.ts';
import type { AskIgnored } from './ignored.ts';
import { isDotGit } from './names-of-git.ts';
import type { Problem } from './snapshot.ts';
import type { BytePath } from './trees.ts';
import { look, type Stranger } from './walk.ts';

/** Paths that git is asked about at once: enough for all but the largest additions, few beside an ignored folder. */
const batch = 2000;

export interface NewFilesOptions {
  readonly ask: AskIgnored;
  /** Folders that are never entered. */
  readonly skip: ReadonlySet<BytePath>;
  readonly tell: (problem: Problem) => void;
}

/**
 * The files and links among the strangers and below them that the base does not ignore. Folders are entered, breadth
 * first, while one batch of questions is gathered: mostly one question to git is enough. Nothing that is ignored, or
 * below what is ignored, is told as a problem. New folders that tools mark as their caches are left out whole.
 */
export async function newFiles(
  top: string,
  beside: readonly Stranger[],
  { ask, skip, tell }: NewFilesOptions,
): Promise<BytePath[]> {
  const files: BytePath[] = [];
  for (let queue = [...beside]; queue.length > 0; ) {
    let asked = 0;
    for (; asked < queue.length && asked < batch; asked += 1) {
      queue.push(...inside(top, queue[asked] as Stranger).filter(({ path }) => !skip.has(path)));
    }
    const now = queue.slice(0, asked);
    const ignored = await ask(now.map(question));
    for (const one of now) {
      if (ignored.has(question(one))) continue;
      const problem = problemOf(one);
      if (problem) tell(problem);
      else if (one.kind !== 'folder') files.push(one.path);
    }
    queue = queue.slice(asked).filter(({ path }) => !isBelow(path, ignored));
  }
  return files;
}

/** What stands in a folder. In a repository of its own nothing but its `.git` is told. */
function inside(top: string, { path, kind }: Stranger): Stranger[] {
  if (kind !== 'folder' || isDotGit(nameOf(path))) return [];
  const entries = look(top, path);
  if (!entries) return [{ path, kind: 'unreadable' }];
  if (entries.some(({ name, kind }) => name === cacheTag && kind === 'file') && isCache(top, path)) return [];
  const nested = entries.find(({ name }) => isDotGit(name));
  return (nested ? [nested] : entries).map((entry) => ({ path: `${path}/${entry.name}`, kind: entry.kind }));
}

/** How pytest, ruff, mypy, cargo and others mark a folder that nobody should keep: bford.info/cachedir. */
const cacheTag = 'CACHEDIR.TAG';
const cacheSignature = Buffer.from('Signature: 8a477f597d28d172789f06886806bc55');

function isCache(top: string, folder: BytePath): boolean {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = atHeldPath(top, `${folder}/${cacheTag}`, (host) => openSync(host, flags));
  } catch {
    return false;
  }
  try {
    const start = Buffer.alloc(cacheSignature.length);
    readSync(fd, start, 0, start.length, 0);
    return start.equals(cacheSignature);
  } finally {
    closeSync(fd);
  }
}

function problemOf({ path, kind }: Stranger): Problem | undefined {
  if (isDotGit(nameOf(path))) return nestedRepository(path);
  if (kind === 'special') return { path, kind: 'special-file', detail: 'is a pipe, a socket or a device' };
  if (kind === 'unreadable') return { path, kind: 'unreadable', detail: 'is a folder that cannot be read' };
  return undefined;
}

/** A repository inside the tree: git would record it as a link to a commit nobody has. */
export function nestedRepository(path: BytePath): Problem {
  return {
    path,
    kind: 'nested-repository',
    detail: 'is a git repository of its own; its files cannot be taken',
  };
}

export function inSubmodule(path: BytePath): Problem {
  return {
    path,
    kind: 'nested-repository',
    detail: 'is a submodule: nothing in it can be taken, and it cannot be replaced',
  };
}

function question({ path, kind }: Stranger): BytePath {
  return kind === 'folder' ? `${path}/` : path;
}

function isBelow(path: BytePath, folders: ReadonlySet<BytePath>): boolean {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (folders.has(path.slice(0, at + 1))) return true;
  }
  return false;
}

function nameOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1);
}
