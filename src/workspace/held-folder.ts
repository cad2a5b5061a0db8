import { closeSync, constants, existsSync, openSync, readlinkSync } from 'node:fs';
import { hostPath } from './host-path.ts';
import type { BytePath } from './trees.ts';

/** Where a process finds what it holds open, by number; not everywhere. */
const descriptors = '/proc/self/fd';
const known = existsSync(descriptors);
/** O_PATH of Linux, which Node does not name: a folder that may not be read can be held all the same. */
const pathOnly = 0x200000;

/**
 * Calls `use` with a name for a folder below `top` that leads to this folder and no other, even where a command that
 * still runs puts a link in place of a folder on the way: the folder is held open, and known by where it really is.
 * Throws what opening it throws, and ENOTDIR when it is not where its path says. Without /proc there is no fence
 * either, and the path itself is used.
 */
export function inHeldFolder<T>(top: string, folder: BytePath, use: (held: Buffer) => T): T {
  const path = hostPath(top, folder);
  if (!known) return use(path);
  const fd = openSync(path, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const held = `${descriptors}/${fd}`;
    if (!path.equals(readlinkSync(held, { encoding: 'buffer' }))) throw notThere(path);
    return use(Buffer.from(held));
  } finally {
    closeSync(fd);
  }
}

/** The same for a file, link or anything else: `use` gets its name in the folder that is held open. */
export function atHeldPath<T>(top: string, path: BytePath, use: (host: Buffer) => T): T {
  const slash = path.lastIndexOf('/');
  const name = Buffer.from(`/${path.slice(slash + 1)}`, 'latin1');
  return inHeldFolder(top, path.slice(0, Math.max(slash, 0)), (held) => use(Buffer.concat([held, name])));
}

function notThere(path: Buffer): Error {
  return Object.assign(new Error(`a link leads to ${path.toString('utf8')}`), { code: 'ENOTDIR' });
}
