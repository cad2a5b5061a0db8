import { statfs } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';
import { lockHolder } from '../ledger/lock.ts';
import { processWords } from '../workspace/end-left-over.ts';
import { findFence } from '../workspace/fence.ts';
import { findLeftOver } from '../workspace/left-over.ts';
import { openRepository, type Repository } from '../workspace/repository.ts';
import type { Finding } from './diagnosis.ts';
import type { Io } from './io.ts';
import { lockFile } from './run-view.ts';
import { bytes, count } from './words.ts';

const oldestNode = [20, 19] as const;
/** Free bytes below which a run is in danger, and below which it makes no sense. */
const little = 2_000_000_000;
const nothing = 100_000_000;

/** Node, git, the fence, the lock and the disk. Nothing here throws. */
export async function inspectMachine(io: Io): Promise<readonly Finding[]> {
  const repository = await attempt('repository', () => openRepository(io.cwd, { env: io.env }));
  const first = [node(process.versions.node), platform(io.platform)];
  if ('state' in repository) return [...first, repository];
  const found: Finding = { name: 'repository', state: 'ok', what: `${repository.top} (git is new enough)` };
  const rest = [fence(io, repository), lock(repository), leftOver(repository), ...disks(repository)];
  return [...first, found, ...(await Promise.all(rest))];
}

/** Runs something that may throw; what it throws becomes a finding. */
export async function attempt<T>(name: string, work: () => Promise<T>): Promise<T | Finding> {
  try {
    return await work();
  } catch (error) {
    const help = error instanceof UserError ? { help: error.help } : {};
    return { name, state: 'fail', what: messageOf(error), ...help };
  }
}

/** Whether this Node will do. */
export function node(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (enough) return { name: 'node', state: 'ok', what: version };
  return {
    name: 'node',
    state: 'fail',
    what: `${version} is too old`,
    help: `Install Node ${oldestNode.join('.')} or newer.`,
  };
}

/** Whether this kind of machine will do. */
export function platform(name: NodeJS.Platform): Finding {
  if (name === 'linux') return { name: 'machine', state: 'ok', what: 'linux' };
  if (name === 'win32') return { name: 'machine', state: 'fail', what: 'native Windows', help: 'Use WSL.' };
  return {
    name: 'machine',
    state: 'warn',
    what: `${name}: everything works but the fence, which needs Linux`,
  };
}

async function fence(io: Io, repo: Repository): Promise<Finding> {
  const name = 'fence';
  const found = await attempt(name, () =>
    findFence({
      mode: 'auto',
      hide: [repo.top, repo.commonDir, repo.cacheDir],
      cacheRoot: repo.cacheDir,
      env: io.env,
    }),
  );
  if ('state' in found) return found;
  if (found.mode === 'none') {
    const help = 'Without it, what a brain and the checks run can reach all that you can.';
    return { name, state: 'warn', what: `none: ${found.why ?? ''}`, help };
  }
  if (found.holes.length > 0)
    return { name, state: 'warn', what: `${found.mode}, with holes`, help: found.holes.join('\n') };
  return { name, state: 'ok', what: `${found.mode}, tried out: what must not be reached cannot be` };
}

async function lock(repo: Repository): Promise<Finding> {
  const name = 'lock';
  const holder = await attempt(name, () => lockHolder(lockFile(repo)));
  if (holder === undefined) return { name, state: 'ok', what: 'free' };
  if ('name' in holder) return holder;
  const who = `process ${holder.pid} (${holder.what}, since ${holder.since})`;
  if (holder.state === 'alive') return { name, state: 'ok', what: `held: ${who} works here` };
  if (holder.state === 'dead')
    return { name, state: 'ok', what: `left by ${who}, which is gone; the next run takes it over` };
  const help = `When you are sure that it does not run any more: rm '${lockFile(repo)}'`;
  return {
    name,
    state: 'warn',
    what: `held by ${who} on "${holder.host}", which cannot be seen from here`,
    help,
  };
}

/** What a killed agentloop left. Dead locks hinder nobody, so they are no trouble. */
async function leftOver(repo: Repository): Promise<Finding> {
  const name = 'left over';
  const found = await attempt(name, () => findLeftOver(repo));
  if ('state' in found) return found;
  const { processes, locks, folders } = found;
  if (processes.length > 0) {
    const words = processes.map(processWords).join(', ');
    const help = 'The next run ends it; now: agentloop doctor --orphans';
    return { name, state: 'warn', what: `still running, of an agentloop that was killed: ${words}`, help };
  }
  const rest = [
    ...(locks.length > 0 ? [count(locks.length, 'dead lock')] : []),
    ...(folders.length > 0 ? [count(folders.length, 'half-made folder')] : []),
  ];
  return { name, state: 'ok', what: rest.length > 0 ? `nothing runs; ${rest.join(', ')}` : 'nothing' };
}

function disks(repo: Repository): readonly Promise<Finding>[] {
  return [disk('disk', repo.commonDir, 'your repository'), disk('cache', repo.cacheDir, 'workspaces')];
}

/** How much room there is where a folder stands. */
export async function disk(name: string, folder: string, holds: string): Promise<Finding> {
  const found = await attempt(name, () => statfs(folder));
  if ('name' in found) return found;
  const free = found.bavail * found.bsize;
  const what = `${bytes(free)} free for ${holds} (${folder})`;
  if (free < nothing) return { name, state: 'fail', what, help: 'Make room: agentloop clean' };
  return free < little
    ? { name, state: 'warn', what, help: 'Make room: agentloop clean' }
    : { name, state: 'ok', what };
}
