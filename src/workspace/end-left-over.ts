import { findLeftOver, removeDeadLock, removeLeftFolder } from './left-over.ts';
import { commandOf } from './processes.ts';
import type { Repository } from './repository.ts';
import { endOrphans, type Orphan } from './sweep.ts';

/** What was done about what killed harnesses had left, thing by thing; empty where there was nothing. */
export interface Ended {
  /** Such as "process 4711 (sleep 300)". */
  readonly processes: readonly string[];
  readonly locks: readonly string[];
  readonly folders: readonly string[];
}

/** How many of them are told by their names. */
const named = 3;

/** Ends and removes what harnesses that were killed have left of this repository. Never what a living one has. */
export async function endLeftOver(repo: Repository): Promise<Ended> {
  const { processes, locks, folders } = await findLeftOver(repo);
  const words = processes.map(processWords);
  if (processes.length > 0) await endOrphans(processes);
  for (const lock of locks) await removeDeadLock(lock);
  for (const folder of folders) await removeLeftFolder(repo, folder);
  return { processes: words, locks, folders };
}

/** A process in words, while it can still be asked. */
export function processWords({ pid }: Orphan): string {
  return `process ${pid} (${commandOf(pid)})`;
}

/** One line for a person; undefined where no process was ended: dead locks and folders hinder nobody. */
export function endedLine({ processes }: Ended): string | undefined {
  if (processes.length === 0) return undefined;
  const more = processes.length > named ? ` and ${processes.length - named} more` : '';
  return `Ended what an agentloop that was killed had left running: ${processes.slice(0, named).join(', ')}${more}.`;
}
