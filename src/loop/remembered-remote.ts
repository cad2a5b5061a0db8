import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import type { Repository } from '../workspace/repository.ts';
import { hasRemote } from './copier.ts';
import { runDirOf } from './run-dir.ts';

const fileIn = (runDir: string) => join(runDir, 'remote');

/** Writes down where the checkpoints of a run go: whoever goes on with it must ask there who carries it. */
export async function rememberRemote(runDir: string, remote: string | undefined): Promise<void> {
  if (remote !== undefined) await writeFile(fileIn(runDir), `${remote}\n`, { mode: 0o600 });
}

/** The configuration with the remote that this run was pushed to before, where none is named now. */
export async function withRemembered(config: Config, runDir: string): Promise<Config> {
  const before = (await readFile(fileIn(runDir), 'utf8').catch(() => '')).trim();
  if (before === '' || config.workspace.pushCheckpoints !== undefined) return config;
  return { ...config, workspace: { ...config.workspace, pushCheckpoints: before } };
}

/** UserError when the remote that a run was pushed to before is gone: nobody has named it now, so no option is wrong. */
export async function checkRemembered(repo: Repository, remote: string, run: string): Promise<void> {
  if (await hasRemote(repo, remote)) return;
  throw new UserError(
    `The checkpoints of run ${run} go to the remote "${remote}", and this repository has no such remote any more.`,
    `git remote add ${remote} <url>   (brings it back), or agentloop run --push-checkpoints <another>; to go on without: rm '${fileIn(runDirOf(repo, run))}' && agentloop run`,
  );
}
