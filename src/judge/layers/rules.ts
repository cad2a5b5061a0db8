import type { Place, Placing } from '../arrange.ts';
import { type BaseSeen, nothingYet } from '../base-seen.ts';
import { reason } from '../codes.ts';
import type { Layer } from '../layer.ts';

/**
 * The base's rules: what decides about a candidate is the base's version of tests, of what tests load, and of all that
 * says what runs and how. This layer says whose version of each changed file stands in which tree. It refuses only
 * what would become the rules of the next base unseen.
 */
export const rules: Layer = {
  name: 'rules',
  holds:
    'Existing tests, their helpers and all configuration count as the base has them; new configuration does not count.',
  look({ seen: { base, trees } }) {
    if (base === undefined) return { ask: 'base' };
    if (trees === undefined) return { ask: 'trees' };
    const says = 'The key "agentloop" of package.json was changed: it holds the rules of the judge.';
    return { reasons: trees.ownConfigChanged ? [reason('rules.changed', { says })] : [] };
  },
  place,
};

const all = (whose: 'base' | 'candidate'): Placing => ({ judged: whose, proving: whose, red: whose });

function place(base: BaseSeen): Place {
  const greenfield = nothingYet(base);
  const told = base.checks.filter((check) => check.tests !== null);
  // Where test files share a process, a new one could reach into the others: they are judged without it. Where no test
  // is known by name, a check that is red may need the new ones to turn green.
  const anonymous = told.length === 0 && base.checks.some((check) => !check.green);
  const isolated = told.length > 0 && told.every((check) => check.isolated);
  return (kind, { old, new: now }) => {
    const fresh = old === null;
    switch (kind) {
      case 'source':
        return { judged: 'candidate', proving: 'candidate', red: 'base' };
      case 'harness':
      case 'lock':
        return all('candidate');
      case 'config':
        return all(fresh && greenfield ? 'candidate' : 'base');
      case 'manifest':
        // A link in its place leads to a file whose parts nobody compares.
        if (now === null || now.mode === '120000') return all('base');
        return fresh ? all('candidate') : { judged: 'mixed', proving: 'mixed', red: 'mixed' };
      case 'test':
      case 'helper': {
        const welcome = fresh && (anonymous || (kind === 'test' && isolated));
        const red = now === null ? 'base' : 'candidate';
        return { judged: welcome ? 'candidate' : 'base', proving: 'candidate', red };
      }
    }
  };
}
