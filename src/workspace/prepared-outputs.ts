import { type Dirent, existsSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { BugError } from '../errors.ts';
import type { Mount } from './place.ts';
import { runProcess } from './run-process.ts';
import type { Entry } from './trees.ts';

/**
 * What init.sh made and the other checkouts get: dependency folders, at the top and in packages.
 *
 * 1. A folder of which the tree has files is the user's own and is not carried, whatever it is called.
 * 2. Dependencies are mounted read-only. Only the small caches that tools keep in them can be written.
 * 3. Folders in which tools build are copied into each checkout, since a build must be able to write them. All in
 *    them is dated before any source, so that what was built of another tree is built again, never taken.
 */

export interface Output extends Mount {
  /** A Python virtual environment: it names its own path in many files and works nowhere else. */
  readonly isVenv: boolean;
}

/** How far down outputs are looked for: `packages/group/name/node_modules`. */
const deepest = 3;
/** Folders in which tools build beside what they fetched. */
const built = new Set(['target', '.gradle', '_build', 'build']);
/** What Node tools write into node_modules while they run. */
const nodeCaches = ['.cache', '.vite', '.vite-temp'];

/** Moves the outputs of a checkout (`top`) to `into`, on the same file system. `entries`: the tree it was filled with. */
export async function takeOutputs(
  top: string,
  into: string,
  outputs: readonly string[],
  entries: readonly Entry[],
): Promise<readonly Output[]> {
  const owned = foldersOf(entries);
  const paths = found(top, '', outputs, 0).filter((path) => !owned.has(Buffer.from(path).toString('latin1')));
  const taken: Output[] = [];
  for (const [at, path] of paths.entries()) {
    const source = join(into, String(at));
    renameSync(join(top, path), source);
    const copied = built.has(path.split('/').at(-1) ?? '');
    if (copied) await makeOld(source);
    const isVenv = existsSync(join(source, 'pyvenv.cfg'));
    taken.push({
      path,
      source,
      caches: copied ? [] : cachesIn(path, source),
      isVenv,
      ...(copied ? { copied } : {}),
    });
  }
  return taken;
}

/** All folders that hold a file of the tree. */
function foldersOf(entries: readonly Entry[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

function found(top: string, folder: string, outputs: readonly string[], depth: number): string[] {
  const paths: string[] = [];
  for (const entry of entriesOf(join(top, folder))) {
    if (!entry.isDirectory() || entry.name === '.git') continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (outputs.some((output) => `/${path}`.endsWith(`/${output}`))) paths.push(path);
    else if (depth < deepest) paths.push(...found(top, path, outputs, depth + 1));
  }
  return paths;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // A folder init.sh made unreadable holds nothing for the others.
  }
}

/** Mount points must exist in what is mounted read-only. Where init.sh left something else, there is no cache. */
function cachesIn(path: string, source: string): readonly string[] {
  if (!`/${path}`.endsWith('/node_modules')) return [];
  return nodeCaches.filter((name) => {
    const stat = lstatSync(join(source, name), { throwIfNoEntry: false });
    if (!stat) mkdirSync(join(source, name));
    return !stat || stat.isDirectory();
  });
}

const ownEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

async function makeOld(folder: string): Promise<void> {
  const argv = ['find', folder, '-exec', 'touch', '-h', '-d', '2001-01-01T00:00:00Z', '{}', '+'] as const;
  const { code, stderr, trouble } = await runProcess(argv, { cwd: '/', env: ownEnv });
  if (code !== 0)
    throw new BugError(`${folder} cannot be dated: ${trouble ?? stderr.toString('utf8').slice(-500)}`);
}

/** Copies a folder with everything in it to `to`, where nothing may stand. Shares blocks where the file system can. */
export async function copyFolder(from: string, to: string): Promise<void> {
  mkdirSync(join(to, '..'), { recursive: true });
  const share = process.platform === 'linux' ? ['--reflink=auto'] : [];
  const argv = ['cp', '-a', ...share, '--', from, to] as const;
  const { code, stderr, trouble } = await runProcess(argv, { cwd: '/', env: ownEnv });
  if (code !== 0)
    throw new BugError(`${from} cannot be copied: ${trouble ?? stderr.toString('utf8').slice(-500)}`);
}
