import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isTestLibrary } from '../meaning/libraries.ts';
import { isPlaceholder, type Json, record, steering } from '../merge-manifest.ts';
import { startedUnnamed } from './lifecycle.ts';

/** What a change of a manifest or lock file asks for. */
export interface Ask {
  readonly code: 'rules.dependencies' | 'rules.edited';
  readonly why: string;
}

/** Folders and names of packages that live in the repository. */
export interface Workspaces {
  /** Whether this folder is one of them, by the base. */
  has(folder: string): boolean;
  /** Whether an install of the whole repository takes in a package of this folder. */
  takesIn(folder: string): boolean;
  /** The manifest that the candidate brings for this folder, where the base has none. */
  fresh(folder: string): Json | undefined;
  /** The name that the base gives to the package of this folder. */
  nameOf(folder: string): string | undefined;
  readonly names: ReadonlySet<string>;
  /** Names of packages that some manifest of the base needs, or that a lock file of the base holds. */
  readonly needed: ReadonlySet<string>;
  /** Words of the base's scripts: programs that they start are among them. */
  readonly words: ReadonlySet<string>;
}

/** Scripts that whoever installs a package starts without being asked. */
const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
const programs = /^(node|nodejs|npm|npx|pnpm|yarn|bun|corepack|sh|bash|env|git|python3?|pytest)$/;

const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
/** They say what is installed in the place of what was asked for. */
const replacing = [
  'overrides',
  'resolutions',
  'pnpm',
  'dependenciesMeta',
  'packageExtensions',
  'bundleDependencies',
  'bundledDependencies',
];

/** What a package.json that the base has asks for; `old` undefined: it is new. */
export function asksOfPackage(
  path: string,
  old: Json | undefined,
  now: Json,
  { workspaces, commands }: { readonly workspaces: Workspaces; readonly commands: string },
): readonly Ask[] {
  // Where there was no manifest to hold anything, its scripts are as new as the rest; a package of a repository is not
  // alone: whoever installs starts its scripts too.
  const joins = old !== undefined || workspaces.has(posix.dirname(path));
  const harm = ofInstall(path, old, now, workspaces);
  const unasked = joins && harm.length === 0 ? startedUnnamed(old, now, commands) : [];
  return [
    ...harm,
    ...(old === undefined ? [] : ofRules(old, now)),
    ...unasked.map(
      (name): Ask => ({ code: 'rules.edited', why: `the script "${name}" was added, which starts unasked` }),
    ),
    ...ofNeeds(path, old ?? {}, now, workspaces),
  ];
}

/** What it does to whoever installs the repository. */
function ofInstall(path: string, old: Json | undefined, now: Json, workspaces: Workspaces): readonly Ask[] {
  if (old === undefined) return ofNew(path, now, workspaces);
  return path === 'package.json' ? [] : ofHarm(harmOf(now, workspaces), harmOf(old, workspaces));
}

/** A package of the repository that is called like one from elsewhere is installed in its place. */
function ofNew(path: string, now: Json, workspaces: Workspaces): readonly Ask[] {
  const name = now['name'];
  if (typeof name === 'string' && !workspaces.names.has(name) && workspaces.needed.has(name))
    return ofHarm(`a package of the repository is called "${name}", as one that is installed`);
  return workspaces.takesIn(posix.dirname(path)) ? ofHarm(harmOf(now, workspaces)) : [];
}

function ofHarm(harm: string | undefined, before?: string): readonly Ask[] {
  return harm === undefined || harm === before ? [] : [{ code: 'rules.dependencies', why: harm }];
}

/** What an install of a package of the repository would do besides putting it in its place. */
function harmOf(manifest: Json, { words }: Workspaces): string | undefined {
  const script = atInstall.find((one) => record(manifest['scripts'])[one] !== undefined);
  if (script !== undefined) return `whoever installs it starts its script "${script}"`;
  const { bin, name } = manifest;
  const own = typeof bin === 'string' ? [String(name).replace(/^.*\//, '')] : Object.keys(record(bin));
  const program = own.find((one) => programs.test(one) || words.has(one));
  return program === undefined ? undefined : `its program "${program}" is found before the one of that name`;
}

function ofRules(old: Json, now: Json): readonly Ask[] {
  const asks: Ask[] = [];
  const edited = (why: string) => asks.push({ code: 'rules.edited', why });
  const [had, has] = [record(old['scripts']), record(now['scripts'])];
  for (const [name, script] of Object.entries(had)) {
    if (has[name] === script || isPlaceholder(script)) continue;
    edited(`the script "${name}" was ${has[name] === undefined ? 'removed' : 'changed'}`);
  }
  for (const key of steering) {
    if (key === 'scripts' || key === 'agentloop' || old[key] === undefined) continue;
    if (!isDeepStrictEqual(old[key], now[key])) edited(`"${key}" was changed`);
  }
  for (const [name, target] of Object.entries(record(old['imports'])))
    if (!isDeepStrictEqual(record(now['imports'])[name], target))
      edited(`"${name}" of "imports" was changed`);
  const lost = folders(old).filter((one) => !folders(now).includes(one));
  if (lost.length > 0) edited(`"${lost[0]}" is no workspace any more`);
  return asks;
}

function ofNeeds(path: string, old: Json, now: Json, workspaces: Workspaces): readonly Ask[] {
  const asks: Ask[] = [];
  const refuse = (why: string) => asks.push({ code: 'rules.dependencies', why });
  const [had, has] = [needsOf(old), needsOf(now)];
  for (const [name, specs] of had) {
    const now_ = has.get(name);
    if (now_ === undefined) refuse(`"${name}" was removed`);
    else if (!specs.every((spec) => now_.includes(spec)) || now_.some((spec) => !specs.includes(spec)))
      refuse(`"${name}" was changed from ${specs.join(', ')} to ${now_.join(', ')}`);
  }
  for (const [name, specs] of has) {
    for (const spec of had.has(name) ? [] : specs) {
      const why = unwelcome(path, name, spec, workspaces);
      if (why !== undefined) refuse(`"${name}" points to ${spec}, ${why}`);
    }
  }
  for (const key of replacing)
    if (!isDeepStrictEqual(old[key], now[key]))
      refuse(`"${key}" was ${old[key] === undefined ? 'added' : 'changed'}`);
  const manager = now['packageManager'];
  const known =
    old['packageManager'] === undefined && /^(npm|pnpm|yarn|bun)@\d[\w.+-]*$/.test(String(manager));
  if (manager !== old['packageManager'] && !known) refuse('"packageManager" was changed');
  return asks;
}

/** What a manifest needs by name, with each version it asks for. */
export function needsOf(manifest: Json): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const section of sections)
    for (const [name, spec] of Object.entries(record(manifest[section])))
      all.set(name, [...new Set([...(all.get(name) ?? []), String(spec)])].sort());
  return all;
}

/** Why something new is neither a range of versions, nor a tag, nor a package of the repository; undefined: it is. */
function unwelcome(path: string, name: string, spec: string, workspaces: Workspaces): string | undefined {
  if (/^[\w.*^~<>=|+\s-]*$/.test(spec)) return undefined;
  if (/^workspace:[\w.*^~]*$/.test(spec) && workspaces.names.has(name)) return undefined;
  const none = 'which is no range of versions';
  const [, relative] = /^(?:file|link|portal|workspace):(?![/~*^])(.+)$/.exec(spec) ?? [];
  if (relative === undefined) return none;
  const folder = posix.join(posix.dirname(path), relative).replace(/\/$/, '');
  const fresh = workspaces.fresh(folder);
  if (folder.startsWith('..') || (fresh === undefined && !workspaces.has(folder))) return none;
  // It is installed under the name that stands here, whatever it calls itself.
  if (workspaces.nameOf(folder) === name) return undefined;
  if (workspaces.needed.has(name) || isTestLibrary(name) || programs.test(name))
    return 'a package of the repository in the place of one that is installed';
  return fresh === undefined ? undefined : harmOf(fresh, workspaces);
}

/** The globs of the folders that hold packages. */
export function folders(manifest: Json): readonly string[] {
  const { workspaces } = manifest as { workspaces?: unknown };
  const list = Array.isArray(workspaces) ? workspaces : record(workspaces)['packages'];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}
