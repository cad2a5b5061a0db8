import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { matches, parseGlob } from '../../hands/glob-match.ts';
import type { BrokenReport, ReportFile } from './adapter.ts';
import { collect } from './collect.ts';

/** The prefix under which a report that the check itself wrote into the checkout is handed over. */
export const ownReport = 'own-report-';

/** Folders that hold no reports and may hold very many files. */
const passedBy = new Set(['node_modules', '.git', '.venv', 'vendor']);
const mostFolders = 20_000;

/**
 * The report a check wrote into its checkout: a file, the files of a folder, or all that a glob (with `*`, `?`, `[`)
 * matches. Of a folder and of a glob only those with the ending are taken. Nothing when it is not there.
 */
export async function collectOwn(
  top: string,
  path: string,
  ending = '.xml',
): Promise<readonly ReportFile[] | BrokenReport> {
  if (isGlob(path)) return collectAll(await found(top, path), top, ending);
  let place: string;
  try {
    place = await realpath(join(top, path));
  } catch {
    return [];
  }
  if (!place.startsWith((await realpath(top)) + sep)) return { broken: `${path} leads out of the checkout` };
  if ((await lstat(place)).isDirectory()) return collectAll(await below(place), place, ending);
  const files = await collect(join(place, '..'), (name) => join(place, '..', name) === place);
  return 'broken' in files ? files : files.map((file) => ({ ...file, name: ownReport + file.name }));
}

/** Takes away what stands there before the run: it would say nothing of it. */
export async function clearOwn(top: string, path: string): Promise<void> {
  const files = isGlob(path) ? await found(top, path) : [path];
  for (const file of files) await rm(join(top, file), { recursive: true, force: true });
}

function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

async function found(top: string, path: string): Promise<readonly string[]> {
  const glob = parseGlob(path.includes('/') ? path : `./${path}`);
  if (typeof glob === 'string') return [];
  return (await below(top)).filter((file) => matches({ ...glob, nameOnly: false }, file));
}

/** Every file below a folder, relative to it. Links are not followed. */
async function below(top: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [''];
  for (let at = 0; at < folders.length && at < mostFolders; at += 1) {
    const folder = folders[at] ?? '';
    const entries = await readdir(join(top, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !passedBy.has(entry.name)) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files;
}

async function collectAll(
  paths: readonly string[],
  top: string,
  ending: string,
): Promise<readonly ReportFile[] | BrokenReport> {
  const wanted = new Set(paths.filter((path) => path.endsWith(ending)));
  const files = await collect(top, (name) => wanted.has(name), [...wanted]);
  if ('broken' in files) return files;
  return files.map((file) => ({ ...file, name: ownReport + file.name, part: file.name }));
}
