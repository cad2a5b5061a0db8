import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { statOf } from '../workspace/processes.ts';

/** What a process hangs on, at one moment. */
export interface Ties {
  /** Whether it has a controlling terminal; undefined where the system does not tell (macOS). */
  readonly terminal: boolean | undefined;
  /** Its parent's number: another one than at the start means that the parent has gone. */
  readonly parent: number;
}

/** The ties of this process now. */
export function tiesNow(): Ties {
  const stat = statOf('self');
  return { terminal: stat === undefined ? undefined : stat.terminal !== 0, parent: process.ppid };
}

/**
 * Whether it was started with `nohup`. Node puts the ignored SIGHUP back to its default before anything of ours runs,
 * so what else nohup leaves is looked for: its name, which bash and zsh write into `_`, and a stdin that cannot be read.
 */
export function isNohup(env: Readonly<Record<string, string | undefined>>): boolean {
  if (basename(env['_'] ?? '') === 'nohup') return true;
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & 3) === 1 && readlinkSync('/proc/self/fd/0') === '/dev/null';
  } catch {
    return false;
  }
}

/**
 * Why a run that began with these ties must not go on with those: nobody could see it, or stop it with a key. Undefined
 * while all is well. A parent that goes is no reason by itself: `setsid`, tmux, a service and a script that ends leave a
 * run without one on purpose. With its reader gone as well (`unheard`) there is no such purpose.
 */
export function whyLost(began: Ties, now: Ties, unheard: boolean): string | undefined {
  if (began.terminal === true && now.terminal === false) return 'Its terminal is gone.';
  if (unheard && now.parent !== began.parent)
    return 'Whoever started it is gone, and nobody reads what it says.';
  return undefined;
}
