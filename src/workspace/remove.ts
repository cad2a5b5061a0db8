import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BugError } from '../errors.ts';
import { runProcess } from './run-process.ts';

/**
 * Removes a file or folder whatever a brain made of it: folders without permissions, trees deeper than a path may be
 * long, names that are no text. Links are removed, never followed. `near` is a folder of ours on the same file system.
 */
export async function removeAll(path: string | Buffer, near: string): Promise<void> {
  try {
    rmSync(path, { recursive: true, force: true });
    return;
  } catch {
    // What follows can do more, and says so when it cannot.
  }
  // Out of the way first: under a name of ours, so that its own name need not pass through an argument.
  const aside = join(mkdtempSync(join(near, 'removed-')), 'it');
  if (lstatSync(path).isDirectory()) chmodSync(path, 0o700);
  renameSync(path, aside);
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
  await runProcess(['chmod', '-R', 'u+rwx', '--', aside], { cwd: near, env });
  const { code, stderr } = await runProcess(['rm', '-rf', '--', dirname(aside)], { cwd: near, env });
  if (code !== 0) throw new BugError(`${aside} cannot be removed: ${stderr.toString('utf8').slice(-500)}`);
}
