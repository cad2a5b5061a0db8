import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mark } from './mark.ts';
import { insideOf, type Place } from './place.ts';

/** Linux takes at most 128 KiB for one argument; a command a model wrote can be longer. */
const argumentBytes = 100_000;

export interface ShellLine {
  readonly argv: readonly [string, ...string[]];
  /** Removes what had to be written for it. */
  readonly done: () => void;
}

export interface ShellOptions {
  /** Folder of the checkout. One that is not there is a failure of the command, told by sh. */
  readonly cwd?: string | undefined;
  /** Both outputs through one pipe, so that they come in the order in which they were written. */
  readonly merged: boolean;
  /** No other command has it. */
  readonly id: string;
  /** Laid on its processes where no fence holds them. */
  readonly mark: Mark;
}

/** `sh -c command`, as the command line of a process. */
export function shellLine(place: Place, command: string, { cwd, merged, id, mark }: ShellOptions): ShellLine {
  // On the same line, so that the line numbers sh tells are those of the command.
  const { run, done } = runOf(place, merged ? `exec 2>&1; ${command}` : command, id);
  const steps: string[] = [];
  const words: string[] = [];
  // bash counts file locks with -x, the others with -w; where neither is known the variable has to do.
  if (place.fence.mode === 'none') {
    const { hard, soft } = mark;
    const lay = (flag: string) => `ulimit ${flag} ${hard} && ulimit -S ${flag} ${soft}`;
    steps.push(`{ ${lay('-w')} || ${lay('-x')}; } 2>/dev/null`);
  }
  if (cwd !== undefined && cwd !== '' && cwd !== '.') {
    steps.push('cd -- "$1" || exit', 'shift');
    words.push(cwd);
  }
  if (steps.length === 0) return { argv: run, done };
  return { argv: ['/bin/sh', '-c', [...steps, 'exec "$@"'].join('; '), 'sh', ...words, ...run], done };
}

function runOf(place: Place, command: string, id: string): { run: [string, ...string[]]; done: () => void } {
  if (Buffer.byteLength(command) < argumentBytes && !command.includes('\0')) {
    return { run: ['/bin/sh', '-c', command], done: () => undefined };
  }
  const name = `agentloop-command-${id}.sh`;
  const file = join(place.tmp, name);
  writeFileSync(file, command, { flag: 'wx', mode: 0o600 });
  return { run: ['/bin/sh', `${insideOf(place).tmp}/${name}`], done: () => rmSync(file, { force: true }) };
}
