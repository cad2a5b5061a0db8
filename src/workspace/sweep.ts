import { setTimeout as pause } from 'node:timers/promises';
import { belongsTo, livesOn, type Mark, type Marked, marksOf, me } from './mark.ts';
import { isAlive, kill, living, numbersOf, type Stat, statOf, userOf } from './processes.ts';

/**
 * Finds and ends processes that got away: out of their process group, or left by a harness that was killed.
 * They are known by their marks, by their session, or by a parent that is known. Never ends this process or one of its
 * ancestors. Where there is no /proc (macOS), only the process group is ended, by others.
 */

/** Ends every process that an earlier harness left of this run (its mark). Gives how many were seen. */
export async function endRun(run: string): Promise<number> {
  return endAll(({ pid }) => belongsTo(pid, { run }));
}

/** What came of one command. */
export interface OfCommand {
  readonly mark: Mark;
  /** Processes of this session are wanted too, whatever marks they carry. */
  readonly session: number;
  /** Start of the first one, in clock ticks since boot: what is older is not even looked at. */
  readonly since: number;
}

/** Ends what is left of a command. Gives how many were seen. */
export async function endCommand({ mark, session, since }: OfCommand): Promise<number> {
  return endAll(
    (stat) => stat.started >= since && (stat.session === session || belongsTo(stat.pid, { command: mark })),
  );
}

/**
 * Ends everything this harness has started, before it returns: for a process that is about to end and can wait for
 * nothing. Takes at most half a second.
 */
export function endOwnAtOnce(): void {
  const { pid, started } = me();
  const isOwn = (harness: Marked['harness'] | undefined) =>
    harness?.pid === pid && harness.started === started;
  const deadline = performance.now() + 500;
  const still = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const found = find((stat) => stat.started >= started && isOwn(marksOf(stat.pid)?.harness));
    for (const one of found) end(one);
    if (found.length === 0 || performance.now() > deadline) return;
    Atomics.wait(still, 0, 0, 2);
  }
}

/** A process whose harness is gone. */
export interface Orphan extends Stat {
  readonly marked: Marked;
}

/** What is left of harnesses that were killed, as far as it carries marks and belongs to this user. */
export function findOrphans(wanted: (marked: Marked) => boolean): readonly Orphan[] {
  const all = [...living().values()];
  const me = userOf(process.pid);
  return all.flatMap((stat) => {
    const marked = marksOf(stat.pid);
    if (!marked || !wanted(marked) || userOf(stat.pid) !== me) return [];
    return livesSomewhere(marked.harness, all) ? [] : [{ ...stat, marked }];
  });
}

/** Whether a harness is alive, also in a container that we see into, where it has another number. */
function livesSomewhere(harness: Marked['harness'], all: readonly Stat[]): boolean {
  if (livesOn(harness)) return true;
  return all.some(({ pid, started }) => started === harness.started && numbersOf(pid).includes(harness.pid));
}

/** Ends them and what they started, if they are still the same processes. Gives how many were seen. */
export async function endOrphans(orphans: readonly Orphan[]): Promise<number> {
  return endAll(({ pid, started }) => orphans.some((one) => one.pid === pid && one.started === started));
}

/** Sends SIGKILL to all that are wanted, again until none is left (one may be starting another), for at most 2 s. */
async function endAll(wanted: (stat: Stat) => boolean): Promise<number> {
  const seen = new Set<number>();
  const deadline = performance.now() + 2000;
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    const found = find(wanted);
    for (const one of found) {
      seen.add(one.pid);
      end(one);
    }
    if (found.length === 0 || performance.now() > deadline) return seen.size;
    await pause(wait);
  }
}

/** Unless its number has been given to another process since it was found. */
function end({ pid, started }: Stat): void {
  const now = statOf(pid);
  if (isAlive(now) && now.started === started) kill(pid, 'SIGKILL');
}

function find(wanted: (stat: Stat) => boolean): readonly Stat[] {
  const all = living();
  const spared = new Set<number>();
  for (let at = all.get(process.pid); at && !spared.has(at.pid); at = all.get(at.parent)) spared.add(at.pid);
  const found = new Map<number, Stat>();
  for (const stat of all.values()) if (!spared.has(stat.pid) && wanted(stat)) found.set(stat.pid, stat);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const stat of all.values())
      if (found.has(stat.parent) && !spared.has(stat.pid)) found.set(stat.pid, stat);
  }
  return [...found.values()];
}
