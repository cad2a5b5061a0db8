import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, onTestFinished } from 'vitest';
import { honest } from './small-repo.ts';

const size = 3 * 1024 * 1024;
/** Whether disks of a few megabytes can be made here. */
export const canMount =
  spawnSync('bwrap', ['--dev-bind', '/', '/', '--size', String(size), '--tmpfs', '/mnt', 'true']).status ===
  0;
if (!canMount)
  process.stderr.write(
    'skipped: full and read-only disks (bubblewrap with --size is missing or not usable here)\n',
  );

/** A test that needs mounts of its own. */
export const mounted = it.skipIf(!canMount);

export interface Tried {
  readonly code: number | null;
  readonly said: string;
}

const bin = join(import.meta.dirname, '..', '..', 'bin', 'agentloop.cjs');

/**
 * Runs the program in `cwd` and, after `second`, once more, in a mount namespace of its own. `mounts`: arguments of
 * bubblewrap; `first` and `second`: shell commands before each of the two. Gives how both ended.
 */
export async function runTwice(
  cwd: string,
  options: {
    readonly mounts: readonly string[];
    readonly first?: string;
    readonly second?: string;
    readonly env?: Record<string, string>;
    /** In front of the first start only. */
    readonly limit?: string;
  },
): Promise<readonly [Tried, Tried]> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const run = (n: number, before: string) =>
    `${before}\n( ${n === 1 ? (options.limit ?? ':') : ':'}; ${process.execPath} ${bin} run ${n === 1 ? '--name night' : ''} --brain "$BRAIN" --output plain ) > ${at(`said${n}`)} 2>&1; echo $? > ${at(`code${n}`)}`;
  await mkdir(folder, { recursive: true });
  await writeFile(at('script'), [run(1, options.first ?? ':'), run(2, options.second ?? ':')].join('\n'));
  spawnSync('bwrap', ['--dev-bind', '/', '/', ...options.mounts, '--', 'bash', at('script')], {
    cwd,
    env: { ...process.env, ...options.env, BRAIN: `command:${honest}` },
  });
  const tried = async (n: number): Promise<Tried> => ({
    code: Number(await readFile(at(`code${n}`), 'utf8')),
    said: await readFile(at(`said${n}`), 'utf8'),
  });
  return [await tried(1), await tried(2)];
}

/** As large as the small disk of a test is. */
export const smallDisk = ['--size', String(size), '--tmpfs'];

/** A shell command that leaves so many KiB free on that disk. */
export function fill(folder: string, freeKb: number): string {
  return `dd if=/dev/zero of=${folder}/fill bs=1k count=${size / 1024 - freeKb} 2>/dev/null`;
}
