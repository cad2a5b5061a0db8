import type { Tree } from '../../workspace/trees.ts';
import type { Broken } from '../judge.ts';
import { fileName } from '../protected.ts';
import type { SuiteSeen } from '../seen.ts';
import { isTrouble } from '../view.ts';
import type { Sealed } from './find.ts';
import { failingTwice, type Outcome, outcomeOf } from './held.ts';
import { asBroken, type Lookout, layOver } from './lookout.ts';
import type { Before } from './see-on-base.ts';
import { type Authored, titlesIn } from './titles.ts';

/** A tree that sealed tests must hold on. */
export interface Target {
  readonly tree: Tree;
  /** Test files beside the base's: they never stand beside sealed ones, which they could overwrite while they run. */
  readonly fresh: ReadonlySet<string>;
  /** All test files, those included. */
  readonly all: ReadonlySet<string>;
}

/** What came of it, with the runs that were made. */
export interface SealedOutcome extends Outcome {
  readonly runs: readonly SuiteSeen[];
}

/**
 * Runs sealed files over a tree. What fails is run once more, then beside all test files of the base: a sealed test is
 * red only where it is red both times, so that neither chance nor a missing neighbour refuses anybody.
 */
export async function seeSealed(
  lookout: Lookout,
  sealed: Sealed,
  before: Before,
  target: Target,
): Promise<SealedOutcome | Broken> {
  const authored = await authoredIn(lookout, sealed);
  const runs: SuiteSeen[] = [];
  const look = async (name: string, without: ReadonlySet<string>): Promise<Outcome | Broken> => {
    const tree = await layOver(lookout, target.tree, sealed, without);
    const run = await lookout.run(name, tree, before.checks);
    if (isTrouble(run)) return asBroken(run);
    runs.push(run);
    return outcomeOf(run, before, authored, sealed.dropped);
  };
  if (before.checks.length === 0) return { holds: 0, failing: [], runs };
  const first = await look('sealed', before.narrow ? target.all : target.fresh);
  if ('ruling' in first || first.failing.length === 0) return 'ruling' in first ? first : { ...first, runs };
  const second = await look('sealed-again', target.fresh);
  return 'ruling' in second ? second : { ...failingTwice(first, second), runs };
}

async function authoredIn(
  { deps }: Lookout,
  { tree, files }: Sealed,
): Promise<ReadonlyMap<string, Authored>> {
  const found = new Map<string, Authored>();
  for (const { entry } of files) {
    const name = fileName(entry.path);
    found.set(name, titlesIn(name, (await deps.trees.read(tree, entry.path))?.toString('utf8') ?? ''));
  }
  return found;
}
