import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { codeOf, messageOf, UserError } from '../../errors.ts';
import { isDotGit } from '../../workspace/names-of-git.ts';
import type { BytePath } from '../../workspace/trees.ts';

/**
 * Sealed tests of people: `<folder>/<feature>/<path in the repository>`, and `<folder>/all/<path>` for every feature.
 * Read where they stand each time something is judged, so that a person can mend them while a run goes on.
 */
export const forAll = 'all';

const mostFiles = 1_000;
const largestFile = 1_000_000;
const largestFolder = 20_000_000;

/** One file of such a folder. */
export interface OwnFile {
  readonly path: BytePath;
  readonly mode: '100644' | '100755';
  readonly content: Buffer;
}

/**
 * The folder a person named, without symlinks. UserError when it is not there, or lies where a brain or git could see
 * it: in the repository, round it, or in the cache; and
 * when there is something in it that cannot be taken.
 */
export function ownFolder(
  name: string,
  { from, home, apart }: { readonly from: string; readonly home: string; readonly apart: readonly string[] },
): string {
  const wanted = resolve(from, name.replace(/^~(?=\/|$)/, home));
  let dir: string;
  try {
    dir = realpathSync(wanted);
    if (!lstatSync(dir).isDirectory()) throw new UserError(`${wanted} is no folder.`, layout);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new UserError(`The folder of sealed tests ${wanted} is not there.`, layout);
  }
  const near = apart.find((one) => within(dir, one) || within(one, dir));
  if (near === undefined) {
    for (const entry of entriesOf(dir)) if (entry.isDirectory()) ownFiles(dir, entry.name);
    return dir;
  }
  throw new UserError(
    `The folder of sealed tests ${dir} ${within(dir, near) ? 'lies in' : 'holds'} ${near}, where brains work or could see it.`,
    'Move it to a folder of its own outside the repository, and name that: --sealed-dir <folder>.',
  );
}

const layout =
  'Put sealed tests below <folder>/<feature id>/ or <folder>/all/, at their paths in the repository.';

/** The files for one feature (or `all`); none where it has no folder. UserError for what is no plain file, or too large. */
export function ownFiles(dir: string, feature: string): readonly OwnFile[] {
  const files: OwnFile[] = [];
  let bytes = 0;
  const top = join(dir, feature);
  const walk = (below: string): void => {
    for (const entry of entriesOf(join(top, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const file = join(top, path);
      if (isDotGit(Buffer.from(entry.name).toString('latin1'))) throw odd(file, 'is git’s own');
      if (entry.isDirectory()) walk(path);
      else if (!entry.isFile()) throw odd(file, 'is no plain file');
      else {
        const { size, mode } = lstatSync(file);
        bytes += size;
        if (size > largestFile || bytes > largestFolder || files.length >= mostFiles)
          throw odd(file, 'is too much: 1 MB a file, 20 MB and 1000 files a feature');
        files.push({
          path: Buffer.from(path).toString('latin1'),
          mode: (mode & 0o100) === 0 ? '100644' : '100755',
          content: readFileSync(file),
        });
      }
    }
  };
  try {
    // A folder that is gone must not pass for one without tests.
    lstatSync(dir);
    walk('');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Sealed tests in ${top} cannot be read: ${messageOf(error)}.`, layout);
  }
  return files;
}

/** Names at the top of the folder that belong to no feature: files there would never be run. */
export function strangersIn(dir: string, features: readonly string[]): readonly string[] {
  const known = new Set([...features, forAll]);
  return entriesOf(dir)
    .map(({ name }) => name)
    .filter((name) => !known.has(name) && !name.startsWith('.'));
}

function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function odd(file: string, what: string): UserError {
  return new UserError(`The sealed file ${file} ${what}.`, layout);
}

function within(path: string, folder: string): boolean {
  return isAbsolute(path) && `${path}${sep}`.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
