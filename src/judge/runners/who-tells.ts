import { readdirSync, readFileSync } from 'node:fs';

/**
 * Who is at the other end of a connection. A runner writes a word into the name of its process, which nobody can do for
 * another one, and says the same word: so we know the process, and by its parents where it comes from.
 */

/** `runner`: started by the check itself. `nested`: by a runner that is still telling. `stranger`: by nobody left. */
export type Standing = 'runner' | 'nested' | 'stranger' | 'same';

interface Process {
  readonly parent: number;
  /** Its number in each pid namespace, from ours inwards. */
  readonly numbers: readonly number[];
}

/** Whether processes can be looked at here; where not, everyone is believed. */
export function canLook(): boolean {
  return processOf(process.pid) !== undefined;
}

/** The process that bears this name; undefined where there is none. */
export function bearerOf(word: string): number | undefined {
  if (!/^[\w-]{15}$/.test(word)) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => read(`/proc/${pid}/comm`)?.trim() === word);
}

/**
 * Goes up from a process to the one that runs us. `telling`: those that tell already. A process whose parent has died
 * is a child of the first one of its namespace, and so is the command of the check itself, which is the second one.
 */
export function standingOf(pid: number, telling: ReadonlySet<number>): Standing {
  if (telling.has(pid)) return 'same';
  for (let at = pid, is = processOf(at); is !== undefined; at = is.parent, is = processOf(at)) {
    if (at !== pid && telling.has(at)) return 'nested';
    if (is.parent === process.pid) return 'runner';
    const above = processOf(is.parent);
    const isOfFence = above?.numbers.length === 2 && above.numbers[1] === 1;
    if (isOfFence && is.numbers.length === 2 && is.numbers[1] !== 2) return 'stranger';
  }
  return 'stranger';
}

function processOf(pid: number): Process | undefined {
  const text = pid > 0 ? read(`/proc/${pid}/status`) : undefined;
  const parent = /^PPid:\s*(\d+)$/m.exec(text ?? '')?.[1];
  if (text === undefined || parent === undefined) return undefined;
  const numbers = /^NSpid:\s*(.+)$/m.exec(text)?.[1]?.trim().split(/\s+/).map(Number) ?? [pid];
  return { parent: Number(parent), numbers };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
