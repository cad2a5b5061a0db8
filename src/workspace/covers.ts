import { sep } from 'node:path';

/** A folder that is hidden, or a path that is given back, in the order in which they must be put up. */
export interface Cover {
  readonly path: string;
  readonly kind: 'hide' | 'give';
}

/** Whether `path` is `folder` or lies below it. Both absolute and without symlinks. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/**
 * Only what changes something, parents first: a hidden path below a hidden one is hidden already, a given path
 * below nothing hidden was never gone; but a hidden path below a given one is hidden again. Named in both, a path
 * is given.
 */
export function coversOf(hide: readonly string[], give: readonly string[]): readonly Cover[] {
  const kinds = new Map<string, Cover['kind']>();
  for (const path of hide) kinds.set(path, 'hide');
  for (const path of give) kinds.set(path, 'give');
  const kept: Cover[] = [];
  for (const path of [...kinds.keys()].sort()) {
    const kind = kinds.get(path) as Cover['kind'];
    const above = kept.findLast((one) => isBelow(path, one.path));
    if (kind === (above?.kind ?? 'give')) continue;
    kept.push({ path, kind });
  }
  return kept;
}
