import { readdirSync, readFileSync, statSync } from 'node:fs';
import { codeOf } from '../errors.ts';

/** What the system tells of processes. Only /proc can; where there is none (macOS), nobody is known. */

/** A line of /proc/<pid>/stat, as far as we need it. */
export interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Device number of the controlling terminal, 0 without one. */
  readonly terminal: number;
  /** In clock ticks since boot: with the pid it names a process for ever. */
  readonly started: number;
}

/** Undefined when there is no such process (any more). */
export function statOf(pid: number | 'self'): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the name in brackets, and may itself hold brackets and blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    terminal: Number(fields[4]),
    started: Number(fields[19]),
  };
}

/** Whether a process can still do something. A zombie has done all it ever will; its parent has yet to notice. */
export function isAlive(stat: Stat | undefined): stat is Stat {
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}

/** All processes that can still do something, by their number. */
export function living(): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of names()) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (isAlive(stat)) all.set(stat.pid, stat);
  }
  return all;
}

/** The value of a variable in the environment a process was started with; undefined where it cannot be read. */
export function variableOf(pid: number, name: string): string | undefined {
  const environ = read(`/proc/${pid}/environ`);
  return environ
    ?.split('\0')
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** The limit on file locks, as a decimal number: `soft` and `hard`. Undefined when it is unlimited or unknown. */
export function lockLimitsOf(pid: number): { readonly soft: bigint; readonly hard: bigint } | undefined {
  const found = /^Max file locks +(\d+) +(\d+) /m.exec(read(`/proc/${pid}/limits`) ?? '');
  return found ? { soft: BigInt(found[1] as string), hard: BigInt(found[2] as string) } : undefined;
}

/** The user a process belongs to; undefined where that cannot be seen. */
export function userOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** The numbers of a process in all namespaces it is in, ours first. */
export function numbersOf(pid: number): readonly number[] {
  const line = /^NSpid:([\d\t ]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
  return line.trim().split(/\s+/).map(Number);
}

/** What people call it: its command line, cut to 32 characters. Empty when it is gone. */
export function commandOf(pid: number): string {
  const line = (read(`/proc/${pid}/cmdline`) ?? '').replace(/[\0\s]+/g, ' ').trim();
  return line.length <= 32 ? line : `${line.slice(0, 31)}…`;
}

/** Whether a number belongs to a process, of whatever user. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Sends a signal to a process, or to a group as a negative number. Gives whether there was one to send it to. */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // Gone, or another user's: both are no business of ours.
  }
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
