import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { fold } from '../ledger/fold.ts';
import { readLedger } from '../ledger/read.ts';
import { fetchOptions } from '../workspace/fetch-options.ts';
import { userGit } from '../workspace/push.ts';
import { evidenceRef, recordsRef } from '../workspace/refs.ts';
import { listReader } from './list.ts';
import { findRunBundle, layDownRecords } from './open-bundle.ts';
import { restoreRun } from './restore-run.ts';
import { runDirOf, writeFeatures } from './run-dir.ts';
import type { Setting } from './setting.ts';
import { takeUp } from './take-up.ts';

/**
 * Lays a run down that came in a bundle: ledger, run branch, unfinished work and evidence stand here then as where it was
 * made. What the bundle says of itself is not believed in one point: its branch must be the one that the configuration of
 * here gives to a run of this name, or it might be delivered over another. UserError when it is none, or does not fit.
 */
export async function takeBundle({ repo, config }: Setting, cwd: string, file: string): Promise<string> {
  const path = resolve(cwd, file);
  const bundle = await findRunBundle(path);
  if (bundle === undefined)
    throw new UserError(
      `${file} is not there, or is no git bundle.`,
      'agentloop bundle --out <file>   (makes one)',
    );
  const { run } = bundle;
  const wanted = config.git.branch.replace('{run}', run);
  if (bundle.branch !== undefined && bundle.branch.name !== wanted)
    throw foreign(file, bundle.branch.name, wanted);
  const fetch = async (refspec: string) => {
    const args = ['-c', 'core.hooksPath=/dev/null', 'fetch', '--quiet', ...fetchOptions, '--', path, refspec];
    const { code, stderr } = await userGit(repo, args, { timeoutMs: 300_000 });
    if (code !== 0)
      throw new UserError(
        `Nothing can be had from ${file}: ${stderr.toString('utf8').trim().slice(0, 500)}`,
        `git bundle verify ${file}`,
        'cannot-start',
      );
  };
  // A branch that is here and has gone elsewhere is not moved: fetch refuses it.
  if (bundle.branch !== undefined) await fetch(`refs/heads/${wanted}:refs/heads/${wanted}`);
  const { said } = await takeUp(repo, path, run, { remember: false });
  const runDir = runDirOf(repo, run);
  const state = fold((await readLedger(join(runDir, 'events.jsonl'))).events);
  if (state === undefined || (state.branch ?? wanted) !== wanted)
    throw foreign(file, state?.branch ?? '', wanted);
  if (bundle.refs.has(evidenceRef(run))) await fetch(`+${evidenceRef(run)}:${evidenceRef(run)}`);
  await restoreRun(repo, state);
  if (bundle.refs.has(recordsRef(run))) {
    await repo.vault.run(
      ['fetch', '--quiet', ...fetchOptions, '--', path, `+${recordsRef(run)}:${recordsRef(run)}`],
      {
        asUser: repo.userEnv,
      },
    );
    await layDownRecords(repo, bundle.refs.get(recordsRef(run)), runDir);
  }
  await writeFeatures(runDir, (await listReader(repo.trees)(state.tip)).list.features);
  return said;
}

function foreign(file: string, is: string, wanted: string): UserError {
  return new UserError(
    `${file} holds a run on branch ${is}, and here its branch would be ${wanted}.`,
    'agentloop config   (git.branch says how branches of runs are called)',
  );
}
