import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { type Found, O_PATH, procPath, withFound } from './beneath.ts';
import { realpathConfine } from './confine-elsewhere.ts';
import { maxChangeBytes, tooLarge } from './file-trouble.ts';

/**
 * How file tools open files. Commands of the brain may run at the same moment and swap what they like, so:
 *
 * 1. Nothing outside the top is ever opened: each part of a path is opened from the folder before it, never by name
 *    from the root, and never through a link. Links are read as text and walked again, inside.
 * 2. Nothing but a regular file is ever opened for reading or writing: what stands there is held first (O_PATH, which
 *    neither waits for a FIFO's writer nor wakes a device), looked at, and only then opened, as the thing that was held.
 */
export interface Confine {
  /** A regular file, for reading. */
  read(parts: readonly string[]): Promise<Opened | Refusal>;
  /** A regular file for reading and writing; `create` makes it and the folders on the way. */
  change(parts: readonly string[], create: boolean): Promise<Opened | Refusal>;
  folder(parts: readonly string[]): Promise<Folder | Refusal>;
}

export interface Opened {
  readonly handle: FileHandle;
  /** Where it stands below the top, links followed. */
  readonly real: string;
  readonly size: number;
  readonly created: boolean;
}
export interface Folder {
  /** A path that leads to this very folder, whatever its name means by now. */
  readonly at: string;
  readonly real: string;
  /** A folder in it, or undefined when that is no folder (any more). */
  enter(name: string): Promise<Folder | undefined>;
  close(): Promise<void>;
}
export interface Refusal {
  readonly refused: string;
}

/** What the harness may refuse to change, asked with the place a path really leads to. */
export type Guard = (real: string) => string | undefined;
export interface Top {
  readonly path: string;
  readonly inside: string;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Opens files below `top` only. Without /proc/self/fd (not Linux) names are checked by realpath instead. */
export function confine(
  top: Top,
  guard: Guard = () => undefined,
  proc = existsSync('/proc/self/fd'),
): Confine {
  if (!proc) return realpathConfine(top, guard);
  return {
    read: (parts) => withFound(top, parts, false, (found) => openFound(found, guard, 'read')),
    change: async (parts, create) => {
      // Asked by its words first: folders on the way are made before it is known where they lead.
      const refused = guard(parts.join('/'));
      if (refused) return { refused };
      return await withFound(top, parts, create, (found) =>
        openFound(found, guard, create ? 'create' : 'change'),
      );
    },
    folder: (parts) =>
      withFound(top, parts, false, async (found) => {
        if (found.kind !== 'folder') return { refused: `${shownPath(found)} is not a folder.` };
        return holdFolder(await open(procPath(found.dir), O_PATH), found.names.join('/'));
      }),
  };
}

async function openFound(
  found: Found,
  guard: Guard,
  how: 'read' | 'change' | 'create',
): Promise<Opened | Refusal> {
  const real = found.names.join('/');
  const refused = how === 'read' ? undefined : guard(real);
  if (refused) return { refused };
  const child = `${procPath(found.dir)}/${found.names.at(-1)}`;
  if (found.kind === 'missing') {
    if (how !== 'create') return { refused: `There is no file ${real}.` };
    const made = await open(child, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
    return { handle: made, real, size: 0, created: true };
  }
  if (found.kind === 'folder') return { refused: `${shownPath(found)} is a folder.` };
  if (found.kind === 'special' || !found.file) return { refused: `${real} is not a regular file.` };
  const { size, nlink, mode } = await found.file.stat();
  if (how === 'change' && size > maxChangeBytes) return { refused: tooLarge(real, size) };
  const flags = (how === 'read' ? O_RDONLY : O_RDWR) | O_NONBLOCK;
  const handle = await open(procPath(found.file), flags);
  if (how === 'read' || nlink <= 1) return { handle, real, size, created: false };
  // A second name of the same file may stand anywhere (package managers share files so): it keeps what it has.
  const reading = how === 'change' ? handle.readFile() : Buffer.alloc(0);
  const content = await Promise.resolve(reading).finally(() => handle.close());
  await unlink(child);
  const own = await open(child, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o777);
  await own.writeFile(content);
  return { handle: own, real, size: content.length, created: false };
}

function holdFolder(handle: FileHandle, real: string): Folder {
  return {
    at: procPath(handle),
    real,
    enter: async (name) => {
      const child = await open(`${procPath(handle)}/${name}`, O_PATH | O_NOFOLLOW).catch(() => undefined);
      if (!child) return undefined;
      if ((await child.stat()).isDirectory())
        return holdFolder(child, real === '' ? name : `${real}/${name}`);
      await child.close();
      return undefined;
    },
    close: () => handle.close(),
  };
}

function shownPath(found: Found): string {
  return found.names.join('/') || 'The top of the workspace';
}
