import type { Feature } from '../../project/feature.ts';
import type { Tree } from '../../workspace/trees.ts';
import type { BaseSeen } from '../base-seen.ts';
import { broken } from '../codes.ts';
import type { JudgeDeps } from '../deps.ts';
import type { Broken, FinalRuling } from '../judge.ts';
import { kindOf } from '../protected.ts';
import { runSuite } from '../run-suite.ts';
import type { SuiteSeen } from '../seen.ts';
import { filesIn, type Lookout } from './lookout.ts';
import { sealedReasons } from './reason.ts';
import { seeOnBase } from './see-on-base.ts';
import { seeSealed } from './see-sealed.ts';
import { sealedOf } from './view-sealed.ts';

export interface Tip {
  readonly tree: Tree;
  /** The run of all checks on it. */
  readonly suite: SuiteSeen;
  /** What held at the start: its definition decides. */
  readonly start: BaseSeen;
  readonly label: string;
  readonly signal: AbortSignal;
}

/** Sealed tests of what has landed, once more on the tip: features of which one is red twice, with the reasons. */
export async function sealedOnTip(
  deps: JudgeDeps,
  { tree, suite, start, label, signal }: Tip,
  landed: readonly Feature[],
): Promise<FinalRuling['lost'] | Broken> {
  const lost: FinalRuling['lost'][number][] = [];
  const { definition } = start;
  const all = filesIn(suite.checks);
  for (const feature of landed) {
    const sealed = await sealedOf(deps, feature);
    if (sealed === undefined) continue;
    if ('ruling' in sealed) return sealed;
    const lookout: Lookout = {
      deps,
      base: start,
      kind: kindOf({ protect: definition.protect, testFiles: all, commands: '' }),
      run: async (name, on, checks) => {
        const wanted = definition.checks.filter(
          (check) => checks === undefined || checks.includes(check.name),
        );
        const own = { ...definition, checks: wanted };
        const run = await runSuite(deps, {
          tree: on,
          definition: own,
          label: `${label}.${feature.id}.${name}`,
          signal,
        });
        return 'unprepared' in run
          ? broken('judge.sealed-broken', 'init.sh does not get through with them.')
          : run;
      },
    };
    const before = await seeOnBase(lookout, sealed);
    if ('ruling' in before) return before;
    const outcome = await seeSealed(lookout, sealed, before, { tree, fresh: new Set(), all });
    if ('ruling' in outcome) return outcome;
    const reasons = sealedReasons(outcome.failing);
    if (reasons.length > 0) lost.push({ feature: feature.id, reasons });
  }
  return lost;
}
