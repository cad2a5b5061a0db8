import { basename, dirname } from 'node:path';
import type { Config } from '../config.ts';
import { ownFolder, strangersIn } from '../judge/sealed/own-folder.ts';
import type { FeatureList } from '../project/feature.ts';
import type { Repository } from '../workspace/repository.ts';

/**
 * The folder of sealed tests that the configuration names, absolute and without symlinks; undefined where it names none.
 * `from`: where a relative name begins. UserError when it is not there, or not apart from the repository.
 */
export function sealedFolder(
  repo: Pick<Repository, 'top' | 'commonDir' | 'cacheDir'>,
  { judge }: Config,
  { from, home }: { readonly from: string; readonly home: string },
): string | undefined {
  const { dir } = judge.sealed;
  const apart = [repo.top, ...checkoutsOf(repo.commonDir), repo.cacheDir];
  return dir === undefined ? undefined : ownFolder(dir, { from, home, apart });
}

/** Tells what stands in that folder and belongs to no feature: tests there would never be run. */
export function sayStrangers(
  { judge }: Config,
  { features }: FeatureList,
  say: (text: string) => void,
): void {
  const { dir } = judge.sealed;
  if (dir === undefined) return;
  const ids = features.map(({ id }) => id);
  for (const name of strangersIn(dir, ids).slice(0, 10))
    say(`${dir}/${name} belongs to no feature, so nothing in it is run: put it below <feature id>/ or all/.`);
}

/** The git dir, and the main checkout round it: in a linked worktree that is another folder than the one we stand in. */
export function checkoutsOf(commonDir: string): string[] {
  return basename(commonDir) === '.git' ? [commonDir, dirname(commonDir)] : [commonDir];
}
