import { posix } from 'node:path';
import { fileOfModule, type Has } from '../meaning/modules.ts';
import type { Shelf } from './loaders.ts';

/** Where Python looks for the modules that a program names. */

const settings = ['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini'];

/** Whether a name as a whole leads to this file, and not to something in it. */
export function leads(name: string, specifier: string, file: string): boolean {
  const module = specifier.replace(/^\.+/, '').replaceAll('.', '/');
  const stem = file.replace(/(\/__init__)?\.py$/, '');
  return module === '' || stem === module || stem.endsWith(`/${module}`) || name === file;
}

/**
 * Every file that Python may load for a dotted name, or for a part of it before a dot. `has`: the tree that is looked
 * at; folders in which programs of the base find something, and those that pytest is told of, count.
 */
export function pythonPaths(name: string, specifier: string, shelf: Shelf, has: Has): ReadonlySet<string> {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(specifier) ?? [];
  const parts = rest === '' ? [] : rest.split('.');
  const roots =
    dots === ''
      ? rootsOf(name, specifier, shelf, has)
      : [posix.join(posix.dirname(name), ...Array.from(dots.slice(1), () => '..'))];
  const found = new Set<string>();
  for (const root of roots)
    for (let count = 1; count <= parts.length; count += 1)
      for (const file of filesOf(root, parts.slice(0, count))) if (has(file)) found.add(file);
  return found;
}

/** The new file that is found at the top, or beside a program, under the first part of a name. */
export function takeOver(name: string, top: string, shelf: Shelf, has: Has): string | undefined {
  return ['', ...ownRoot(name, shelf, has)]
    .flatMap((root) => filesOf(root, [top]))
    .find((file) => has(file) && !shelf.has(file));
}

/** Whether a package is made of a folder that a file stands in: what is found under its name stays the same. */
export function isAbove(file: string, other: string): boolean {
  return posix.basename(file) === '__init__.py' && other.startsWith(`${posix.dirname(file)}/`);
}

function rootsOf(name: string, specifier: string, shelf: Shelf, has: Has): readonly string[] {
  const told = settings.flatMap((file) => {
    const [, list = ''] = /^pythonpath\s*=\s*(\[[^\]]*\]|.*)$/m.exec(shelf.text(file)) ?? [];
    return list.split(/[\s,[\]"']+/).filter((one) => one !== '');
  });
  const found = fileOfModule(name, specifier, shelf.has)?.split(':')[0];
  const end = `${specifier.replaceAll('.', '/')}`;
  const used = found?.replace(/(\/__init__)?\.py$/, '');
  const root = used === undefined || !used.endsWith(end) ? [] : [used.slice(0, -end.length)];
  return ['', ...ownRoot(name, shelf, has), ...root, ...told].map((one) => posix.join('.', one));
}

/** The first folder above a program that is no package: pytest puts it in front, unless it is told not to. */
function ownRoot(name: string, shelf: Shelf, has: Has): readonly string[] {
  if (settings.some((file) => /import[-_]?mode\s*=\s*"?importlib/.test(shelf.text(file)))) return [];
  let above = posix.dirname(name);
  while (above !== '.' && has(posix.join(above, '__init__.py'))) above = posix.dirname(above);
  return [above];
}

function filesOf(root: string, parts: readonly string[]): readonly string[] {
  const path = posix.join(root, ...parts);
  return [`${path}.py`, posix.join(path, '__init__.py')];
}
