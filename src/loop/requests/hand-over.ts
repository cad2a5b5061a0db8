import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { userGit } from '../../workspace/push.ts';
import type { Repository } from '../../workspace/repository.ts';

/** Where a run lies that is to be carried to a forge by hand. */
export interface HandedOver {
  readonly text: string;
  readonly bundle: string;
}

/**
 * Without a forge: `PULL_REQUEST.md` and a git bundle with the run branch and its evidence, on top of what the run began
 * with. UserError with git's words when the bundle cannot be made.
 */
export async function handOver(
  repo: Repository,
  folder: string,
  run: { readonly name: string; readonly branch: string; readonly base: string; readonly evidence?: string },
  text: string,
): Promise<HandedOver> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'PULL_REQUEST.md');
  const bundle = join(folder, `${run.name}.bundle`);
  const refs = [`refs/heads/${run.branch}`, ...(run.evidence === undefined ? [] : [run.evidence])];
  const args = ['bundle', 'create', '--quiet', `${bundle}.part`, ...refs, `^${run.base}`];
  const { code, stderr } = await userGit(repo, args, { timeoutMs: 300_000 });
  if (code !== 0)
    throw new UserError(
      `The bundle could not be made: ${stderr.toString('utf8').trim().slice(0, 500)}`,
      'git bundle create',
    );
  await rename(`${bundle}.part`, bundle);
  await writeFile(file, text);
  return { text: file, bundle };
}
