import { posix } from 'node:path';
import { languageOf } from '../syntax.ts';

/** Whether there is a file of this name. */
export type Has = (path: string) => boolean;

const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.vue', '.svelte'];
/** What a name that ends like compiled code may stand for. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/**
 * The file that a module's name stands for in a program: a relative path in scripts, dots in Python. Of a name in
 * Python that goes on after the module, the rest comes after a colon. Undefined: no file of the tree.
 */
export function fileOfModule(from: string, specifier: string, has: Has): string | undefined {
  return languageOf(from) === 'python' ? ofPython(from, specifier, has) : ofScript(from, specifier, has);
}

function ofScript(from: string, specifier: string, has: Has): string | undefined {
  const path = relativePath(from, specifier);
  return path === undefined ? undefined : namesOfPath(path).find(has);
}

/** The path that a relative name stands for in a script, as it is written; undefined: it is none, or leads out of the tree. */
export function relativePath(from: string, specifier: string): string | undefined {
  const [plain = ''] = specifier.split(/[?#]/);
  if (!/^\.{1,2}(\/|$)/.test(plain)) return undefined;
  const path = posix.join(posix.dirname(from), plain).replace(/\/$/, '');
  return path.startsWith('..') ? undefined : path;
}

/** The files that a path in a script may stand for, without its ending or as a folder too; which comes first differs. */
export function namesOfPath(path: string): readonly string[] {
  return [
    ...namesOfFile(path),
    ...endings.map((one) => path + one),
    ...endings.map((one) => posix.join(path, `index${one}`)),
  ];
}

/** The file of a path with its ending, and what may be compiled to it. */
export function namesOfFile(path: string): readonly string[] {
  const ending = posix.extname(path);
  const stem = path.slice(0, path.length - ending.length);
  return [path, ...(sourcesOf[ending] ?? []).map((one) => stem + one)];
}

function ofPython(from: string, specifier: string, has: Has): string | undefined {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(specifier) ?? [];
  const parts = rest === '' ? [] : rest.split('.');
  if (parts.some((part) => !/^\w+$/.test(part))) return undefined;
  const folder = posix.dirname(from);
  const above = posix.join(folder, ...Array.from(dots.slice(1), () => '..'));
  const roots = dots === '' ? ['', 'src', 'lib', folder, posix.dirname(folder)] : [above];
  for (let count = parts.length; count > 0 || (dots !== '' && count === 0); count -= 1) {
    const path = parts.slice(0, count).join('/');
    const found = roots
      .flatMap((root) => [posix.join(root, `${path}.py`), posix.join(root, path, '__init__.py')])
      .find((name) => has(name));
    if (found !== undefined)
      return [found, parts.slice(count).join('.')].filter((one) => one !== '').join(':');
  }
  return undefined;
}
