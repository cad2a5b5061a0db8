import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exists } from './processes.ts';

/**
 * Removes files and folders that were to get their names when they were whole, and whose process died before: those in
 * `folder` whose name `half` matches, with the process in its first group.
 */
export function removeHalves(folder: string, half: RegExp): void {
  for (const name of readdirSync(folder)) {
    const pid = half.exec(name)?.[1];
    if (pid !== undefined && !exists(Number(pid)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}
