import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { fold } from '../ledger/fold.ts';
import { takeLock } from '../ledger/lock.ts';
import { readLedger } from '../ledger/read.ts';
import type { State } from '../ledger/state.ts';
import { adoptCopy, makeBranch, readCopy, remoteRuns } from '../workspace/fetch-copy.ts';
import { ledgerRef } from '../workspace/refs.ts';
import type { Repository } from '../workspace/repository.ts';
import { rememberRemote } from './remembered-remote.ts';
import { makeRunDir, runDirOf } from './run-dir.ts';

export interface TakenUp {
  readonly run: string;
  readonly said: string;
}

/**
 * Takes up a run whose checkpoints another machine has pushed to a remote: its refs are fetched, and its ledger is laid
 * down as it stands in the copy, so that what follows goes on as after a kill, behind the copy's last line. `remember`:
 * that checkpoints go there from now on. `remote` may be the path of a bundle, which nothing can be pushed to.
 * UserError where there is nothing to take up, more than one run and no name, or where the run went on both here and there.
 */
export async function takeUp(
  repo: Repository,
  remote: string,
  name: string | undefined,
  { remember = true }: { readonly remember?: boolean } = {},
): Promise<TakenUp> {
  const run = choose(await remoteRuns(repo, remote), remote, name);
  await repo.ensure();
  const lock = await takeLock(join(repo.stateDir, 'lock'), { run, what: 'agentloop run --from' });
  try {
    const runDir = runDirOf(repo, run);
    const { copy, bytes } = await readCopy(repo, remote, run);
    const { state, layDown } = await lookThrough(runDir, bytes, { run, remote });
    // Only now: of a run that went on here too nothing may be written over. And before the ledger: it speaks of them.
    await adoptCopy(repo, remote, run, copy);
    await layDown();
    if (remember) await rememberRemote(runDir, remote);
    if (state.branch !== undefined && state.published !== undefined)
      await makeBranch(repo, state.branch, state.published);
    const at = state.at.slice(0, 16).replace('T', ' ');
    return { run, said: `Run ${run} is taken up from ${remote}, as ${state.by} left it at ${at} UTC.` };
  } finally {
    await lock.release();
  }
}

/**
 * Looks through a copy of a ledger before it counts: its format, its chain, its run, and that the ledger of here and the copy
 * are one the beginning of the other. `layDown` writes it, unless the one of here goes on from it.
 */
async function lookThrough(
  runDir: string,
  bytes: Buffer,
  { run, remote }: { readonly run: string; readonly remote: string },
): Promise<{ readonly state: State; layDown(): Promise<void> }> {
  const file = join(runDir, 'events.jsonl');
  const half = `${file}.copy`;
  const found = await readFile(file).catch(() => Buffer.alloc(0));
  // What a kill has torn never was.
  const here = found.subarray(0, found.lastIndexOf(0x0a) + 1);
  const isOlder = bytes.subarray(0, here.length).equals(here);
  if (!isOlder && !here.subarray(0, bytes.length).equals(bytes)) throw isHere(run, remote, runDir);
  await makeRunDir(runDir);
  await writeFile(half, bytes, { mode: 0o600, flush: true });
  const state = fold((await readLedger(half)).events);
  if (state?.run !== run || state.kind !== 'run') throw noLedger(run, remote);
  return { state, layDown: () => (isOlder ? rename(half, file) : rm(half)) };
}

function choose(runs: readonly string[], remote: string, name: string | undefined): string {
  if (name !== undefined && runs.includes(name)) return name;
  const [only] = runs;
  if (name === undefined && only !== undefined && runs.length === 1) return only;
  if (only === undefined || name !== undefined) {
    const there = only === undefined ? 'no run at all' : runs.join(', ');
    throw new UserError(
      `On ${remote} there is no ${name === undefined ? 'run' : `run "${name}"`} that could be taken up; there is ${there}.`,
      `git ls-remote ${remote} 'refs/agentloop/*'   (a run gets there with --push-checkpoints ${remote})`,
    );
  }
  throw new UserError(
    `On ${remote} there are ${runs.length} runs: ${runs.join(', ')}.`,
    `agentloop run --from ${remote} --name ${runs.at(-1)}`,
  );
}

function isHere(run: string, remote: string, runDir: string): UserError {
  return new UserError(
    `Run ${run} went on both here (${runDir}) and elsewhere: its ledger on ${remote} does not go on from the one of here, nor the other way round.`,
    `mv '${runDir}' '${runDir.replace(/runs\/[^/]*$/, `set-aside-${run}`)}' && agentloop run --from ${remote} --name ${run}   (goes on with the one on ${remote})`,
    'cannot-start',
  );
}

function noLedger(run: string, remote: string): UserError {
  return new UserError(
    `${ledgerRef(run)} on ${remote} does not hold the ledger of run ${run}.`,
    `git log --stat ${ledgerRef(run)}   (shows what it holds)`,
    'cannot-start',
  );
}
