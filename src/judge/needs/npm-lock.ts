import { type Json, record } from '../merge-manifest.ts';

/** One package of a lock file: which version stands where, and where it comes from. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** Where it is taken from and what it must be, as one text; empty where the file does not tell. */
  readonly from: string;
  /** Whether it comes from a registry of packages, as far as the file tells. */
  readonly registry: boolean;
}
export type Lock = ReadonlyMap<string, Locked>;

/** The packages of a package-lock.json by their place; both forms of it. */
export function readNpmLock(lock: Json): Lock {
  const all = new Map<string, Locked>();
  for (const [place, entry] of Object.entries(record(lock['packages']))) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (place.includes('node_modules/')) all.set(place, locked(name, record(entry)));
  }
  if (lock['packages'] === undefined) readOldForm(record(lock['dependencies']), '', all);
  return all;
}

function readOldForm(dependencies: Json, above: string, all: Map<string, Locked>): void {
  for (const [name, value] of Object.entries(dependencies)) {
    const place = `${above}node_modules/${name}`;
    all.set(place, locked(name, record(value)));
    readOldForm(record(record(value)['dependencies']), `${place}/`, all);
  }
}

function locked(name: string, entry: Json): Locked {
  const text = (key: string) => (typeof entry[key] === 'string' ? (entry[key] as string) : '');
  const [version, resolved] = [text('version'), text('resolved')];
  const file = `${name.split('/').at(-1)}-${version}.tgz`;
  const tarball = /^https?:\/\/[^?#]+$/.test(resolved) && resolved.endsWith(`/${name}/-/${file}`);
  const own = entry['name'] === undefined || entry['name'] === name;
  const plain = resolved === '' && /^\d/.test(version);
  return {
    name,
    version,
    from: [resolved, text('integrity')].join(' ').trim(),
    registry: own && (entry['link'] === true || tarball || plain),
  };
}
