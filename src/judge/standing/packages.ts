import { posix } from 'node:path';
import { namesOfPath } from '../meaning/modules.ts';
import { type Json, parseJson, record } from '../merge-manifest.ts';
import { type Alias, type Aliases, aliasesIn, pathOf } from './aliases.ts';

/** A package.json of the tree, and the names under which programs of the tree reach its folder. */
interface Package {
  readonly folder: string;
  readonly manifest: Json;
}

const entries = ['source', 'module', 'main', 'browser', 'types'];
const needs = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
/** Where builds put what they make of the sources. */
const built = /(^|\/)(dist|build|lib|out|esm|cjs|es)\//;

/** The keys of a package.json that say by which names its files are found. */
export const naming = ['name', 'exports', 'imports', ...entries];

/**
 * What names in scripts stand for that are no relative paths: packages of the repository by their name or by that of a
 * dependency on their folder, `imports` of package.json, and what configuration calls paths.
 */
export class Packages {
  readonly #packages: readonly Package[];
  readonly #byName = new Map<string, Package[]>();
  readonly #aliases: readonly Alias[];
  readonly #roots: Aliases['roots'];

  constructor(names: readonly string[], text: (name: string) => string) {
    this.#packages = names
      .filter((name) => posix.basename(name) === 'package.json')
      .flatMap((name) => {
        const manifest = parseJson(text(name));
        return manifest === undefined ? [] : [{ folder: posix.dirname(name), manifest }];
      });
    for (const one of this.#packages) {
      this.#call(String(one.manifest['name'] ?? ''), one);
      for (const [name, folder] of foldersNeeded(one)) {
        const target = this.#packages.find((other) => other.folder === folder);
        if (target !== undefined) this.#call(name, target);
      }
    }
    const { aliases, roots } = aliasesIn(names, text);
    this.#aliases = aliases;
    this.#roots = roots;
  }

  #call(name: string, one: Package): void {
    const known = this.#byName.get(name) ?? [];
    if (name !== '' && !known.includes(one)) this.#byName.set(name, [...known, one]);
  }

  /** Paths that a name may stand for, those of files with or without their ending. */
  targets(from: string, specifier: string): readonly string[] {
    if (/^(\.{1,2}(\/|$)|\/|\w+:)/.test(specifier)) return [];
    if (specifier.startsWith('#')) {
      const owner = this.#owner(from, (one) => one.manifest['imports'] !== undefined);
      const found = owner === undefined ? [] : matched(record(owner.manifest['imports']), specifier);
      const own = found.flatMap((one) =>
        one.startsWith('.') ? [posix.join(owner?.folder ?? '', one)] : this.targets(from, one),
      );
      return [...own, ...this.#configured(specifier)];
    }
    return [...this.#ofPackages(specifier), ...this.#configured(specifier)];
  }

  /** Of the name of a package from elsewhere, what would be found before it. */
  inPlaceOf(specifier: string): readonly string[] {
    const roots = this.#roots.filter(({ byRunner }) => byRunner);
    return [...this.#ofPackages(specifier), ...roots.map(({ folder }) => posix.join(folder, specifier))];
  }

  /** Of a bare name, what packages of the repository give under it. */
  #ofPackages(specifier: string): readonly string[] {
    const [, name = '', rest = ''] = /^(@[^/]+\/[^/]+|[^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
    return (this.#byName.get(name) ?? []).flatMap((one) => targetsIn(one, rest));
  }

  /** What `import` of a folder gives, where its package.json says it. */
  ofFolder(folder: string): readonly string[] {
    const own = this.#packages.find((one) => one.folder === folder);
    return own === undefined
      ? []
      : targetsIn({ ...own, manifest: { ...own.manifest, exports: undefined } }, '');
  }

  /** Words of which one stands in every program that loads this file by another name than its path. */
  words(file: string): readonly string[] {
    const owner = this.#owner(file, () => true);
    const called = [...this.#byName].filter(([, ones]) => ones.some((one) => isIn(file, one.folder)));
    const imports = Object.keys(record(owner?.manifest['imports'])).map((key) => key.split('*')[0] ?? '');
    const aliases = this.#aliases
      .filter(({ target }) => target === '' || file.startsWith(target.split(/[*$]/)[0] ?? ''))
      .map(({ word }) => word);
    return [...called.map(([name]) => name), ...imports, ...aliases].filter((word) => word.length > 1);
  }

  /** The folder of the package that a file is part of; the top where there is none. */
  folderOf(file: string): string {
    return this.#owner(file, ({ manifest }) => manifest['name'] !== undefined)?.folder ?? '.';
  }

  #configured(specifier: string): readonly string[] {
    const roots = this.#roots.map(({ folder }) => posix.join(folder, specifier));
    return [...this.#aliases.flatMap((alias) => pathOf(alias, specifier) ?? []), ...roots];
  }

  #owner(file: string, fits: (one: Package) => boolean): Package | undefined {
    const above = this.#packages.filter((one) => isIn(file, one.folder) && fits(one));
    return above.sort((a, b) => b.folder.length - a.folder.length)[0];
  }
}

function isIn(file: string, folder: string): boolean {
  return folder === '.' || file.startsWith(`${folder}/`);
}

function foldersNeeded({ folder, manifest }: Package): readonly (readonly [string, string])[] {
  return needs.flatMap((key) =>
    Object.entries(record(manifest[key])).flatMap(([name, spec]) => {
      const [, path] = /^(?:file|link|portal|workspace):([^*^~].*)$/.exec(String(spec)) ?? [];
      return path === undefined ? [] : [[name, posix.join(folder, path).replace(/\/$/, '')] as const];
    }),
  );
}

/** `rest`: what comes after the name of the package; empty: the package itself. */
function targetsIn({ folder, manifest }: Package, rest: string): readonly string[] {
  const { exports } = manifest;
  const given =
    exports === undefined ? undefined : matched(subpaths(exports), rest === '' ? '.' : `./${rest}`);
  const named = entries.flatMap((key) => (typeof manifest[key] === 'string' ? [String(manifest[key])] : []));
  const plain = given ?? (rest === '' ? [...named, 'index', 'src/index'] : [rest, `src/${rest}`]);
  return plain.flatMap((one) => {
    const path = posix.join(folder, one);
    const source = path.replace(built, '$1src/').replace(/(\.d)?\.([cm]?)[jt]s$/, '');
    return built.test(path) ? [path, source] : [path];
  });
}

function subpaths(exports: unknown): Json {
  const table = record(exports);
  return Object.keys(table).some((key) => key.startsWith('.')) ? table : { '.': exports };
}

/** The paths that a table of names gives for one of them, under any condition. */
function matched(table: Json, name: string): readonly string[] {
  if (table[name] !== undefined) return leaves(table[name]);
  for (const [key, value] of Object.entries(table)) {
    const [before = '', after] = key.split('*');
    if (after === undefined || !name.startsWith(before) || !name.endsWith(after)) continue;
    const star = name.slice(before.length, name.length - after.length);
    return leaves(value).map((one) => one.replaceAll('*', star));
  }
  return [];
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** The first file of the tree that one of these paths stands for. */
export function firstFile(paths: readonly string[], has: (name: string) => boolean): string | undefined {
  for (const path of paths) {
    const found = namesOfPath(path).find(has);
    if (found !== undefined) return found;
  }
  return undefined;
}
