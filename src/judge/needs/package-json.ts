import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isPlaceholder, type Json, record, steering } from '../merge-manifest.ts';

/** What a change of a manifest or lock file asks for. */
export interface Ask {
  readonly code: 'rules.dependencies' | 'rules.edited';
  readonly why: string;
}

/** Folders and names of packages that live in the repository. */
export interface Workspaces {
  /** Whether this folder is one of them, by the base. */
  has(folder: string): boolean;
  readonly names: ReadonlySet<string>;
  /** Names of packages that some manifest of the base needs. */
  readonly needed: ReadonlySet<string>;
}

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
  workspaces: Workspaces,
): readonly Ask[] {
  return [
    ...(old === undefined ? ofNew(now, workspaces) : ofRules(old, now)),
    ...ofNeeds(path, old ?? {}, now, workspaces),
  ];
}

/** A package of the repository that is called like one from elsewhere is installed in its place. */
function ofNew(now: Json, { names, needed }: Workspaces): readonly Ask[] {
  const name = now['name'];
  if (typeof name !== 'string' || names.has(name) || !needed.has(name)) return [];
  return [
    {
      code: 'rules.dependencies',
      why: `a package of the repository is called "${name}", as one that is installed`,
    },
  ];
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
    const bad = had.has(name) ? undefined : specs.find((spec) => !isWelcome(path, name, spec, workspaces));
    if (bad !== undefined) refuse(`"${name}" points to ${bad}, which is no range of versions`);
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

/** A range of versions, or a tag, or a package that lives in the repository already. */
function isWelcome(path: string, name: string, spec: string, { has, names }: Workspaces): boolean {
  if (/^[\w.*^~<>=|+\s-]*$/.test(spec)) return true;
  const folder = /^(?:file|link|portal|workspace):(\.{0,2}\/.*)$/.exec(spec)?.[1];
  if (folder !== undefined) return has(posix.join(posix.dirname(path), folder).replace(/\/$/, ''));
  return /^workspace:[\w.*^~]*$/.test(spec) && names.has(name);
}

/** The globs of the folders that hold packages. */
export function folders(manifest: Json): readonly string[] {
  const { workspaces } = manifest as { workspaces?: unknown };
  const list = Array.isArray(workspaces) ? workspaces : record(workspaces)['packages'];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}
