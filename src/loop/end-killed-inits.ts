import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { openLedger } from '../ledger/log.ts';
import { readStanding } from '../ledger/standing.ts';
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
  const names = await readdir(join(repo.stateDir, 'runs')).catch(() => []);
  for (const run of names.filter((name) => name.startsWith('init-'))) {
    const runDir = runDirOf(repo, run);
    const file = join(runDir, 'events.jsonl');
    if (!(await isOpen(file))) continue;
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
