import { posix } from 'node:path';
import { matches, parseGlob } from '../../hands/glob-match.ts';
import { lostSections, parseJson, record } from '../merge-manifest.ts';
import { asksOfListed, namesInListed } from './listed.ts';
import { asksOfLock, namesInLock } from './locks.ts';
import { type Ask, asksOfPackage, folders, needsOf, type Workspaces } from './package-json.ts';

/** A manifest or lock file that both sides may have. */
export interface Versions {
  readonly path: string;
  readonly old: string | undefined;
  readonly now: string;
}

/** All manifests of the base, to know what belongs to it. */
export interface Manifests {
  readonly workspaces: Workspaces;
  /** What they need, by name. */
  readonly direct: ReadonlySet<string>;
  /** Commands of checks and of init.sh, and what they lead to. */
  readonly commands: string;
}

/** Sections of Cargo.toml that say how tests are built and run. */
const cargoRules = /^\[+(profile|lints|test|bench|workspace\.lints)\b/;

/** What a manifest or a lock file asks a person for. */
export function asksOfNeeds(
  { path, old, now }: Versions,
  { workspaces, direct, commands }: Manifests,
): readonly Ask[] {
  if (posix.basename(path) === 'package.json') {
    const [before, after] = [parseJson(old ?? ''), parseJson(now)];
    if (after === undefined)
      return old === undefined ? [] : [{ code: 'rules.edited', why: 'it cannot be read any more' }];
    return asksOfPackage(path, old === undefined ? undefined : (before ?? {}), after, {
      workspaces,
      commands,
    });
  }
  const listed = asksOfListed(path, old ?? '', now);
  if (listed === undefined) return old === undefined ? [] : asksOfLock(path, old, now, direct);
  const kept = /\.(cfg|toml)$/.test(path) ? (old ?? '') : '';
  const steering = /Cargo\.toml$/.test(path)
    ? cargoRules
    : /^\[+tool|^\[tool:|^\[(?!package|depend|build|lib|bin|features|workspace|target|patch)/;
  const lost = lostSections(kept, now).filter((head) => steering.test(head));
  return [
    ...listed,
    ...lost.map((head): Ask => ({ code: 'rules.edited', why: `${head} was changed or removed` })),
  ];
}

/** A manifest or a lock file. */
export interface Text {
  readonly path: string;
  readonly text: string;
}

/** Reads what the manifests and lock files of the base say together. `commands`: see Manifests. `brought`: what the candidate adds or edits. */
export function readManifests(
  files: readonly Text[],
  commands: string,
  brought: readonly Text[] = [],
): Manifests {
  const [packages, now] = [packagesIn(files), packagesIn(brought)];
  const globs = globsOf(packages);
  const globsNow = [...globs, ...globsOf(now)];
  const needed = new Set(packages.flatMap(({ manifest }) => [...needsOf(manifest).keys()]));
  const others = files.flatMap(({ path, text }) => namesInListed(path, text));
  const at = (folder: string) => packages.find((one) => one.folder === folder);
  const scripts = packages.flatMap(({ manifest }) => Object.values(record(manifest['scripts'])).map(String));
  return {
    direct: new Set([...needed, ...others]),
    commands,
    workspaces: {
      has: (folder) => at(folder) !== undefined || globs.some((glob) => matches(glob, folder)),
      takesIn: (folder) => globsNow.some((glob) => matches(glob, folder)),
      fresh: (folder) =>
        at(folder) === undefined ? now.find((one) => one.folder === folder)?.manifest : undefined,
      nameOf: (folder) => at(folder)?.manifest['name'] as string | undefined,
      names: new Set(packages.map(({ manifest }) => String(manifest['name'] ?? ''))),
      needed: new Set([...needed, ...files.flatMap(({ path, text }) => namesInLock(path, text))]),
      words: new Set(scripts.flatMap((script) => script.split(/[\s;&|()'"`]+/))),
    },
  };
}

function packagesIn(files: readonly Text[]) {
  return files.flatMap(({ path, text }) => {
    const manifest = posix.basename(path) === 'package.json' ? parseJson(text) : undefined;
    return manifest === undefined ? [] : [{ folder: posix.dirname(path), manifest }];
  });
}

function globsOf(packages: ReturnType<typeof packagesIn>) {
  return packages
    .flatMap(({ folder, manifest }) => folders(manifest).map((one) => posix.join(folder, one)))
    .map((one) => parseGlob(`${one.replace(/\/$/, '')}`))
    .filter((glob) => typeof glob !== 'string');
}
