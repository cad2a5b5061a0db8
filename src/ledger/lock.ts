import { link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf, UserError } from '../errors.ts';
import { type HolderState, type LockHolder, readHolder, stateOf, thisProcess } from './lock-holder.ts';

/**
 * One process at a time.
 * 1. A lock appears whole: it is written under another name and gets its own by link(), which fails if that exists.
 * 2. Only the lock of a dead process is taken over, and only by the one process that wins its succession: the file
 *    `<lock>.after-<id of the dead lock>`, again by link(). If the winner dies, it is succeeded in the same way.
 * 3. The winner puts its lock in place of the dead one by rename(), and only then removes the successions. An id never
 *    comes back, so whoever wins a removed succession sees another id in the lock, and starts anew.
 */
export interface Lock {
  /** Whose lock was taken over, in words. */
  readonly tookOver?: string;
  /** Removes the lock if it is still ours. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** Empty where the run has no name yet. */
  readonly run: string;
  /** The command, such as "agentloop run". */
  readonly what: string;
  /** ms since 1970; for `since`. */
  readonly now?: () => number;
}

/** Takes the lock. UserError (cannot-start) that names the holder when it is held, or may be. */
export async function takeLock(file: string, { run, what, now = Date.now }: LockOptions): Promise<Lock> {
  const { randomUUID } = await import('node:crypto');
  const id = randomUUID();
  const since = new Date(now()).toISOString();
  const before = await take(file, { id, ...(await thisProcess()), since, run, what });
  return {
    ...(before === undefined ? {} : { tookOver: `the lock of ${wordsFor(before)}, which is gone` }),
    async release() {
      const holder = await readHolder(file).catch(() => undefined);
      if (holder?.id === id) await rm(file, { force: true });
    },
  };
}

/** Who holds the lock, and whether that process still runs; undefined when nobody does. UserError as `readHolder`. */
export async function lockHolder(
  file: string,
): Promise<(LockHolder & { readonly state: HolderState }) | undefined> {
  const holder = await readHolder(file);
  return holder === undefined ? undefined : { ...holder, state: await stateOf(holder) };
}

/** Puts `me` into the lock; gives the dead holder in whose place it stands, or undefined when the lock was free. */
async function take(file: string, me: LockHolder): Promise<LockHolder | undefined> {
  const mine = `${file}.new-${me.id}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(mine, `${JSON.stringify(me)}\n`, { mode: 0o600, flush: true });
    const before = await climb(file, mine).finally(() => rm(mine, { force: true }));
    await sweep(file);
    return before;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The lock ${file} cannot be taken: ${messageOf(error)}.`,
      'Mend that (owner, permissions, a file system with hard links) and try again.',
      'cannot-start',
    );
  }
}

/** Makes `mine` the lock, if it is free or the last of its successors is dead. */
async function climb(file: string, mine: string): Promise<LockHolder | undefined> {
  for (;;) {
    if (await linked(mine, file)) return undefined;
    const root = await readHolder(file);
    for (let holder = root; holder !== undefined; ) {
      const state = await stateOf(holder);
      // A successor found after the lock has changed hands is none.
      if (holder !== root && (await readHolder(file))?.id !== root?.id) break;
      if (state !== 'dead') throw heldBy(file, holder, state);
      const succession = `${file}.after-${holder.id}`;
      if (!(await linked(mine, succession))) holder = await readHolder(succession);
      else if (await replaced(file, mine, succession, root)) return root;
      else break;
    }
  }
}

/** Puts `mine` in place of the lock `root`, unless that is no longer there. */
async function replaced(
  file: string,
  mine: string,
  succession: string,
  root: LockHolder | undefined,
): Promise<boolean> {
  let done = false;
  try {
    if ((await readHolder(file))?.id === root?.id) {
      await rename(mine, file);
      done = true;
    }
    return done;
  } finally {
    if (!done) await rm(succession, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the successions of dead locks, and what processes left that died while they took this lock. */
async function sweep(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith(`${basename(file)}.after-`)) await rm(path, { force: true });
    if (!name.startsWith(`${basename(file)}.new-`)) continue;
    const writer = await readHolder(path).catch(() => undefined);
    const gone = writer === undefined ? await isOld(path) : (await stateOf(writer)) === 'dead';
    if (gone) await rm(path, { force: true });
  }
}

/** Whether nobody has written to it for a minute: half a lock says not whose it was to be. */
async function isOld(path: string): Promise<boolean> {
  const written = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  return written < Date.now() - 60_000;
}

function heldBy(file: string, holder: LockHolder, state: 'alive' | 'unknown'): UserError {
  if (state === 'alive') {
    return new UserError(
      `Another agentloop works here already: ${wordsFor(holder)}. Its lock is ${file}.`,
      'Wait for it, see how far it is with "agentloop status", or end it with: agentloop stop',
      'cannot-start',
    );
  }
  return new UserError(
    `The lock ${file} belongs to ${wordsFor(holder)} on "${holder.host}", another machine or container: from here nobody can see whether it still runs.`,
    `When you are sure that it does not: rm '${file}'`,
    'cannot-start',
  );
}

function wordsFor({ pid, what, run, since }: LockHolder): string {
  return `process ${pid} (${[what, ...(run === '' ? [] : [`run ${run}`]), `since ${since}`].join(', ')})`;
}
