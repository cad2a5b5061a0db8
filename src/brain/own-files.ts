import { realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../errors.ts';
import { wordsOf } from './command-line.ts';

/** A command line whose files are found wherever it is run, and the files it needs for that. */
export interface OwnFiles {
  readonly line: string;
  /** Host paths, each once. */
  readonly files: readonly string[];
}

/**
 * Takes the files a command line names from the folder of the person who wrote it: the command runs in a workspace,
 * where `./my-agent.sh` is another file or none. Words `./…`, `../…` and `~/…` (and `name=./…`) that are files there
 * become absolute paths; absolute words that are files stay. What is no file is left alone: a folder is more likely
 * meant in the workspace, and what the shell writes to is not looked up.
 */
export function ownFiles(line: string, from: { readonly cwd: string; readonly home: string }): OwnFiles {
  const files = new Set<string>();
  let result = '';
  let done = 0;
  for (const word of wordsOf(line)) {
    if (word.value === undefined || word.written) continue;
    const source = line.slice(word.start, word.end);
    const name = /^[A-Za-z0-9_.-]+=/.exec(source)?.[0] ?? '';
    const value = word.value.slice(name.length);
    const meant = meantPath(value, source.slice(name.length), from);
    const found = meant === undefined ? undefined : fileAt(meant);
    if (found === undefined) continue;
    for (const file of found.needs) files.add(file);
    // A nested word ends before the one around it; that one is never certain, so nothing overlaps.
    if (path.isAbsolute(value)) continue;
    result += line.slice(done, word.start) + name + shellQuote(found.path);
    done = word.end;
  }
  return { line: result + line.slice(done), files: [...files] };
}

/**
 * The paths in HOME that a command brain may read, as absolute paths.
 * A path outside HOME, one that is not there, or one with a forbidden folder in it is a UserError.
 */
export function homePaths(names: readonly string[], home: string, forbidden: readonly string[]): string[] {
  return names.map((name) => {
    const meant = path.resolve(home, name.replace(/^~\//, ''));
    const help = 'Name files or folders below your home, such as: --pass-home .config/my-agent';
    if (!holds(home, meant) || meant === path.resolve(home)) {
      throw new UserError(`--pass-home ${name}: that is not a path below ${home}.`, help);
    }
    let real: string;
    try {
      real = realpathSync(meant);
    } catch {
      throw new UserError(`--pass-home ${name}: there is no ${meant}.`, help);
    }
    const inside = forbidden.find((folder) => holds(meant, folder) || holds(real, folder));
    if (inside !== undefined) {
      throw new UserError(`--pass-home ${name}: ${inside} lies in it and stays hidden.`, help);
    }
    return meant;
  });
}

/** A word that the shell takes as it stands, whatever is in it. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function meantPath(value: string, source: string, from: { cwd: string; home: string }): string | undefined {
  if (path.isAbsolute(value)) return value;
  if (/^\.\.?\/./s.test(value)) return path.resolve(from.cwd, value);
  // The shell expands a tilde only where it stands unquoted.
  if (source.startsWith('~/') && value.length > 2) return path.resolve(from.home, value.slice(2));
  return undefined;
}

/** A file, its folder without symlinks, and with it what it points to when it is a link itself. */
function fileAt(meant: string): { path: string; needs: readonly string[] } | undefined {
  try {
    if (!statSync(meant).isFile()) return undefined;
    const stands = path.join(realpathSync(path.dirname(meant)), path.basename(meant));
    return { path: stands, needs: [stands, realpathSync(stands)] };
  } catch {
    return undefined;
  }
}

function holds(folder: string, inner: string): boolean {
  const way = path.relative(folder, inner);
  return way === '' || !(way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way));
}
