import type { BytePath } from '../../workspace/trees.ts';
import { neededBy, spellings } from './imports.ts';

/** What of a tree can be asked: the text of a file; undefined where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * Why a sealed file does not load, in one sentence. It names a module or export that is missing only where the
 * specification names it: a coder learns nothing that it could not have read there.
 */
export async function cannotLoad(
  { path, text }: { readonly path: BytePath; readonly text: string },
  specification: string,
  read: ReadText,
): Promise<string> {
  const named = (word: string) => new RegExp(`(?<![\\w-])${escaped(word)}(?![\\w-])`).test(specification);
  const missing: string[] = [];
  for (const { module, names } of neededBy(path, text)) {
    const source = await firstOf(spellings(path, module), read);
    if (source === undefined && named(module)) missing.push(module);
    const gone = names.filter((name) => !new RegExp(`\\b${escaped(name)}\\b`).test(source ?? ''));
    for (const name of gone.filter(named)) missing.push(name);
  }
  if (missing.length === 0) return 'what it imports is not there under the name that the specification gives';
  return `${[...new Set(missing)].slice(0, 5).join(', ')}, which the specification names, cannot be imported`;
}

async function firstOf(paths: readonly string[], read: ReadText): Promise<string | undefined> {
  for (const path of paths) {
    const text = await read(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
