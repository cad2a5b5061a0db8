import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf, UserError } from '../errors.ts';

/** Who wrote a lock. What the system does not tell (there is no /proc everywhere) is absent. */
export interface LockHolder {
  /** Unique for each lock ever written. */
  readonly id: string;
  readonly pid: number;
  /** Start of the process, in clock ticks since boot: a pid alone may have been given away anew. */
  readonly started?: string;
  /** Id of the boot. */
  readonly boot?: string;
  /** The pid namespace: a pid says nothing in another one. */
  readonly pids?: string;
  readonly host: string;
  /** ISO time. */
  readonly since: string;
  readonly run: string;
  /** The command, such as "agentloop run". */
  readonly what: string;
}

/** `unknown`: on another machine or in another container, where we cannot see. */
export type HolderState = 'alive' | 'dead' | 'unknown';

/** This process, as far as a lock tells of it. */
export async function thisProcess(): Promise<Pick<LockHolder, 'pid' | 'started' | 'boot' | 'pids' | 'host'>> {
  const [stat, boot, pids] = await Promise.all([processStat(process.pid), bootId(), pidNamespace()]);
  return {
    pid: process.pid,
    host: hostname(),
    ...(stat === undefined ? {} : { started: stat.started }),
    ...(boot === undefined ? {} : { boot }),
    ...(pids === undefined ? {} : { pids }),
  };
}

/** The holder named in a lock file; undefined when there is no such file. UserError when it is no lock of ours. */
export async function readHolder(file: string): Promise<LockHolder | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const holder = parsed(text);
  if (isHolder(holder)) return holder;
  throw new UserError(
    `${file} is not a lock that agentloop wrote.`,
    `See what it is; if no agentloop works here: rm '${file}'`,
    'cannot-start',
  );
}

/** Whether the process that wrote a lock still runs. In doubt it does. */
export async function stateOf(holder: LockHolder): Promise<HolderState> {
  if (holder.host !== hostname()) return 'unknown';
  if (differ(holder.boot, await bootId())) return 'dead';
  if (differ(holder.pids, await pidNamespace())) return 'unknown';
  if (!hasProcess(holder.pid)) return 'dead';
  const stat = await processStat(holder.pid);
  if (stat === undefined) return 'alive';
  // A zombie has its pid still, until its parent looks; but it will never write again.
  if (stat.state === 'Z' || stat.state === 'X') return 'dead';
  return differ(holder.started, stat.started) ? 'dead' : 'alive';
}

function differ(then: string | undefined, now: string | undefined): boolean {
  return then !== undefined && now !== undefined && then !== now;
}

function hasProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat; undefined where it cannot be read. */
async function processStat(pid: number): Promise<{ state: string; started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The name of the program (field 2) may hold spaces and brackets; what follows the last one does not.
  const [state, ...more] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const started = more[18];
  return state === undefined || started === undefined ? undefined : { state, started };
}

/** Names the boot of this machine; undefined where the system does not tell. */
export async function bootId(): Promise<string | undefined> {
  return readFile('/proc/sys/kernel/random/boot_id', 'latin1').then(
    (text) => text.trim(),
    () => undefined,
  );
}

async function pidNamespace(): Promise<string | undefined> {
  return readlink('/proc/self/ns/pid').catch(() => undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const { id, pid, started = '', boot = '', pids = '', ...rest } = value as Record<string, unknown>;
  const words = [id, started, boot, pids, rest['host'], rest['since'], rest['run'], rest['what']];
  // The id becomes part of a file name.
  return (
    words.every((word) => typeof word === 'string') &&
    /^[0-9a-f-]{8,64}$/.test(String(id)) &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0
  );
}
