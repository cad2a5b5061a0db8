import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Checkout } from './checkout.ts';
import type { Fence } from './fence.ts';
import { isPlainFolder } from './plain-folder.ts';
import { copyFolder, type Output } from './prepared-outputs.ts';

/** What init.sh made for a tree, ready to be lent to any number of checkouts. */
export interface Prepared {
  readonly key: string;
  /** Nothing had to be run. */
  readonly reused: boolean;
  /** How long init.sh took when it ran. */
  readonly ms: number;
  /** What init.sh produced: mounted read-only, or copied by `lend`. */
  readonly outputs: readonly Output[];
  /** How init.sh was run, for the checkouts in which it has to be run again. */
  readonly init?: InitRun;
}

export interface InitRun {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** init.sh did not bring the tree to where checks can run. */
export interface PrepareFailed {
  readonly key: string;
  readonly reason: string;
  readonly code: number | null;
  /** It was called off or ran out of time: it says nothing about the tree. */
  readonly ended: 'timeout' | 'aborted' | null;
  /** Head and tail of what it printed. */
  readonly output: string;
}

/**
 * Brings what was prepared into a checkout that was just filled, where it is not mounted:
 * 1. Under bubblewrap only folders in which tools build are copied.
 * 2. Without a fence all are copied, so that one session cannot spoil them for the next one.
 * 3. A Python virtual environment cannot be copied to another path. Without a fence every checkout has another path,
 *    so there init.sh is run in the checkout itself; a UserError (cannot-start) tells when it fails.
 */
export async function lend(
  prepared: Prepared,
  checkout: Pick<Checkout, 'path' | 'exec'>,
  fence: Pick<Fence, 'mode'>,
): Promise<void> {
  const isFenced = fence.mode === 'bubblewrap';
  for (const { path, source, copied, isVenv } of prepared.outputs) {
    if (isFenced ? !copied : isVenv) continue;
    const to = join(checkout.path, path);
    if (!isPlainFolder(checkout.path, path)) continue;
    rmSync(to, { recursive: true, force: true });
    await copyFolder(source, to);
  }
  if (isFenced || !prepared.init || !prepared.outputs.some((output) => output.isVenv)) return;
  const { command, env, timeoutMs } = prepared.init;
  const finished = await checkout.exec(command, { env, timeoutMs, keepBytes: 4096 });
  if (finished.code === 0 || finished.ended === 'aborted') return;
  throw new UserError(
    `init.sh succeeded when it was prepared, and failed in ${checkout.path}: ${finished.output.trim().slice(-1000)}`,
    'Without a fence init.sh makes its Python environment anew in every checkout. See that it can run at any time.',
    'cannot-start',
  );
}
