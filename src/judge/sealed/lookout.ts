import type { BytePath, Tree } from '../../workspace/trees.ts';
import type { BaseSeen } from '../base-seen.ts';
import { broken } from '../codes.ts';
import type { JudgeDeps } from '../deps.ts';
import type { Broken } from '../judge.ts';
import { fileName, type Kind } from '../protected.ts';
import type { SuiteSeen } from '../seen.ts';
import type { Trouble } from '../view.ts';
import type { Sealed } from './find.ts';

/** Where sealed tests are looked at from: runs of checks on any tree, by the rules of a base. */
export interface Lookout {
  readonly deps: Pick<JudgeDeps, 'trees' | 'cacheDir' | 'fence' | 'version'>;
  readonly base: BaseSeen;
  kind(path: BytePath): Kind;
  run(name: string, tree: Tree, checks?: readonly string[]): Promise<SuiteSeen | Trouble>;
}

/**
 * A tree with the sealed files laid over it; what stands at the same paths gives way. `without`: names of test files
 * that are left out, so that whatever finds test files finds the sealed ones and no command has to be understood.
 */
export async function layOver(
  { deps, kind }: Pick<Lookout, 'deps' | 'kind'>,
  tree: Tree,
  { files }: Sealed,
  without: ReadonlySet<string>,
): Promise<Tree> {
  const others =
    without.size === 0
      ? []
      : (await deps.trees.list(tree)).filter(
          ({ path }) => without.has(fileName(path)) && kind(path) === 'test',
        );
  return deps.trees.overlay(tree, [
    ...others
      .filter(({ path }) => !files.some(({ entry }) => entry.path === path))
      .map(({ path, mode }) => ({ path, mode, oid: null })),
    ...files.map(({ entry }) => entry),
  ]);
}

/** Files that reported tests in these runs. */
export function filesIn(
  checks: readonly { readonly tests: Iterable<unknown> | null }[],
): ReadonlySet<string> {
  const files = new Set<string>();
  for (const { tests } of checks) {
    for (const one of tests ?? []) {
      const { file } = (Array.isArray(one) ? one[1] : one) as { file: string };
      if (file !== '') files.add(file);
    }
  }
  return files;
}

/**
 * With the sealed files in place nothing could be run, though it could without them: that is the files' fault. What was
 * printed on the way may hold parts of them, so it is not told.
 */
export function asBroken(trouble: Trouble): Broken {
  if ('ruling' in trouble) return trouble;
  return broken('judge.sealed-broken', 'init.sh does not get through with them in place.');
}
