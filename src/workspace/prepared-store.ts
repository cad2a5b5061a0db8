import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../errors.ts';
import { removeAll } from './remove.ts';

/** Prepared checkouts that are kept: several features in a row may each need other dependencies than the base. */
const most = 4;

/** Removes the ones not used for longest, and what was left half made. Never the one with this key. */
export async function forgetOld(store: string, key: string): Promise<void> {
  const names = readdirSync(store);
  const whole = names.filter((name) => existsSync(join(store, name, 'done.json')) && !isDraft(name));
  const byUse = whole.map((name) => ({ name, used: statSync(join(store, name, 'done.json')).mtimeMs }));
  byUse.sort((one, other) => other.used - one.used);
  const old = byUse.filter(({ name }) => name !== key).slice(most - 1);
  const broken = names.filter((name) => (isDraft(name) ? isOrphan(name) : !whole.includes(name)));
  for (const name of [...old.map((one) => one.name), ...broken]) await removeAll(join(store, name), store);
}

function isDraft(name: string): boolean {
  return name.includes('.draft-');
}

/** Whether the process that made a draft is gone. */
function isOrphan(name: string): boolean {
  const pid = Number(/\.draft-(\d+)-/.exec(name)?.[1]);
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH'; // Another user's process is one too.
  }
}
