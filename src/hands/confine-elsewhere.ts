import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf } from '../errors.ts';
import type { Confine, Folder, Guard, Opened, Refusal, Top } from './confine.ts';
import { fileTrouble, maxChangeBytes, tooLarge } from './file-trouble.ts';

/**
 * The same promise where there is no /proc/self/fd (macOS): the real path is checked before and after opening, and the
 * file that was opened must be the one that stands there. Between the two checks a link may be swapped in and out
 * again; what was opened that way is closed unread.
 */
export function realpathConfine(top: Top, guard: Guard): Confine {
  return {
    read: (parts) => told(() => openChecked(top, parts, 'read', guard)),
    change: (parts, create) => told(() => openChecked(top, parts, create ? 'create' : 'change', guard)),
    folder: (parts) => told(() => openFolder(top, parts)),
  };
}

const { O_RDONLY, O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

async function told<T>(work: () => Promise<T | Refusal>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    const sentence = fileTrouble(error);
    if (!sentence) throw error;
    return { refused: sentence };
  }
}

/** The real place of a path, which may not exist yet; a refusal when it is not below the top. */
async function realPlace(
  top: Top,
  parts: readonly string[],
): Promise<{ path: string; real: string } | Refusal> {
  const root = await realpath(top.path);
  const real = await realOrFuture(join(root, ...parts));
  if (real !== root && !real.startsWith(root + sep)) {
    return { refused: `${parts.join('/')} leads out of the workspace.` };
  }
  return { path: real, real: relative(root, real) };
}

async function realOrFuture(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(await realOrFuture(dirname(path)), path.slice(dirname(path).length));
  }
}

async function openChecked(
  top: Top,
  parts: readonly string[],
  how: 'read' | 'change' | 'create',
  guard: Guard,
): Promise<Opened | Refusal> {
  const place = await realPlace(top, parts);
  if ('refused' in place) return place;
  const forbidden = how === 'read' ? undefined : guard(place.real);
  if (forbidden) return { refused: forbidden };
  const before = await lstat(place.path).catch(() => undefined);
  if (!before && how !== 'create') return { refused: `There is no file ${place.real}.` };
  if (before?.isDirectory()) return { refused: `${place.real || 'The top of the workspace'} is a folder.` };
  if (before && !before.isFile()) return { refused: `${place.real} is not a regular file.` };
  if (how === 'change' && (before?.size ?? 0) > maxChangeBytes) {
    return { refused: tooLarge(place.real, before?.size ?? 0) };
  }
  if (how !== 'read' && (before?.nlink ?? 1) > 1) {
    return { refused: `${place.real} has other names (hard links) that would change with it: use bash.` };
  }
  if (how === 'create') await mkdir(dirname(place.path), { recursive: true });
  const flags = how === 'read' ? O_RDONLY : O_RDWR | (how === 'create' ? O_CREAT : 0);
  const handle = await open(place.path, flags | O_NOFOLLOW | O_NONBLOCK, 0o666);
  const opened = await handle.stat();
  const now = await lstat(place.path).catch(() => undefined);
  const again = await realPlace(top, parts);
  if (!opened.isFile() || 'refused' in again || again.path !== place.path || now?.ino !== opened.ino) {
    await handle.close();
    return { refused: `${parts.join('/')} was replaced while it was being opened.` };
  }
  return { handle, real: place.real, size: opened.size, created: !before };
}

async function openFolder(top: Top, parts: readonly string[]): Promise<Folder | Refusal> {
  const place = await realPlace(top, parts);
  if ('refused' in place) return place;
  const stat = await lstat(place.path).catch(() => undefined);
  if (!stat?.isDirectory()) return { refused: `${place.real} is not a folder.` };
  return folderAt(place.path, place.real);
}

function folderAt(path: string, real: string): Folder {
  return {
    at: path,
    real,
    enter: async (name) => {
      const stat = await lstat(join(path, name)).catch(() => undefined);
      return stat?.isDirectory()
        ? folderAt(join(path, name), real === '' ? name : `${real}/${name}`)
        : undefined;
    },
    close: async () => {},
  };
}
