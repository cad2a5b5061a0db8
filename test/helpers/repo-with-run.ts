import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '../../src/ledger/lock.ts';
import type { Feature } from '../../src/project/feature.ts';
import type { LedgerStory } from './ledger-story.ts';
import { type Content, type TempRepo, tempRepo } from './repo.ts';

/** A real repository in whose state folder stand runs that are stories. */
export interface RepoWithRuns extends TempRepo {
  readonly stateDir: string;
  /** Writes a run and gives its folder. */
  addRun(story: LedgerStory, features?: readonly Feature[]): Promise<string>;
  /** Takes the lock as a run of this process would; gives how to release it. */
  lock(run: string): Promise<() => Promise<void>>;
}

/** Makes one, without any commit where no files are given; close it with `remove`, or declare it with `await using`. */
export async function repoWithRuns(files?: Readonly<Record<string, Content>>): Promise<RepoWithRuns> {
  const repo = await tempRepo(files);
  const stateDir = join(repo.dir, '.git', 'agentloop');
  return {
    ...repo,
    stateDir,
    addRun: (story, features) => story.write(stateDir, features),
    async lock(run) {
      const lock = await takeLock(join(stateDir, 'lock'), { run, what: 'agentloop run' });
      return () => lock.release();
    },
  };
}

/** Leaves the lock of a process that is gone. */
export async function deadLock(stateDir: string, run: string): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  const lock = await takeLock(join(stateDir, 'lock'), { run, what: 'agentloop run' });
  const file = join(stateDir, 'lock');
  const holder = JSON.parse(await readFile(file, 'utf8'));
  await lock.release();
  // No process of an earlier boot lives.
  await writeFile(file, JSON.stringify({ ...holder, boot: '00000000-0000-0000-0000-000000000000' }));
}
