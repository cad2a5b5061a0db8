import { posix } from 'node:path';
import { matches, parseGlob } from '../../hands/glob-match.ts';

const ignoreFile = /(^|\/)\.gitignore$/;
const attributesFile = /(^|\/)\.gitattributes$/;

/**
 * What a changed .gitignore or .gitattributes would do to files that are there: the first one it hides, or the line
 * that lets git change what files hold. Undefined: nothing, or the file is no such file.
 */
export function whatIgnoresHide(
  path: string,
  old: string,
  now: string,
  files: Iterable<string>,
): string | undefined {
  const had = new Set(old.split('\n').map((line) => line.trim()));
  const added = now
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !had.has(line));
  if (attributesFile.test(path)) {
    const line = added.find((one) => /\b(filter|working-tree-encoding|ident|export-subst)\b/.test(one));
    return line === undefined ? undefined : `"${line}" lets git change what files hold`;
  }
  if (!ignoreFile.test(path)) return undefined;
  const folder = posix.dirname(path);
  const rules = added
    .filter((line) => !line.startsWith('!'))
    .map((line) => ({ line, hides: hider(folder, line) }));
  if (rules.length === 0) return undefined;
  for (const file of files) {
    const rule = rules.find(({ hides }) => hides(file));
    if (rule !== undefined) return `"${rule.line}" hides ${file}`;
  }
  return undefined;
}

function hider(folder: string, line: string): (file: string) => boolean {
  const plain = line.replace(/\/+$/, '');
  const anchored = plain.includes('/');
  const pattern = plain.replace(/^\//, '');
  const glob = parseGlob(
    folder === '.' ? (anchored ? `./${pattern}` : pattern) : anchored ? `${folder}/${pattern}` : pattern,
  );
  if (typeof glob === 'string') return () => false;
  // Without a slash a pattern fits a name in any folder; with one it begins at the folder of its file.
  const fits = { ...glob, nameOnly: !anchored };
  const inside = (file: string) => folder === '.' || file.startsWith(`${folder}/`);
  return (file) => {
    if (!inside(file)) return false;
    const parts = file.split('/');
    const last = line.endsWith('/') ? parts.length - 1 : parts.length;
    for (let count = 1; count <= last; count += 1) {
      if (matches(fits, parts.slice(0, count).join('/'))) return true;
    }
    return false;
  };
}
