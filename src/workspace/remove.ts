import { chmodSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BugError } from '../errors.ts';
import { runProcess } from './run-process.ts';

/**
 * Removes a file or folder whatever a brain made of it: folders without permissions, trees deeper than a path may be
 * long, names that are no text. Links are removed, never followed. `near` is a folder of ours on the same file system.
 * What takes long (a `node_modules`, the cache of npm) is removed without holding up the rest of this process.
 */
export async function removeAll(path: string | Buffer, near: string): Promise<void> {
  try {
    if (holdsFew(path)) rmSync(path, { recursive: true, force: true });
    else await rm(path, { recursive: true, force: true });
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

/** Up to here a removal at once is faster than one that waits between its steps, and takes no time to speak of. */
const few = 256;

function holdsFew(path: string | Buffer): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return true;
  const folders = [Buffer.from(path)];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
      seen += 1;
      if (seen > few) return false;
      if (entry.isDirectory()) folders.push(Buffer.concat([folder, Buffer.from('/'), entry.name]));
    }
  }
  return true;
}
