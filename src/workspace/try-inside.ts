import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.ts';
import type { Fence } from './fence.ts';
import { fenceTestRun } from './fence-test.ts';
import { markOf } from './mark.ts';
import type { ExecOptions, Finished } from './workspace.ts';

/**
 * Runs one command behind the fence in empty folders that are thrown away, as the commands of a brain that needs these
 * host paths are run. Throws only where the cache cannot be written.
 */
export async function tryInside(
  fence: Fence,
  cacheRoot: string,
  command: string,
  options: Pick<ExecOptions, 'timeoutMs' | 'onLine'> & { readonly readOnly: readonly string[] },
): Promise<Finished> {
  const { readOnly, ...how } = options;
  const folder = mkdtempSync(join(realpathSync(cacheRoot), 'try-'));
  const [tree, home, out, tmp] = ['tree', 'home', 'out', 'tmp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  try {
    for (const one of [tree, home, out, tmp]) mkdirSync(one);
    const mark = markOf(cacheRoot, fenceTestRun);
    const place = { fence, run: fenceTestRun, mark, tree, home, out, tmp, readOnly };
    return await exec(place, command, how);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
