import { byRulesOf, comparedByTest } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';

/** What held on the base still holds, test by test, by the base's rules. Flaky and known red tests are outside. */
export const ratchet: Layer = {
  name: 'ratchet',
  holds: 'Every test that passed on the base is there and passes.',
  look({ seen: { base, trees, judged } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (judged === undefined) return { ask: 'judged' };
    return { reasons: comparedByTest(base, judged, byRulesOf(trees), trees) };
  },
};
