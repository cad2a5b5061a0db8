import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import * as path from 'node:path';

/** A program on PATH, and what must be readable for it to run. */
export interface FoundProgram {
  /** Absolute; what is started. */
  readonly file: string;
  /** Host paths, each once. */
  readonly needs: readonly string[];
}

/**
 * Looks a program up in PATH. What lies in a forbidden folder is not it: inside the fence that is hidden, and the
 * repository decides nothing about who works on it. Undefined where there is none.
 */
export function findProgram(
  name: string,
  searched: string | undefined,
  forbidden: readonly string[],
): FoundProgram | undefined {
  for (const folder of (searched ?? '').split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    const real = programAt(file);
    if (real === undefined) continue;
    const found = withNeeds(file, real);
    const within = (place: string) => forbidden.some((one) => isBelow(place, one) || isBelow(one, place));
    if (![found.file, ...found.needs].some(within)) return found;
  }
  return undefined;
}

/** A PATH without what is relative, and without what lies in a forbidden folder. */
export function withoutFolders(searched: string, forbidden: readonly string[]): string {
  const isAllowed = (folder: string) =>
    path.isAbsolute(folder) && !forbidden.some((one) => isBelow(realOf(folder), one) || isBelow(folder, one));
  return searched.split(path.delimiter).filter(isAllowed).join(path.delimiter);
}

function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** A package is read whole, with the others beside it: the native program often stands in one of its own. */
function withNeeds(file: string, real: string): FoundProgram {
  const packages = /^(.*?\/node_modules)\//.exec(real)?.[1];
  if (packages !== undefined) return { file: real, needs: [packages] };
  // Launchers of version managers look at the name by which they were called.
  return { file, needs: path.dirname(real) === path.dirname(file) ? [file] : [file, real] };
}

function programAt(file: string): string | undefined {
  try {
    const real = realpathSync(file);
    accessSync(real, constants.X_OK);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(`${folder}${path.sep}`);
}
