import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readlink } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import type { Refusal, Top } from './confine.ts';
import { fileTrouble } from './file-trouble.ts';
import { below, split } from './place.ts';

const { O_NOFOLLOW } = constants;
/** Linux: holds a thing without opening it; Node has no name for it. */
export const O_PATH = 0o10000000;
const maxLinks = 40;

/** A path that leads to what a handle holds, whatever stands at its name by now. */
export function procPath(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

/** What stands at the end of a path. */
export interface Found {
  /** The last folder on the way, held. */
  readonly dir: FileHandle;
  /** Names from the top to what was found, without links. */
  readonly names: readonly string[];
  readonly kind: 'folder' | 'file' | 'missing' | 'special';
  readonly file?: FileHandle;
}

/**
 * Finds what a path leads to, every part opened from the folder before it, and hands it over. Everything is held open
 * meanwhile, and closed after; trouble of the file system comes back as a sentence.
 */
export async function withFound<T>(
  top: Top,
  parts: readonly string[],
  makeFolders: boolean,
  use: (found: Found) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const held: FileHandle[] = [];
  try {
    held.push(await open(top.path, O_PATH | O_NOFOLLOW));
    const found = await walkTo(top, parts, makeFolders, held);
    return 'refused' in found ? found : await use(found);
  } catch (error) {
    const sentence = fileTrouble(error);
    if (!sentence) throw error;
    return { refused: sentence };
  } finally {
    await Promise.all(held.map((handle) => handle.close()));
  }
}

/** Walks part by part. Everything it opens is in `held`; the first is the top, and is never left. */
async function walkTo(
  top: Top,
  parts: readonly string[],
  makeFolders: boolean,
  held: FileHandle[],
): Promise<Found | Refusal> {
  let todo = [...parts];
  let stack: { handle: FileHandle; name: string }[] = [{ handle: held[0] as FileHandle, name: '' }];
  const names = (last?: string) => [
    ...stack.slice(1).map((s) => s.name),
    ...(last === undefined ? [] : [last]),
  ];
  for (let links = 0; ; ) {
    const dir = (stack.at(-1) as { handle: FileHandle }).handle;
    const name = todo.shift();
    if (name === undefined) return { dir, names: names(), kind: 'folder' };
    if (name === '..') {
      if (stack.length === 1) return { refused: `${parts.join('/')} leads out of the workspace.` };
      stack.pop();
      continue;
    }
    const child = `${procPath(dir)}/${name}`;
    const handle = await hold(child, makeFolders && todo.length > 0);
    if (!handle) {
      if (todo.length > 0) return { refused: `There is no folder ${names(name).join('/')}.` };
      return { dir, names: names(name), kind: 'missing' };
    }
    held.push(handle);
    const stat = await handle.stat();
    if (stat.isSymbolicLink()) {
      links += 1;
      if (links > maxLinks) return { refused: `${parts.join('/')} goes through too many links.` };
      const target = await readlink(child);
      const absolute = target.startsWith('/') ? below(top, target) : undefined;
      if (target.startsWith('/') && !absolute) {
        return { refused: `${names(name).join('/')} is a link that leads out of the workspace.` };
      }
      if (absolute) stack = stack.slice(0, 1);
      todo = [...(absolute ?? split(target)), ...todo];
    } else if (stat.isDirectory()) {
      stack.push({ handle, name });
    } else if (todo.length > 0) {
      return { refused: `${names(name).join('/')} is not a folder.` };
    } else {
      return { dir, names: names(name), kind: stat.isFile() ? 'file' : 'special', file: handle };
    }
  }
}

async function hold(child: string, makeFolder: boolean): Promise<FileHandle | undefined> {
  try {
    return await open(child, O_PATH | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    if (!makeFolder) return undefined;
    await mkdir(child).catch((failure: unknown) => {
      if (codeOf(failure) !== 'EEXIST') throw failure;
    });
    return await open(child, O_PATH | O_NOFOLLOW);
  }
}
