import { posix } from 'node:path';
import { isAssertion, isTestLibrary } from '../meaning/libraries.ts';
import { parseJson } from '../merge-manifest.ts';
import type { Kind } from '../protected.ts';
import { isReadInto } from '../read-into-shell.ts';
import { languageOf } from '../syntax.ts';
import { loadersOf, type Shelf, stringsIn } from './loaders.ts';
import { setUpBy } from './set-up.ts';
import { checksBy } from './used-to-check.ts';

/** Called like something that only tests have. */
const forTests =
  /(^|[/._-])(mocks?|stubs?|fakes?|fixtures?|testing|test-?utils?|test-?helpers?|testdata|expected|goldens?)([/._-]|$)/i;
/** Folders that may be for tests, outside of those for sources. */
const maybeForTests = /(^|\/)([\w-]*[-_])?(helpers?|support|specs?|tests?|utils-for-tests)\//i;
/** Where a program begins. */
const entry = /(^|\/)(index|main|cli|app|server|mod|lib|__init__|__main__|manage)\.\w+$/;
const sourceFolder = /(^|\/)(src|lib|app|bin|cmd|pkg)\//;
/** A package that is called like one of assertions. */
const checkingPackage =
  /(^|[/@-])(asserts?|assertions?|expect|expectations|matchers|test-?kit|test-?(support|lib|tools?)|testers?)(-[\w-]+)?$/i;
const dataFile = /\.(json|txt|csv|tsv|xml|ya?ml|html?|svg|out|expected|golden|in|sql|bin|dat|png|pdf)$/i;
const checking =
  /(^|[/._-])(verify|verification|verifier|checks?|checker|smoke|acceptance|prove|proofs?|assert|qa|f\d{2,4})([/._-]|$)/i;

const settings = /(^|[./])(env|conf|cfg|ini|properties|vars|rc)$/i;
const program = /\.(sh|bash|[cm]?[jt]sx?|py|rb|php|pl|lua)$/;

/**
 * Whether a program that a verify command starts is there to look at others, by its name or because it asserts. What
 * stands among the sources is started to see it work.
 */
export function looksAtOthers(file: string, asserts: boolean): boolean {
  if (sourceFolder.test(file) || !program.test(file)) return false;
  return asserts || checking.test(file) || /(^|[/._-])(tests?|specs?|accept)([/._-])/i.test(file);
}

/** What is known of the base besides its files. */
export interface About {
  readonly shelf: Shelf;
  /** By name alone. */
  kind(name: string): Kind;
  /** Verify commands of all features. */
  readonly verify: string;
  /** Commands of checks and of init.sh, with the scripts they lead to. */
  readonly commands: string;
}

/**
 * Files of the base that are called like sources and are none: what only tests load, what configuration names, what
 * verify commands start. Only the files asked for are looked at.
 */
export function findProtected(files: readonly string[], about: About): ReadonlyMap<string, Kind> {
  const found = new Map<string, Kind>();
  for (const file of files) {
    const kind = kindBy(file, about);
    if (kind !== undefined) found.set(file, kind);
  }
  return found;
}

/** Copies of other people's packages: what tests assert with may be among them. */
const vendored = /(^|\/)(vendor|third_party|node_modules)\//;

/** The kind of one such file; undefined: it is what its name says. */
export function kindBy(file: string, about: About): Kind | undefined {
  if (vendored.test(file) || setUpBy(file, about) || isSettings(file, about)) return 'config';
  const loaders = loadersOf(about.shelf, file);
  if (isVerifier(file, loaders, about)) return 'config';
  if (loaders.length > 0) {
    if (loaders.every((one) => about.kind(one) === 'config') && !entry.test(file)) return 'config';
    if (isHelper(file, about, new Set())) return 'helper';
  }
  return languageOf(file) === undefined && isExpected(file, about) ? 'helper' : undefined;
}

/** Loaded by tests alone, directly or through others of its kind, and made for tests by its name or by what it takes. */
function isHelper(file: string, about: About, above: Set<string>): boolean {
  if (above.has(file)) return false;
  above.add(file);
  const loaders = loadersOf(about.shelf, file);
  const isOfTests = (one: string) => {
    const kind = about.kind(one);
    return (
      kind === 'test' ||
      kind === 'helper' ||
      kind === 'config' ||
      (kind === 'source' && isHelper(one, about, above))
    );
  };
  if (loaders.length === 0 || !loaders.every((one) => above.has(one) || isOfTests(one))) return false;
  if (isHelperPackage(file, loaders, about) || loaders.some((one) => checksBy(about.shelf, one, file)))
    return true;
  if (isPartOfHelper(file, loaders, about)) return true;
  if (isPublished(file, about)) return false;
  if (forTests.test(file) || (maybeForTests.test(file) && !sourceFolder.test(file))) return true;
  if (entry.test(file)) return false;
  const takes = [...about.shelf.loads(file)];
  return takes.some(isTestLibrary) || (takes.some(isAssertion) && !sourceFolder.test(file));
}

/**
 * A package of the repository that tests outside of it load, and that is there for tests: by its name, or because it
 * takes a library for tests.
 */
function isHelperPackage(file: string, loaders: readonly string[], { shelf }: About): boolean {
  const folder = shelf.packages.folderOf(file);
  if (folder === '.' || loaders.every((one) => one.startsWith(`${folder}/`))) return false;
  const { name } = parseJson(shelf.text(`${folder}/package.json`)) ?? {};
  return checkingPackage.test(String(name)) || [...shelf.loads(file)].some(isTestLibrary);
}

/** Loaded by nothing but helpers, and part of the package of one of them, or beside or below it outside of sources. */
function isPartOfHelper(file: string, loaders: readonly string[], { shelf, kind }: About): boolean {
  if (loaders.some((one) => ['test', 'config'].includes(kind(one)))) return false;
  const folder = shelf.packages.folderOf(file);
  const isNear = (one: string) =>
    posix.dirname(one) !== '.' && `${posix.dirname(file)}/`.startsWith(`${posix.dirname(one)}/`);
  return loaders.some((one) =>
    folder === '.' ? !sourceFolder.test(file) && isNear(one) : shelf.packages.folderOf(one) === folder,
  );
}

/** Whether package.json gives it to others. */
function isPublished(file: string, { shelf }: About): boolean {
  if (shelf.packages.folderOf(file) !== '.' && shelf.has(`${shelf.packages.folderOf(file)}/package.json`))
    return false;
  const { main, module, types, exports, bin, browser } = parseJson(shelf.text('package.json')) ?? {};
  const stem = posix.basename(file).replace(/\.\w+$/, '');
  const given = JSON.stringify([main, module, types, exports, bin, browser]);
  return new RegExp(`[/"]${stem.replace(/[^\w]/g, '\\$&')}[."]`).test(given);
}

/** Data that a test names by its path, and that no source and no script speaks of. */
function isExpected(file: string, { shelf, kind }: About): boolean {
  if (!dataFile.test(file)) return false;
  const name = posix.basename(file);
  const mentions = shelf.mentions(name);
  const isTest = (one: string) => kind(one) === 'test' || kind(one) === 'helper';
  if (mentions.length === 0 || mentions.some((one) => one !== file && !isTest(one))) return false;
  const folder = posix.basename(posix.dirname(file));
  return mentions.some((test) => {
    const program = shelf.program(test);
    if (program === undefined) return false;
    const strings = stringsIn(program);
    return strings.some((one) => {
      if (posix.normalize(one) === file || posix.join(posix.dirname(test), one) === file) return true;
      return (
        one === name &&
        (strings.some((other) => posix.basename(other) === folder) ||
          posix.dirname(test) === posix.dirname(file))
      );
    });
  });
}

/**
 * What commands read into their own shell decides what they do. For a verify command a file of functions may be the work
 * itself; one that only sets variables is not.
 */
function isSettings(file: string, { shelf, commands, verify }: About): boolean {
  if (isReadInto(commands, file)) return true;
  const isLibrary = /^\s*(function\s+[\w.-]+|[\w.-]+\s*\(\s*\))/m.test(shelf.text(file));
  return isReadInto(verify, file) && !isLibrary && (shelf.text(file) !== '' || settings.test(file));
}

/** A program that a verify command starts in order to look at others; not one that it starts to see it work. */
function isVerifier(file: string, loaders: readonly string[], { verify, shelf }: About): boolean {
  const words = verify.split(/[\s;&|()'"`<>=]+/).map((word) => word.replace(/^\.\//, ''));
  // `test -f F001` names what the work makes; only a program can look at it.
  if (!words.includes(file) || loaders.length > 0 || !program.test(file)) return false;
  if (checking.test(file)) return true;
  return (
    languageOf(file) !== undefined && !sourceFolder.test(file) && [...shelf.loads(file)].some(isAssertion)
  );
}
