import { join } from 'node:path';
import { type Check, type Config, parseDuration } from '../config.ts';
import type { Judge } from '../judge/judge.ts';
import { layers } from '../judge/layers.ts';
import { makeJudge } from '../judge/make-judge.ts';
import { sealedFinder } from '../judge/sealed/find.ts';
import { type Witness, witness } from '../judge/witness.ts';
import { openCheckout } from '../workspace/checkout.ts';
import type { Fence } from '../workspace/fence.ts';
import type { Lone } from '../workspace/lone-repository.ts';
import { prepare } from '../workspace/prepare.ts';
import { initScript } from '../workspace/prepare-key.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Tree } from '../workspace/trees.ts';
import type { FenceMode } from '../workspace/workspace.ts';

/** A judge without a run: no ledger, no lock, no brain. */
export interface LoneJudge {
  readonly judge: Judge;
  readonly witness: Witness;
  readonly fence: FenceMode;
}

export interface LoneOptions {
  readonly lone: Lone;
  readonly fence: Fence;
  readonly version: string;
  readonly evidenceDir: string;
  /** Where what is known of bases is kept; default with that of the runs of this repository. */
  readonly cacheDir?: string;
  /** Checks in place of those of the base. */
  readonly checks?: readonly Check[];
  /** Text of the init.sh of trees that have none. */
  readonly init?: string;
  /** The repository itself, in whose vault sealed tests are kept, and the folder of a person with more of them. */
  readonly store: Repository;
  readonly sealedDir: string | undefined;
  now(): number;
}

/** Puts it together. */
export function loneJudge(options: LoneOptions): LoneJudge {
  const { lone, fence, version, evidenceDir, cacheDir, checks, now } = options;
  const { repo, run } = lone;
  const watched = witness(layers);
  const judge = makeJudge(
    {
      trees: repo.trees,
      checkout: (prepared) => openCheckout(repo, { name: 'judge', fence, run, prepared }),
      prepare: async (tree, settings: Config['prepare'], signal) =>
        prepare(repo, await withInit(options, tree), {
          fence,
          run,
          outputs: settings.outputs,
          inputs: settings.inputs,
          timeoutMs: parseDuration(settings.timeout) ?? 0,
          signal,
        }),
      ...(checks === undefined ? {} : { checks }),
      sealed: sealedFinder(repo, options.sealedDir, options.store),
      fence: fence.mode,
      version,
      evidenceDir,
      cacheDir: cacheDir ?? join(repo.cacheDir, 'judge'),
      now,
    },
    watched.layers,
  );
  return { judge, witness: watched, fence: fence.mode };
}

/** Only what init.sh makes is lent to checkouts: none of them ever holds the one that was added here. */
async function withInit({ lone, init }: LoneOptions, tree: Tree): Promise<Tree> {
  const { trees } = lone.repo;
  if (init === undefined || (await trees.read(tree, initScript)) !== undefined) return tree;
  return trees.overlay(tree, [{ path: initScript, mode: '100755', oid: await trees.write(init) }]);
}
