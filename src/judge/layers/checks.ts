import { byRulesOf, comparedByCheck } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';

/**
 * Every configured check, by the base's rules. A check that tells which tests it ran is red only as far as its tests
 * do not explain it; one that does not must be green, also where it was red on the base.
 */
export const checks: Layer = {
  name: 'checks',
  holds: 'Every check ends in its time, green, with a report that can be believed.',
  waits: true,
  look({ seen: { base, trees, judged } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (judged === undefined) return { ask: 'judged' };
    return { reasons: comparedByCheck(base, judged, byRulesOf(trees)) };
  },
};
