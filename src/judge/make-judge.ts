import { allWithStatus, knownRed } from './base-seen.ts';
import type { JudgeDeps } from './deps.ts';
import { finalRuling } from './final.ts';
import type { Judge } from './judge.ts';
import type { Layer } from './layer.ts';
import { layers } from './layers.ts';
import { ruleOn } from './rule.ts';
import { examineTests } from './sealed/examine.ts';
import { seeBase } from './see-base.ts';

/** The judge. `list` is there for tests, which take out one layer and watch a cheat get through. */
export function makeJudge(deps: JudgeDeps, list: readonly Layer[] = layers): Judge {
  return {
    async base(commit, signal) {
      const look = await seeBase(deps, await deps.trees.treeOf(commit), signal);
      if ('ruling' in look) return look;
      const { base, cached } = look;
      return {
        ruling: 'seen',
        passing: allWithStatus(base, 'pass').length,
        knownRed: knownRed(base),
        flaky: allWithStatus(base, 'flaky').slice(0, 50),
        withoutIdentities: base.checks.filter((check) => check.tests === null).map(({ name }) => name),
        cached,
      };
    },
    rule: (candidate, signal) => ruleOn(deps, list, candidate, signal),
    examine: (written, signal) => examineTests(deps, written, signal),
    final: (tip, start, landed, signal) => finalRuling(deps, tip, start, landed, signal),
  };
}
