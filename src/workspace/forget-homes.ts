import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../ledger/lock.ts';
import type { Repository } from './repository.ts';
import { emptyHome, slotAt } from './slot.ts';

/**
 * Empties HOME and /tmp of sessions whose process was killed: copies of logins lie there, and what the brain made of
 * them. Those that a living process uses are left alone. Never throws: what cannot be removed now is removed, or told,
 * by the session that takes the folder next.
 */
export async function forgetHomes(repo: Pick<Repository, 'cacheDir'>): Promise<void> {
  const root = join(repo.cacheDir, 'slots');
  const names = existsSync(root) ? readdirSync(root).filter((name) => /^work(-\d+)?$/.test(name)) : [];
  for (const name of names) {
    const file = join(root, `${name}.lock`);
    const lock = await takeLock(file, { run: '', what: 'a checkout of agentloop' }).catch(() => undefined);
    if (lock === undefined) continue;
    try {
      await emptyHome(slotAt(root, name, async () => undefined));
    } finally {
      await lock.release();
    }
  }
}
