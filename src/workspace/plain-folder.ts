import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether nothing but folders (or nothing at all) stands on the way to `path` below `top`, itself included. What a
 * brain put there instead, a link to somewhere else above all, must not decide where we mount or copy.
 */
export function isPlainFolder(top: string, path: string): boolean {
  let at = top;
  for (const part of path.split('/')) {
    at = join(at, part);
    try {
      const stat = lstatSync(at, { throwIfNoEntry: false });
      if (!stat) return true;
      if (!stat.isDirectory()) return false;
    } catch {
      return false; // A folder without permissions: nobody could go through it.
    }
  }
  return true;
}
