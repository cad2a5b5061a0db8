/** Where a path that a model wrote points. */
export type Place =
  | { readonly area: 'tree' | 'out'; readonly parts: readonly string[] }
  | { readonly refused: string };

export interface Areas {
  /** The top of the workspace as the harness sees it, and as commands see it. */
  readonly tree: { readonly path: string; readonly inside: string };
  /** The folder of full outputs, likewise; readable, not writable. */
  readonly out: { readonly path: string; readonly inside: string };
}

/**
 * The parts of a path below the workspace (or the folder of full outputs). Only words are looked at here: `..` and
 * links are followed, and kept inside, where the file is opened (confine.ts).
 */
export function placeOf(areas: Areas, path: string): Place {
  if (path.includes('\0')) return { refused: 'A path cannot hold a NUL character.' };
  if (!path.startsWith('/')) return { area: 'tree', parts: split(path) };
  for (const area of ['tree', 'out'] as const) {
    const parts = below(areas[area], path);
    if (parts) return { area, parts };
  }
  return {
    refused: `${path} is outside the workspace. Write paths relative to its top, or absolute below ${areas.tree.inside}.`,
  };
}

/** The parts of an absolute path below an area, or undefined when it is not below it. */
export function below(
  area: { readonly path: string; readonly inside: string },
  path: string,
): string[] | undefined {
  for (const top of [area.inside, area.path]) {
    if (path === top || path.startsWith(`${top}/`)) return split(path.slice(top.length));
  }
  return undefined;
}

export function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
