import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { isAlive, lockLimitsOf, statOf, variableOf } from './processes.ts';

/**
 * How processes of ours are known again, whoever their parent is by then.
 *
 * 1. A variable in the environment they were started with: run, harness and command in plain words.
 * 2. The limit on file locks, which Linux has not looked at since 2.4 and hands down to every child: it is still there
 *    when a process has cleared its environment, left its session, lost its parents and closed every descriptor. The
 *    hard limit names the harness, the soft one the run and the command. Nobody without privilege can raise it again.
 *
 * A process that lowers that limit on purpose and clears its environment as well is lost to us: only a fence holds it.
 */

/** The variable that carries the mark: `<repository and run>/<harness>/<command>`. */
export const markVariable = 'AGENTLOOP_MARK';

/** The mark of a run's processes: no other run of any repository on this machine has it. */
export function markOf(commonDir: string, run: string): string {
  return `${repositoryMark(commonDir)}/${run}`;
}

/** What all marks of a repository begin with. */
export function repositoryMark(commonDir: string): string {
  // Two containers may both have their repository at /repo, and we may see the processes of both.
  const stat = statSync(commonDir, { throwIfNoEntry: false });
  const which = stat ? `${commonDir}\0${stat.dev}:${stat.ino}` : commonDir;
  return createHash('sha256').update(which).digest('hex').slice(0, 16);
}

/** The marks of one command. */
export interface Mark {
  /** Of the variable: no other command ever has it. */
  readonly value: string;
  /** Limits on file locks, decimal. */
  readonly hard: bigint;
  readonly soft: bigint;
}

/** Marks for a new command of this harness. `run`: the mark of its run. */
export function newMark(run: string): Mark {
  const id = randomUUID();
  const { pid, started } = me();
  return {
    value: `${run}/${pid}-${started}/${id}`,
    hard: hardOf(pid, started),
    soft: (bitsOf(run) << 28n) | BigInt(`0x${id.slice(-7)}`),
  };
}

/** Whose a process is, as far as it still carries our marks. */
export interface Marked {
  /** The mark of its run; undefined where it has dropped its environment. */
  readonly run?: string;
  /** Stands for its run all the same, in 32 bits. */
  readonly runBits: bigint;
  readonly harness: { readonly pid: number; readonly started: number };
}

/** Undefined when it carries none of our marks. */
export function marksOf(pid: number): Marked | undefined {
  const told = /^([0-9a-f]{16}\/.+)\/(\d+)-(\d+)\/[0-9a-f-]{36}$/.exec(variableOf(pid, markVariable) ?? '');
  if (told) {
    const run = told[1] as string;
    return { run, runBits: bitsOf(run), harness: { pid: Number(told[2]), started: Number(told[3]) } };
  }
  const { hard, soft } = lockLimitsOf(pid) ?? { hard: 0n, soft: 0n };
  if (!isOurs(hard)) return undefined;
  return {
    runBits: soft >> 28n,
    harness: { pid: Number((hard >> 40n) & 0x3fffffn), started: Number(hard & (2n ** 40n - 1n)) },
  };
}

/** Whether a process is of this command (`command`), or of any command of a run (`run`: its mark). */
export function belongsTo(pid: number, wanted: { command: Mark } | { run: string }): boolean {
  const value = variableOf(pid, markVariable);
  if ('command' in wanted) {
    const { command } = wanted;
    if (value === command.value) return true;
    const limits = lockLimitsOf(pid);
    return limits?.hard === command.hard && limits.soft === command.soft;
  }
  if (value?.startsWith(`${wanted.run}/`)) return true;
  const marked = marksOf(pid);
  if (marked === undefined || marked.run !== undefined || !isOf(marked, wanted.run)) return false;
  // Thirty-two bits are not the whole name of a run: a living harness, if it is another, looks after its own.
  return marked.harness.pid === process.pid || !livesOn(marked.harness);
}

/** Whether the marks are those of a run, as far as they tell. */
export function isOf(marked: Marked, run: string): boolean {
  return marked.run === undefined ? marked.runBits === bitsOf(run) : marked.run === run;
}

/** Whether the harness that a mark names still runs. */
export function livesOn({ pid, started }: Marked['harness']): boolean {
  const stat = statOf(pid);
  return isAlive(stat) && stat.started === started;
}

let own: { pid: number; started: number } | undefined;
/** This process, as marks name it. */
export function me(): { readonly pid: number; readonly started: number } {
  own ??= { pid: process.pid, started: statOf('self')?.started ?? 0 };
  return own;
}

/** With the second highest bit set: no person ever chose such a limit, and `unlimited` has the highest one, too. */
function hardOf(pid: number, started: number): bigint {
  return (1n << 62n) | (BigInt(pid) << 40n) | BigInt(started);
}

function isOurs(hard: bigint): boolean {
  return hard >> 62n === 1n;
}

function bitsOf(run: string): bigint {
  return BigInt(`0x${createHash('sha256').update(run).digest('hex').slice(0, 8)}`);
}
