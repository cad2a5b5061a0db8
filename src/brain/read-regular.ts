import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../errors.ts';

/**
 * The bytes of a file that a program we do not trust may have written; undefined when there is none. A link, a FIFO, a
 * folder, and a file with more than `cap` bytes are errors whose message goes on from "it cannot be read:".
 */
export async function readRegular(path: string, cap: number): Promise<Buffer | undefined> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw new Error('it is a symbolic link');
    if (codeOf(error) === 'ENXIO') throw new Error('it is not a regular file');
    throw error;
  }
  try {
    if (!(await handle.stat()).isFile()) throw new Error('it is not a regular file');
    const buffer = Buffer.alloc(cap + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) return buffer.subarray(0, filled);
      filled += bytesRead;
    }
    throw new Error(`it is larger than ${cap / 1024} KiB`);
  } finally {
    await handle.close();
  }
}
