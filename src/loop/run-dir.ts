import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Feature } from '../project/feature.ts';
import type { Repository } from '../workspace/repository.ts';

/** The folder of a run below the state folder. */
export function runDirOf(repo: Repository, run: string): string {
  return join(repo.stateDir, 'runs', run);
}

/** Makes the folders of a run, for us alone. */
export async function makeRunDir(dir: string): Promise<void> {
  for (const folder of ['sessions', 'evidence', 'inbox']) {
    await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
  }
}

/** Leaves a copy of the feature list of the tip beside the ledger, so that `status` needs no git. */
export async function writeFeatures(dir: string, features: readonly Feature[]): Promise<void> {
  const file = join(dir, 'features.json');
  await writeFile(`${file}.part`, `${JSON.stringify({ features })}\n`, { mode: 0o600 });
  await rename(`${file}.part`, file);
}

/** YYYY-MM-DD on the local calendar: what a person calls tonight's run. */
export function dayOf(now: number): string {
  const at = new Date(now);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `wish`, or where a run has that name already `wish-2`, `wish-3` and so on. */
export function freeName(wish: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wish : `${wish}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

/** The path of a file relative to `top`, or undefined when it lies outside: no path of a machine goes into a commit. */
export function pathInside(top: string, file: string): string | undefined {
  const path = relative(top, file);
  return path === '' || path.startsWith('..') ? undefined : path;
}
