import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** How deflated data begins. */
const deflated = 0x78;

/**
 * Removes what a power cut left of objects in the vault that were never synced: files that are empty or hold zeros.
 * Nothing speaks of such an object, or it would have been synced first; but git takes a file that is there for the
 * object, and would not write it when it is needed. To be called after a process died that worked here.
 */
export function removeBrokenObjects({ vault }: Pick<Repository, 'vault'>): void {
  const top = join(vault.dir, 'objects');
  for (const folder of readdirSync(top).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of readdirSync(join(top, folder))) {
      const file = join(top, folder, name);
      if (/^[0-9a-f]{38,62}$/.test(name) && firstByte(file) !== deflated) rmSync(file, { force: true });
    }
  }
}

function firstByte(file: string): number | undefined {
  const handle = openSync(file, 'r');
  try {
    const byte = Buffer.alloc(1);
    return readSync(handle, byte, 0, 1, 0) === 1 ? byte[0] : undefined;
  } finally {
    closeSync(handle);
  }
}
