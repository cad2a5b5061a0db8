import { named } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';

/**
 * What the work adds round old tests, in their files, in helpers, hooks and configuration, leaves them as sharp as they
 * were: else the next feature could break what they held. Only what was seen to go unnoticed counts.
 */
export const bite: Layer = {
  name: 'bite',
  holds: 'Old tests notice damaged code with what the work put round them as they did before.',
  look({ seen: { base, trees, blunted } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.definition.mutants.enabled === false || base.checks.length === 0) return passed;
    if (trees === undefined) return { ask: 'trees' };
    if (trees.delivered === trees.judged) return passed;
    if (blunted === undefined) return { ask: 'blunted' };
    const { tests, runs, timeUp } = blunted;
    const check = runs.at(-1)?.checks[0];
    if (tests.length === 0 || check === undefined) {
      const notes = ['There was no time to see whether old tests still notice damaged code.'];
      return timeUp ? { reasons: [], notes } : passed;
    }
    const lost = tests.map((id) => ({ id, is: check }));
    const what = `${tests.length === 1 ? 'fails' : 'fail'} on damaged code with what the base has around ${tests.length === 1 ? 'it' : 'them'}, and not with what you added there`;
    return { reasons: named('tests.blunted', lost, what) };
  },
};
