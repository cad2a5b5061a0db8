import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { UserError } from '../errors.ts';
import { lockHolder } from '../ledger/lock.ts';
import { readStanding } from '../ledger/standing.ts';
import { openSession, type State } from '../ledger/state.ts';
import { judgementsDir } from '../loop/judgements.ts';
import type { Git } from '../workspace/git.ts';
import { evidenceRef } from '../workspace/refs.ts';
import { removeAll } from '../workspace/remove.ts';
import type { Repository } from '../workspace/repository.ts';
import { listRuns, type RunFolder } from './find-runs.ts';
import { bytes, count } from './words.ts';

type Say = (text: string) => void;

/** Removes the workspaces. UserError when one of them holds work that is saved nowhere else yet, unless forced. */
export async function cleanCache(repo: Repository, force: boolean, say: Say): Promise<void> {
  for (const folder of force ? [] : listRuns(repo.stateDir)) {
    const state = await stateOf(folder);
    const open = state && openSession(state);
    if (!open) continue;
    throw new UserError(
      `Session ${open.number} of run ${folder.run} was cut short, and its workspace holds work that is saved nowhere else.`,
      'agentloop run   (saves it)\nagentloop clean --force   (gives it up)',
      'cannot-start',
    );
  }
  await refuseInUse(path.join(repo.cacheDir, 'slots'));
  const size = await sizeOf(repo.cacheDir);
  await removeAll(repo.cacheDir, path.dirname(repo.cacheDir));
  say(`Removed ${repo.cacheDir}: ${bytes(size)}.`);
}

/** A judge without a run holds no lock but those of its folders. */
async function refuseInUse(slots: string): Promise<void> {
  for (const name of await fs.readdir(slots).catch(() => [] as string[])) {
    if (!name.endsWith('.lock')) continue;
    const holder = await lockHolder(path.join(slots, name));
    if (holder?.state !== 'alive') continue;
    throw new UserError(
      `Process ${holder.pid} works in ${path.join(slots, name.slice(0, -'.lock'.length))}.`,
      'Wait for it, then: agentloop clean',
      'cannot-start',
    );
  }
}

/** Removes what `judge` and `verify` kept. */
async function cleanJudgements(repo: Repository, say: Say): Promise<void> {
  const folder = judgementsDir(repo);
  const number = (await fs.readdir(folder).catch(() => [])).length;
  if (number === 0) return;
  const size = await sizeOf(folder);
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  say(`Removed the evidence of ${count(number, 'judgement')} without a run: ${bytes(size)}.`);
}

/** Removes the records of runs that are over and whose branch is gone; all but the reasons for keeping the others is said. */
export async function cleanRuns(repo: Repository, force: boolean, say: Say): Promise<void> {
  const runs = listRuns(repo.stateDir);
  for (const folder of runs) {
    const why = force ? undefined : await whyKeep(repo, await stateOf(folder));
    if (why !== undefined) {
      say(`Kept run ${folder.run}: ${why}.`);
      continue;
    }
    const size = await sizeOf(folder.dir);
    for (const git of [repo.vault, repo.shelf]) await dropRefs(git, folder.run);
    await fs.rm(folder.dir, { recursive: true, force: true, maxRetries: 3 });
    say(`Removed the records of run ${folder.run}: ${bytes(size)}.`);
  }
  if (runs.length === 0) say('There are no runs.');
  await cleanJudgements(repo, say);
}

/** Names the branches of runs: they are the person's, and stay. */
export async function keptBranches(repo: Repository, say: Say): Promise<void> {
  const branches = (await repo.user.refs('refs/heads/agentloop/')).map(({ ref }) =>
    ref.slice('refs/heads/'.length),
  );
  if (branches.length > 0)
    say(`Branches of runs are yours and stay: ${branches.join(', ')}   (git branch -d <branch>)`);
}

/** Why the records of a run are worth keeping; undefined when they are not. */
async function whyKeep(repo: Repository, state: State | undefined): Promise<string | undefined> {
  if (!state) return 'its ledger cannot be read; --force removes it all the same';
  if (state.kind === 'init') return undefined;
  if (state.stopped?.reason !== 'complete') return 'it is not finished; --force removes it all the same';
  if (state.branch !== undefined && (await repo.user.branchExists(state.branch))) {
    return `its branch ${state.branch} is still there; --force removes its records all the same`;
  }
  return undefined;
}

async function stateOf(folder: RunFolder): Promise<State | undefined> {
  return readStanding(folder.ledger, { verify: false }).then(
    ({ state }) => state,
    () => undefined,
  );
}

/** A later run may get the same name: nothing of this one may stand in its way. */
async function dropRefs(git: Git, run: string): Promise<void> {
  const exists = await fs.stat(git.dir).catch(() => undefined);
  if (!exists) return;
  const out = await git.run([
    'for-each-ref',
    '--format=%(refname)',
    `refs/heads/agentloop/${run}`,
    `refs/agentloop/${run}`,
    evidenceRef(run),
  ]);
  const refs = out.split('\n').filter((ref) => ref !== '');
  if (refs.length > 0)
    await git.run(['update-ref', '--stdin'], { input: refs.map((ref) => `delete ${ref}\n`).join('') });
}

/** Bytes of all files below a folder; 0 when there is none. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let size = 0;
  for (const entry of entries) {
    if (entry.isFile())
      size += (await fs.lstat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return size;
}
