import { statfsSync } from 'node:fs';

/** Bytes that a program needs at the least to write anything down. */
const least = 256 * 1024;

/** Whether nothing can be written any more where a folder stands: no room, or no names left. False where it cannot be told. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    return bavail * bsize < least || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
