import { UserError } from '../../errors.ts';
import { lockHolder } from '../../ledger/lock.ts';
import { openRepository } from '../../workspace/repository.ts';
import { cleanCache, cleanRuns, keptBranches } from '../clean-up.ts';
import type { Io } from '../io.ts';
import { configHere } from '../load-config.ts';
import { lockFile } from '../run-view.ts';

/**
 * `agentloop clean`: removes the workspaces of this repository (they are made anew when needed) or, with `--runs`, the
 * records of finished runs. Never while something runs here; what holds unsaved work goes only with `--force`.
 */
export async function clean(
  io: Io,
  flags: { readonly runs?: boolean; readonly cache?: boolean; readonly force?: boolean },
): Promise<number> {
  const { cacheDir } = (await configHere(io)).config.workspace;
  const repo = await openRepository(io.cwd, { env: io.env, ...(cacheDir === undefined ? {} : { cacheDir }) });
  const holder = await lockHolder(lockFile(repo));
  if (holder && holder.state !== 'dead') {
    throw new UserError(
      `Process ${holder.pid} (${holder.what}, since ${holder.since}) works in ${repo.top}: nothing is removed under its feet.`,
      'agentloop stop   (then again)',
      'cannot-start',
    );
  }
  const force = flags.force === true;
  const say = (text: string) => io.stdout.write(`${text}\n`);
  if (flags.cache || !flags.runs) await cleanCache(repo, force, say);
  if (flags.runs) await cleanRuns(repo, force, say);
  await keptBranches(repo, say);
  return 0;
}
