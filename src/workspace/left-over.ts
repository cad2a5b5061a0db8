import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { lockHolder, takeLock } from '../ledger/lock.ts';
import { fenceTestRun } from './fence-test.ts';
import { isOf, markOf, repositoryMark } from './mark.ts';
import { exists } from './processes.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';
import { findOrphans, type Orphan } from './sweep.ts';

/** What harnesses that were killed have left of a repository. Nothing in it belongs to a living one. */
export interface LeftOver {
  readonly processes: readonly Orphan[];
  /** Locks of dead processes: of the repository, of its checkouts, of blocks of ports. */
  readonly locks: readonly string[];
  /** Half-made folders of ours. */
  readonly folders: readonly string[];
}

/** Looks, and changes nothing. */
export async function findLeftOver(repo: Repository): Promise<LeftOver> {
  return { processes: orphansOf(repo), locks: await deadLocks(repo), folders: await deadFolders(repo) };
}

/** Processes of this repository's runs whose harness is gone. */
function orphansOf(repo: Pick<Repository, 'commonDir' | 'stateDir' | 'cacheDir'>): readonly Orphan[] {
  const own = `${repositoryMark(repo.commonDir)}/`;
  const lone = namesIn(slotsOf(repo)).filter((name) => /^lone(-\d+)?$/.test(name));
  const runs = [...namesIn(join(repo.stateDir, 'runs')), ...lone.map((name) => `~${name}`)];
  const marks = [...runs.map((run) => markOf(repo.commonDir, run)), markOf(repo.cacheDir, fenceTestRun)];
  return findOrphans((marked) => marked.run?.startsWith(own) || marks.some((mark) => isOf(marked, mark)));
}

/** Takes a lock over and gives it back: whoever else comes along meanwhile is not disturbed. */
export async function removeDeadLock(file: string): Promise<void> {
  const lock = await takeLock(file, { run: '', what: 'agentloop doctor' }).catch(() => undefined);
  await lock?.release();
}

/** Removes a folder that `findLeftOver` named. */
export async function removeLeftFolder(repo: Repository, folder: string): Promise<void> {
  await removeAll(folder, repo.cacheDir);
}

async function deadLocks(repo: Repository): Promise<readonly string[]> {
  const slots = namesIn(slotsOf(repo)).filter((name) => name.endsWith('.lock'));
  const ports = namesIn(repo.portsDir).filter((name) => /^\d+$/.test(name));
  const files = [
    join(repo.stateDir, 'lock'),
    ...slots.map((name) => join(slotsOf(repo), name)),
    ...ports.map((name) => join(repo.portsDir, name)),
  ];
  const dead: string[] = [];
  for (const file of files) if ((await stateOfLock(file)) === 'dead') dead.push(file);
  return dead;
}

/** Checkouts of init.sh that nobody finishes, and the links to sockets of judges that are gone. */
async function deadFolders(repo: Repository): Promise<readonly string[]> {
  const store = join(repo.cacheDir, 'prepared');
  const drafts = namesIn(store).filter((name) => {
    const pid = /\.draft-(\d+)-/.exec(name)?.[1];
    return pid !== undefined && !exists(Number(pid));
  });
  const links: string[] = [];
  for (const name of namesIn(tmpdir()).filter((one) => one.startsWith('al-'))) {
    const folder = join(tmpdir(), name);
    const slot = slotBehind(folder, slotsOf(repo));
    if (slot === undefined) continue;
    const state = await stateOfLock(join(slotsOf(repo), `${slot}.lock`));
    if (state === undefined || state === 'dead') links.push(folder);
  }
  return [...drafts.map((name) => join(store, name)), ...links];
}

/** The name of the slot that a short way to a socket leads into; undefined when it is no such way or not of ours. */
function slotBehind(folder: string, slots: string): string | undefined {
  try {
    if (lstatSync(folder).uid !== process.getuid?.() || namesIn(folder).join() !== 'f') return undefined;
    const target = readlinkSync(join(folder, 'f'));
    return target.startsWith(`${slots}${sep}`) ? target.slice(slots.length + 1).split(sep)[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such lock, or none of ours. */
async function stateOfLock(file: string): Promise<'alive' | 'dead' | 'unknown' | undefined> {
  return existsSync(file) ? (await lockHolder(file).catch(() => undefined))?.state : undefined;
}

function slotsOf({ cacheDir }: Pick<Repository, 'cacheDir'>): string {
  return join(cacheDir, 'slots');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
