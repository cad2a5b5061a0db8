import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Prepared } from './prepared.ts';
import { exists } from './processes.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';

/** Prepared checkouts that are kept: several features in a row may each need other dependencies than the base. */
const most = 4;

/**
 * Says that a prepared checkout is in use, by a file beside it: nobody removes it under the feet of a command, in this
 * process or another. Gives the end of it; a process that dies ends it too.
 */
export function lease(
  repo: Pick<Repository, 'cacheDir'>,
  prepared: Pick<Prepared, 'key' | 'outputs'>,
): () => void {
  if (prepared.outputs.length === 0) return () => undefined;
  const store = join(repo.cacheDir, 'prepared');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const file = join(store, `${prepared.key}.used-${process.pid}-${randomUUID().slice(0, 8)}`);
  writeFileSync(file, '');
  return () => rmSync(file, { force: true });
}

/**
 * Removes the ones not used for longest, and what was left half made. Never the one with this key, and none that is in
 * use.
 */
export async function forgetOld(store: string, key: string): Promise<void> {
  const all = readdirSync(store);
  const leases = all.filter((name) => name.includes('.used-'));
  for (const name of leases.filter(isOrphan)) rmSync(join(store, name), { force: true });
  const used = new Set(leases.filter((name) => !isOrphan(name)).map((name) => name.split('.')[0]));
  const names = all.filter((name) => !leases.includes(name));
  // Another process may be removing the same ones at this moment: what is gone is gone.
  const lastUse = (name: string) =>
    statSync(join(store, name, 'done.json'), { throwIfNoEntry: false })?.mtimeMs;
  const byUse = names
    .filter((name) => !isDraft(name))
    .flatMap((name) => {
      const at = lastUse(name);
      return at === undefined ? [] : [{ name, at }];
    });
  const whole = byUse.map(({ name }) => name);
  byUse.sort((one, other) => other.at - one.at);
  const old = byUse
    .filter(({ name }) => name !== key)
    .slice(most - 1)
    .filter(({ name }) => !used.has(name));
  const broken = names.filter((name) => (isDraft(name) ? isOrphan(name) : !whole.includes(name)));
  for (const name of [...old.map((one) => one.name), ...broken]) {
    await removeAll(join(store, name), store).catch((error: unknown) => {
      if (existsSync(join(store, name))) throw error;
    });
  }
}

function isDraft(name: string): boolean {
  return name.includes('.draft-');
}

/** Whether the process that made a draft, or uses something, is gone. */
function isOrphan(name: string): boolean {
  const pid = Number(/\.(?:draft|used)-(\d+)-/.exec(name)?.[1]);
  return Number.isInteger(pid) && !exists(pid);
}
