import { setTimeout as pause } from 'node:timers/promises';
import type { Mark } from './mark.ts';
import { isAlive, kill, type Stat, statOf } from './processes.ts';
import type { Spawned } from './run-process.ts';
import { endCommand } from './sweep.ts';
import { within } from './within.ts';

/** Ends a command and all that came of it. */
export interface Ending {
  /** SIGTERM, to the command and what it started: time to put things away. */
  ask(): void;
  /** SIGKILL to all of it. */
  force(): void;
  /** Called when the main process has exited; resolves when nothing of the command is alive. */
  rest(): Promise<void>;
  /** Whether the command itself was ever started. */
  ran(): boolean;
}

/** Without a fence: the process group, then whatever carries the marks, the session, or comes of those. */
export function endingOfGroup(child: Spawned, mark: Mark): Ending {
  const { pid } = child;
  const since = (pid === undefined ? undefined : statOf(pid)?.started) ?? 0;
  const signal = (name: NodeJS.Signals) => pid !== undefined && kill(-pid, name);
  return {
    ask: () => signal('SIGTERM'),
    force: () => signal('SIGKILL'),
    async rest() {
      signal('SIGKILL');
      if (pid !== undefined) await endCommand({ mark, session: pid, since });
    },
    ran: () => pid !== undefined,
  };
}

/**
 * Under bubblewrap: what it tells on its status descriptor names the first process of the pid namespace, which leads
 * the group of the command. A SIGTERM to bubblewrap itself would end everything at once, without grace.
 */
export function endingOfFence(child: Spawned): Ending {
  let told = '';
  let first: Stat | undefined;
  let asked = false;
  const ended = new Promise<void>((resolve) => child.status?.once('close', resolve));
  child.status?.on('data', (chunk: Buffer) => {
    if (told.length < 4096) told += chunk.toString('latin1');
    const pid = /"child-pid": *(\d+)/.exec(told)?.[1];
    if (pid !== undefined) first ??= statOf(Number(pid));
  });
  child.status?.on('error', () => undefined);
  const alive = () => {
    const now = first && statOf(first.pid);
    return isAlive(now) && now.started === first?.started;
  };
  const signal = (group: boolean, name: NodeJS.Signals) =>
    first !== undefined && alive() && kill(group ? -first.pid : first.pid, name);
  const askUntilHeard = async () => {
    // The group comes into being a moment after bubblewrap has named it.
    for (let tries = 0; tries < 100 && !signal(true, 'SIGTERM'); tries++) await pause(5);
  };
  return {
    ask() {
      if (!asked) void askUntilHeard();
      asked = true;
    },
    force() {
      // The first process of a namespace takes all others with it, and is gone only after them.
      if (!signal(false, 'SIGKILL') && child.pid !== undefined) kill(child.pid, 'SIGKILL');
    },
    async rest() {
      await within(ended, 1000);
      // bubblewrap has gone, so the kernel has sent SIGKILL to the first process; wait until it has arrived.
      for (let wait = 1; wait < 500 && alive(); wait *= 2) {
        signal(false, 'SIGKILL');
        await pause(wait);
      }
    },
    ran: () => told.includes('"exit-code"'),
  };
}
