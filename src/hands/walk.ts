import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type { Confine, Folder } from './confine.ts';

export interface WalkLimits {
  readonly entries: number;
  readonly depth: number;
  /** ms. */
  readonly time: number;
}
export const walkLimits: WalkLimits = { entries: 50_000, depth: 40, time: 10_000 };

/** Folders that hold what tools put there; skipped unless a path asks for them. */
export const foldersSkipped: readonly string[] = ['.git', 'node_modules', '.venv', 'venv', '__pycache__'];

export interface Walked {
  /** Paths below the top, sorted; links are named, never followed. */
  readonly files: readonly string[];
  /** Set when a limit ended it: which one. */
  readonly cut?: string;
}

/** Every file below a folder of the workspace, within limits. */
export async function walk(
  confined: Confine,
  parts: readonly string[],
  options: { readonly signal: AbortSignal; readonly limits?: WalkLimits; readonly now?: () => number },
): Promise<Walked | { readonly refused: string }> {
  const limits = options.limits ?? walkLimits;
  const now = options.now ?? Date.now;
  const end = now() + limits.time;
  const top = await confined.folder(parts);
  if ('refused' in top) return top;
  const skipped = new Set(parts.some((part) => foldersSkipped.includes(part)) ? ['.git'] : foldersSkipped);
  const files: string[] = [];
  let entries = 0;
  let cut: string | undefined;
  let deep: string | undefined;

  const visit = async (folder: Folder, depth: number): Promise<void> => {
    for (const entry of await namesIn(folder, limits.entries + 1 - entries)) {
      entries += 1;
      if (entries > limits.entries) cut ??= `only the first ${limits.entries} entries were looked at`;
      else if (now() > end) cut ??= `it was ended after ${limits.time / 1000} s`;
      if (cut || options.signal.aborted) return;
      const path = folder.real === '' ? entry.name : `${folder.real}/${entry.name}`;
      if (!entry.isDirectory()) {
        // In a worktree .git is a file.
        if (entry.name !== '.git') files.push(path);
      } else if (!skipped.has(entry.name)) {
        if (depth >= limits.depth) deep ??= `folders deeper than ${limits.depth} were left out`;
        else await enter(folder, entry.name, depth);
      }
    }
  };
  const enter = async (folder: Folder, name: string, depth: number) => {
    const child = await folder.enter(name);
    if (!child) return;
    try {
      await visit(child, depth + 1);
    } finally {
      await child.close();
    }
  };
  try {
    await visit(top, 1);
  } finally {
    await top.close();
  }
  const told = cut ?? deep;
  return { files: files.sort(), ...(told ? { cut: told } : {}) };
}

async function namesIn(folder: Folder, most: number): Promise<Dirent[]> {
  const found: Dirent[] = [];
  try {
    for await (const entry of await opendir(folder.at, { bufferSize: 512 })) {
      if (found.push(entry) >= most) break;
    }
  } catch {
    // A folder that cannot be read has nothing to show; the commands of the brain can say more about it.
  }
  return found;
}
