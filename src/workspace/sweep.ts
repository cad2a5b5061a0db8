import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { markVariable } from './environment.ts';

/**
 * Finds and ends processes that got away: out of their process group, or left by a harness that was killed.
 * They are known by a mark in the environment they were started with, by their session, or by a parent that is known.
 * Only /proc can tell; where there is none (macOS), only the process group is ended, by others.
 */

/** The mark of a run's processes: no other run of any repository on this machine has it. */
export function markOf(commonDir: string, run: string): string {
  return `${createHash('sha256').update(commonDir).digest('hex').slice(0, 16)}/${run}`;
}

/** Ends every process that an earlier harness left of this run. Gives how many were seen. */
export async function endRun(mark: string): Promise<number> {
  return sweep({ mark: `${mark}/` });
}

export interface Wanted {
  /** How the value of the mark begins. */
  readonly mark: string;
  /** Processes of this session are wanted too, whatever their environment says. */
  readonly session?: number;
  /** Start of the first one, in clock ticks since boot: what is older is not even looked at. */
  readonly since?: number;
}

/**
 * Sends SIGKILL to all that are wanted, again until none is left (one may be starting another while we look), for at
 * most 2 s. Never to this process or one of its ancestors.
 */
export async function sweep(wanted: Wanted): Promise<number> {
  const seen = new Set<number>();
  const deadline = performance.now() + 2000;
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    const found = find(wanted);
    for (const pid of found) {
      seen.add(pid);
      kill(pid, 'SIGKILL');
    }
    if (found.length === 0 || performance.now() > deadline) return seen.size;
    await pause(wait);
  }
}

/** A line of /proc/<pid>/stat, as far as we need it. */
export interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** In clock ticks since boot: with the pid it names a process for ever. */
  readonly started: number;
}

/** Undefined when there is no such process (any more). */
export function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the name in brackets, and may itself hold brackets and blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    started: Number(fields[19]),
  };
}

/** Sends a signal to a process, or to a group as a negative number. Gives whether there was one to send it to. */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // Gone, or another user's: both are no business of ours.
  }
}

function find(wanted: Wanted): readonly number[] {
  const all = living();
  const spared = new Set<number>();
  for (let at = all.get(process.pid); at && !spared.has(at.pid); at = all.get(at.parent)) spared.add(at.pid);
  const needle = `${markVariable}=${wanted.mark}`;
  const since = wanted.since ?? 0;
  const found = new Set<number>();
  for (const { pid, session, started } of all.values()) {
    if (spared.has(pid) || started < since) continue;
    if (session === wanted.session || isMarked(pid, needle)) found.add(pid);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all.values()) if (found.has(parent) && !spared.has(pid)) found.add(pid);
  }
  return [...found];
}

function living(): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of names()) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    // A zombie has done all it ever will; its parent has yet to notice.
    if (stat && stat.state !== 'Z' && stat.state !== 'X') all.set(stat.pid, stat);
  }
  return all;
}

function isMarked(pid: number, needle: string): boolean {
  const environ = read(`/proc/${pid}/environ`);
  return environ !== undefined && (environ.startsWith(needle) || environ.includes(`\0${needle}`));
}

function names(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
