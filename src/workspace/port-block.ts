import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { type Lock, takeLock } from '../ledger/lock.ts';

/** The variable that tells a command the first port of its block. */
export const portVariable = 'AGENTLOOP_PORT_BASE';

/** Ports in a block. */
const size = 100;
/** Below 32768, where Linux begins to give ports away by itself. */
const first = 20_000;
const blocks = 127;

/** Ports that no other living agentloop of this user was given: `base` and the 99 after it. */
export interface PortBlock {
  readonly base: number;
  release(): Promise<void>;
}

/**
 * Takes the first free block: one exclusive file for each in `folder`, with the process that has it. A block of a dead
 * process is free. Nobody is asked whether something else listens there. UserError when all 127 are in use.
 */
export async function takePortBlock(folder: string, run: string): Promise<PortBlock> {
  for (let n = 0; n < blocks; n += 1) {
    const base = first + n * size;
    const lock = await lockOf(join(folder, String(base)), run);
    if (lock) return { base, release: () => lock.release() };
  }
  throw new UserError(
    `All ${blocks} blocks of ports in ${folder} are in use.`,
    'See which agentloop processes run and end those that nobody needs.',
    'cannot-start',
  );
}

async function lockOf(file: string, run: string): Promise<Lock | undefined> {
  try {
    return await takeLock(file, { run, what: 'a block of ports' });
  } catch (error) {
    if (error instanceof UserError && /^Another agentloop|another machine/.test(error.message))
      return undefined;
    throw error;
  }
}
