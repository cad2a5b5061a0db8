import { closeSync, lstatSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId } from '../ledger/lock-holder.ts';
import type { Repository } from './repository.ts';

/** Says in which boot of the machine a process last came to its end here, and when. */
const stampName = 'whole';
/** How deflated data begins. */
const deflated = 0x78;

/**
 * Removes what a power cut left of objects in the vault that were never synced: files that are empty or hold zeros.
 * Nothing speaks of such an object, or it would have been synced first; but git takes a file that is there for the
 * object, and would not write it when it is needed. What stood there when this machine last said `sayWhole` is sound.
 */
export async function removeBrokenObjects({
  vault,
  stateDir,
}: Pick<Repository, 'vault' | 'stateDir'>): Promise<void> {
  const top = join(vault.dir, 'objects');
  const stamp = join(stateDir, stampName);
  const isOfThisBoot = (await readFile(stamp, 'utf8').catch(() => '')) === `${await bootId()}\n`;
  const since = isOfThisBoot ? lstatSync(stamp).mtimeMs : 0;
  for (const folder of readdirSync(top).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    if (lstatSync(join(top, folder)).mtimeMs < since) continue;
    for (const name of readdirSync(join(top, folder))) {
      const file = join(top, folder, name);
      if (/^[0-9a-f]{38,62}$/.test(name) && firstByte(file) !== deflated) rmSync(file, { force: true });
    }
  }
}

/** Notes that all objects are whole. Only where this process, which wrote them, has come to its end. */
export async function sayWhole({ stateDir }: Pick<Repository, 'stateDir'>): Promise<void> {
  const boot = await bootId();
  try {
    if (boot !== undefined) writeFileSync(join(stateDir, stampName), `${boot}\n`, { mode: 0o600 });
  } catch {
    // Without it the next start looks at more than it would have to.
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
