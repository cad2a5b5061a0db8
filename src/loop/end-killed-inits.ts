import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { openLedger } from '../ledger/log.ts';
import { readStanding } from '../ledger/standing.ts';
import type { Repository } from '../workspace/repository.ts';
import { noBrain } from './no-brain.ts';
import { type CrewParts, openCrew } from './open-crew.ts';
import { recover } from './recover.ts';
import { runDirOf } from './run-dir.ts';

/**
 * An `init` is never carried on, so one that was killed is ended by the next: its session ends, what it had written is
 * kept under the session's ref, and nothing of it runs any more.
 */
export async function endKilledInits(
  parts: Omit<CrewParts, 'ledger' | 'run' | 'runDir' | 'brain'>,
): Promise<void> {
  const { repo, redact } = parts.setting;
  for (const run of await killedInits(repo)) {
    const runDir = runDirOf(repo, run);
    const file = join(runDir, 'events.jsonl');
    const ledger = await openLedger(file, { run, redact, now: parts.input.now });
    try {
      const crew = await openCrew({ ...parts, brain: noBrain, ledger, run, runDir });
      await recover(crew);
      const code = crew.exitCode('terminated', 0);
      await crew.book.record({
        type: 'run.stopped',
        reason: 'terminated',
        code,
        left: 0,
        landed: 0,
        detail: 'killed',
      });
    } finally {
      await ledger.close();
    }
  }
}

/** Names of the runs of `init` that began and did not say that they stopped. Holds while the lock is ours. */
export async function killedInits(repo: Pick<Repository, 'stateDir'>): Promise<readonly string[]> {
  const folder = join(repo.stateDir, 'runs');
  const names = await readdir(folder).catch(() => [] as string[]);
  const killed: string[] = [];
  for (const name of names.filter((one) => one.startsWith('init-')))
    if (await isOpen(join(folder, name, 'events.jsonl'))) killed.push(name);
  return killed;
}

/** Whether an init began and never said that it stopped. A ledger that cannot be read is a person's to look at. */
async function isOpen(file: string): Promise<boolean> {
  try {
    const { state } = await readStanding(file);
    return state !== undefined && state.stopped === undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
