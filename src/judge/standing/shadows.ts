import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Has, namesOfFile, namesOfPath, relativePath } from '../meaning/modules.ts';
import { languageOf } from '../syntax.ts';
import { type About, kindBy } from './closure.ts';
import { wordOf } from './loaders.ts';
import type { Packages } from './packages.ts';
import { isAbove, leads, pythonPaths, takeOver } from './python-paths.ts';
import { setUpBy } from './set-up.ts';

/** What the candidate has beside the base. */
export interface Beside {
  /** New files, and manifests that name other files than before. */
  readonly changed: readonly string[];
  readonly inCandidate: Has;
  readonly packages: Packages;
  /** Test files of the base that were loaded there: what they name was found. */
  readonly loaded: ReadonlySet<string>;
  /** Names of packages that manifests of the base need. */
  readonly needed: ReadonlySet<string>;
  /** Whether a new `__init__.py` does nothing but make a package of a folder, and give on what is in it. */
  onlyPacks(file: string): boolean;
  /** Where a file of the base stands now, if it was renamed. */
  readonly moved: (file: string) => string | undefined;
}

/** A file that would be loaded in the place of another one. */
export interface Shadow {
  readonly file: string;
  /** The new file or manifest that does it. */
  readonly by: string;
  /** What is loaded on the base: a file, or the name of a package from elsewhere. */
  readonly instead: string;
}

/**
 * Files that tests of the base, their helpers or configuration would load in the place of what they load on the base.
 * A source in the place of a source is the work; anything else changes the tests without touching them. Which of several
 * files comes first is different from tool to tool: whoever could come first counts.
 */
export function shadowsOf(about: About, beside: Beside): readonly Shadow[] {
  const found = new Map<string, Shadow>();
  const words = new Set(
    beside.changed.flatMap((file) => [
      wordOf(file),
      ...beside.packages.words(file),
      ...about.shelf.packages.words(file),
    ]),
  );
  const programs = new Set([...words].flatMap((word) => about.shelf.mentions(word)));
  for (const name of programs) {
    if (languageOf(name) === undefined) continue;
    for (const specifier of about.shelf.specifiers(name)) {
      const shadow = shadowIn(name, specifier, about, beside);
      if (shadow === undefined || found.has(shadow.by)) continue;
      if (guarded(name, about)) found.set(shadow.by, shadow);
    }
  }
  for (const file of beside.changed) {
    const twin = about.shelf.names.find((one) => one !== file && bare(one) === bare(file));
    if (twin !== undefined && beside.inCandidate(twin) && setUpBy(file, about) && setUpBy(twin, about))
      found.set(file, { file, by: file, instead: twin });
  }
  return [...found.values()];
}

function shadowIn(name: string, specifier: string, about: About, beside: Beside): Shadow | undefined {
  const isPython = languageOf(name) === 'python';
  const { shelf } = about;
  const instead = shelf.fileOf(name, specifier);
  if (instead === undefined) return ofElsewhere(name, specifier, about, beside);
  // What is gone or was renamed is looked at by itself.
  if (!beside.inCandidate(instead)) return undefined;
  if (isPython && !leads(name, specifier, instead)) return undefined;
  const before = isPython
    ? pythonPaths(name, specifier, shelf, shelf.has)
    : scriptPaths(name, specifier, shelf.has, shelf.packages);
  const after = isPython
    ? pythonPaths(name, specifier, shelf, beside.inCandidate)
    : scriptPaths(name, specifier, beside.inCandidate, beside.packages);
  const file = [...after].find(
    (one) =>
      !before.has(one) &&
      beside.moved(instead) !== one &&
      !(isPython && isAbove(one, instead) && beside.onlyPacks(one)),
  );
  if (file === undefined || !(guarded(instead, about) || isOfTests(file, about))) return undefined;
  return { file, by: blamed(file, specifier, beside), instead };
}

/** A package from elsewhere is found where the repository has none of its name; a test that ran has found it. */
function ofElsewhere(
  name: string,
  specifier: string,
  { shelf, kind }: About,
  beside: Beside,
): Shadow | undefined {
  const wasFound = kind(name) === 'test' ? beside.loaded.has(name) : beside.loaded.size > 0;
  if (!wasFound || relativePath(name, specifier) !== undefined) return undefined;
  if (languageOf(name) === 'python') {
    const top = specifier.split('.')[0] ?? '';
    const file = takeOver(name, top, shelf, beside.inCandidate);
    const isNeeded = beside.needed.has(top.toLowerCase().replaceAll('_', '-'));
    return file === undefined || !isNeeded ? undefined : { file, by: file, instead: `the package "${top}"` };
  }
  if (isBuiltin(specifier)) return undefined;
  const file = beside.packages.inPlaceOf(specifier).flatMap(namesOfPath).find(beside.inCandidate);
  const instead = `the package "${specifier}"`;
  return file === undefined ? undefined : { file, by: blamed(file, specifier, beside), instead };
}

/** Every file that a name may stand for in a script. A path with its ending is that file, or what is compiled to it. */
function scriptPaths(name: string, specifier: string, has: Has, packages: Packages): ReadonlySet<string> {
  const path = relativePath(name, specifier);
  const paths = path === undefined ? packages.targets(name, specifier) : [path, ...packages.ofFolder(path)];
  const found = new Set<string>();
  for (const one of paths) {
    const names = has(one) ? namesOfFile(one) : namesOfPath(one);
    for (const file of names.filter(has)) found.add(file);
    if (one === path && has(one)) break;
  }
  return found;
}

/** The change by which a file is found: itself if it is new, else the manifest that names it. */
function blamed(file: string, specifier: string, { changed }: Beside): string {
  if (changed.includes(file)) return file;
  const manifests = changed.filter((one) => posix.basename(one) === 'package.json');
  return (
    manifests.find((one) => file.startsWith(one.slice(0, -'package.json'.length))) ??
    manifests[0] ??
    specifier
  );
}

/** Whether a file of the base is more than a source to the judge. */
function guarded(file: string, about: About): boolean {
  return isOfTests(file, about) || kindBy(file, about) !== undefined;
}

function isOfTests(file: string, { kind }: About): boolean {
  return ['test', 'helper', 'config'].includes(kind(file));
}

function bare(file: string): string {
  return file.replace(/\.\w+$/, '').replace(/\/(index|__init__)$/, '');
}
