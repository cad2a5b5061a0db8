import { isDeepStrictEqual } from 'node:util';
import type { Relation } from './blocks.ts';
import { compareText } from './lines.ts';

/** JSON grows by new keys and by what is appended to lists. */
export function compareJson(old: string, now: string): Relation {
  const [before, after] = [read(old), read(now)];
  if (before === undefined || after === undefined) return compareText(old, now);
  if (isDeepStrictEqual(before.value, after.value)) return { is: 'same' };
  const lost = firstLost(before.value, after.value, '');
  return lost === undefined
    ? { is: 'grown' }
    : { is: 'edited', why: `${lost || 'its value'} is not there any more as it was` };
}

/** The path of the first part of `old` that `now` does not have. */
function firstLost(old: unknown, now: unknown, path: string): string | undefined {
  if (Array.isArray(old) && Array.isArray(now)) {
    const at = old.findIndex((one, index) => !isDeepStrictEqual(one, now[index]));
    return at < 0 ? undefined : `${path}[${at}]`;
  }
  if (!isRecord(old) || !isRecord(now)) return isDeepStrictEqual(old, now) ? undefined : path;
  for (const [key, value] of Object.entries(old)) {
    const where = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(now, key)) return where;
    const lost = firstLost(value, now[key], where);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** Snapshots grow by entries; each old one stays as it is. A file that is one snapshot as a whole cannot grow. */
export function compareSnapshots(old: string, now: string): Relation {
  if (old === now) return { is: 'same' };
  const [before, after] = [entriesOf(old), entriesOf(now)];
  if (before.size === 0 && old.trim() !== '')
    return { is: 'edited', why: 'it is one snapshot, which differs' };
  for (const [name, value] of before) {
    if (after.get(name) !== value)
      return { is: 'edited', why: `the entry "${name.slice(0, 80)}" is not there as it was` };
  }
  return { is: before.size === after.size ? 'same' : 'grown' };
}

/** Of jest, vitest and node:test (`exports[…] = …;`), or of syrupy (`# name: …`). A name that comes twice has no value. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const scripts = text.matchAll(/^exports\[`((?:\\.|[^`\\])*)`\] = (`(?:\\.|[^`\\])*`);?$/gms);
  const blocks = text.matchAll(/^# name: ([^\n]*)\n(.*?)^# ---$/gms);
  for (const [, name = '', value = ''] of [...scripts, ...blocks])
    found.set(name, found.has(name) ? '' : value);
  return found;
}

function read(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
