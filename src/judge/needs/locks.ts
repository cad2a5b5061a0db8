import { parseJson } from '../merge-manifest.ts';
import { type Lock, readNpmLock } from './npm-lock.ts';
import type { Ask } from './package-json.ts';
import { readGemLock, readGoSum, readPnpmLock, readTomlLock, readYarnLock } from './text-locks.ts';

const readers: readonly (readonly [RegExp, (text: string) => Lock])[] = [
  [/(^|\/)(package-lock|npm-shrinkwrap)\.json$/, (text) => readNpmLock(parseJson(text) ?? {})],
  [/(^|\/)yarn\.lock$/, readYarnLock],
  [/(^|\/)pnpm-lock\.yaml$/, readPnpmLock],
  [/(^|\/)(Cargo|poetry|uv|pdm)\.lock$/, readTomlLock],
  [/(^|\/)go\.sum$/, readGoSum],
  [/(^|\/)Gemfile\.lock$/, readGemLock],
];

/**
 * What a changed lock file asks for: packages that were there are what they were, direct ones in the same version, and
 * new ones come from where the others come from. A form that we do not read asks for nothing.
 */
export function asksOfLock(
  path: string,
  old: string,
  now: string,
  direct: ReadonlySet<string>,
): readonly Ask[] {
  const read = readers.find(([name]) => name.test(path))?.[1];
  if (read === undefined) return [];
  const [had, has] = [read(old), read(now)];
  const hosts = new Set([...had.values()].flatMap(({ from }) => hostOf(from)));
  const asks: Ask[] = [];
  const refuse = (why: string) => asks.push({ code: 'rules.dependencies', why });
  for (const [place, is] of has) {
    const was = had.get(place);
    if (was !== undefined && was.version === is.version) {
      if (isOther(was.from, is.from) || (was.registry && !is.registry))
        refuse(`"${is.name}" ${is.version} comes from elsewhere or is another one`);
      continue;
    }
    const [host] = hostOf(is.from);
    if (!is.registry || (host !== undefined && hosts.size > 0 && !hosts.has(host)))
      refuse(`"${is.name}" comes from where no other package comes from`);
  }
  for (const name of direct) {
    const [was, is] = [topOf(had, name), topOf(has, name)];
    if (was.length > 0 && is.length > 0 && was.every((version) => !is.includes(version)))
      refuse(`"${name}" was changed from ${was.join(', ')} to ${is.join(', ')}`);
  }
  return asks;
}

/** Names of all packages that a lock file holds; none where its form is not read. */
export function namesInLock(path: string, text: string): readonly string[] {
  const read = readers.find(([name]) => name.test(path))?.[1];
  return read === undefined ? [] : [...read(text).values()].map(({ name }) => name);
}

/** A file that tells more than before about the same package is no change. */
function isOther(was: string, is: string): boolean {
  return was !== is && !was.split(' ').every((part) => is.split(' ').includes(part));
}

function hostOf(from: string): readonly string[] {
  return [...from.matchAll(/https?:\/\/([^/\s"]+)/g)].flatMap(([, host]) =>
    host === undefined ? [] : [host],
  );
}

/** The versions of a package that stand at the top; of a file without places, all of them. */
function topOf(lock: Lock, name: string): readonly string[] {
  const top = lock.get(`node_modules/${name}`);
  if (top !== undefined) return [top.version];
  return [...lock]
    .filter(([place, one]) => one.name === name && !place.includes('node_modules/'))
    .map(([, { version }]) => version);
}
