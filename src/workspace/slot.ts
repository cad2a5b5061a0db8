import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { type Lock, takeLock } from '../ledger/lock.ts';
import { takePortBlock } from './port-block.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';

/** A kept checkout folder and what belongs to it. One process uses it at a time. */
export interface Slot {
  readonly name: string;
  readonly dir: string;
  /** The files. */
  readonly tree: string;
  /** Our index of them. */
  readonly index: string;
  /** The throw-away repository. */
  readonly repo: string;
  /** Folders that start empty: HOME of the commands, what they share with the harness, their /tmp. */
  readonly home: string;
  readonly out: string;
  readonly tmp: string;
  /** What the harness gives to the commands, which they cannot write inside the fence. */
  readonly given: string;
  /** What `recover` must know of the session in it. */
  readonly note: string;
  /** Gives the slot and its ports back. The files stay. */
  release(): Promise<void>;
}

/** A slot that is ours until it is released. */
export interface TakenSlot extends Slot {
  /** First of a block of ports that its commands have to themselves. */
  readonly ports: number;
}

/** Slots of one name that may be in use at the same time. */
const most = 64;

/** Takes the first free slot of a name: `judge`, `judge-2`, ... A slot whose process is dead is free. */
export async function takeSlot(repo: Repository, name: string, run: string): Promise<TakenSlot> {
  const root = join(repo.cacheDir, 'slots');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (let n = 1; ; n += 1) {
    const own = n === 1 ? name : `${name}-${n}`;
    const lock = await lockOf(join(root, `${own}.lock`), run, n < most);
    if (!lock) continue;
    let release = () => lock.release();
    try {
      const ports = await takePortBlock(repo.portsDir, run);
      release = async () => {
        await ports.release();
        await lock.release();
      };
      const slot = slotAt(root, own, release);
      await makeFolder(slot);
      return { ...slot, ports: ports.base };
    } catch (error) {
      await release();
      throw error;
    }
  }
}

/** The lock of a slot; undefined when somebody has it and there are other slots to try. */
async function lockOf(file: string, run: string, others: boolean): Promise<Lock | undefined> {
  try {
    return await takeLock(file, { run, what: 'a checkout of agentloop' });
  } catch (error) {
    if (error instanceof UserError && others) return undefined;
    throw error;
  }
}

/** Makes its folder, or removes what an earlier removal could not. */
async function makeFolder({ dir }: Slot): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dir)) {
    if (name.startsWith('removed-')) await removeAll(join(dir, name), dir).catch(() => undefined);
  }
}

/** The paths of a slot. */
export function slotAt(root: string, name: string, release: () => Promise<void>): Slot {
  const dir = join(root, name);
  return {
    name,
    dir,
    tree: join(dir, 'tree'),
    index: join(dir, 'index'),
    repo: join(dir, 'repo.git'),
    home: join(dir, 'home'),
    out: join(dir, 'out'),
    tmp: join(dir, 'tmp'),
    given: join(dir, 'given'),
    note: join(dir, 'session.json'),
    release,
  };
}

/** Empties everything of a slot that a brain could write to, except its files. */
export async function emptyBeside(slot: Slot): Promise<void> {
  await removeAll(slot.repo, slot.dir);
  await empty(slot, [slot.home, slot.out, slot.tmp, slot.given]);
}

/**
 * Empties HOME and /tmp of a session that is over: whoever worked in it had a copy of a login there. Never throws; what
 * cannot be removed now, the next one who empties the slot removes, or tells.
 */
export async function emptyHome(slot: Slot): Promise<void> {
  await empty(slot, [slot.home, slot.tmp]).catch(() => undefined);
}

async function empty(slot: Slot, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (isEmpty(folder)) continue;
    await removeAll(folder, slot.dir);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Whether it is a folder as we make them, with nothing in it. */
function isEmpty(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return (
    stat?.isDirectory() === true &&
    (stat.mode & 0o7777) === 0o700 &&
    stat.uid === process.getuid?.() &&
    readdirSync(folder).length === 0
  );
}
