import { shown } from '../../workspace/trees.ts';
import type { Place, Placing } from '../arrange.ts';
import { type BaseSeen, nothingYet } from '../base-seen.ts';
import { type RefusalCode, reason, refusals } from '../codes.ts';
import type { Layer } from '../layer.ts';
import type { Asked } from '../standing/asks.ts';

const mostNamed = 8;

/**
 * The base's rules: what decides about a candidate is the base's version of tests, of what tests load, and of all that
 * says what runs and how. This layer says whose version of each changed file stands in which tree. What is added counts;
 * what was there before changes only where a person allowed it: today's edit would be tomorrow's rule.
 */
export const rules: Layer = {
  name: 'rules',
  holds:
    'Existing tests, their helpers, all configuration and dependencies are as the base has them, or only added to; new configuration does not count.',
  look({ seen: { base, trees } }) {
    if (base === undefined) return { ask: 'base' };
    if (trees === undefined) return { ask: 'trees' };
    const says = 'The key "agentloop" of package.json was changed: it holds the rules of the judge.';
    const own = trees.ownConfigChanged ? [reason('rules.changed', { says })] : [];
    const codes = [...new Set(trees.asked.map(({ code }) => code))].sort();
    const asked = codes.map((code) =>
      reasonFor(
        code,
        trees.asked.filter((one) => one.code === code),
      ),
    );
    const names = trees.allowed.map(shown);
    const notes = names.length === 0 ? [] : [`Allowed by judge.allow: ${listed(names)}.`];
    return { reasons: [...own, ...asked], notes };
  },
  place,
};

/** One reason for all files of a kind, each with what shows it. */
function reasonFor(code: RefusalCode, asked: readonly Asked[]) {
  const each = asked.map(({ path, why }) => (why === '' ? shown(path) : `${shown(path)} (${why})`));
  return reason(code, { says: `${refusals[code].means} ${listed(each)}.` });
}

function listed(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${names.slice(0, mostNamed).join('; ')}${more}`;
}

const all = (whose: 'base' | 'candidate'): Placing => ({ judged: whose, proving: whose, red: whose });

function place(base: BaseSeen): Place {
  const greenfield = nothingYet(base);
  const told = base.checks.filter((check) => check.tests !== null);
  // Where test files share a process, a new one could reach into the others: they are judged without it. Where no test
  // is known by name, a check that is red may need the new ones to turn green.
  const anonymous = told.length === 0 && base.checks.some((check) => !check.green);
  const isolated = told.length > 0 && told.every((check) => check.isolated);
  return ({ kind, change: { path, old, new: now }, is, allowed }) => {
    const fresh = old === null;
    switch (kind) {
      case 'source':
        return { judged: 'candidate', proving: 'candidate', red: 'base' };
      case 'harness':
      case 'lock':
        return all('candidate');
      case 'config':
        if (allowed || (fresh && greenfield)) return all('candidate');
        return is === 'grown' ? { judged: 'base', proving: 'candidate', red: 'candidate' } : all('base');
      case 'manifest':
        if (allowed) return all('candidate');
        // A link in its place leads to a file whose parts nobody compares.
        if (now === null || now.mode === '120000') return all('base');
        return fresh || !mixed.test(path)
          ? all('candidate')
          : { judged: 'mixed', proving: 'mixed', red: 'mixed' };
      case 'test':
      case 'helper': {
        // What only has another name, or was let go by a person, counts as the candidate has it.
        if (allowed || is === 'follows' || is === 'moved' || is === 'left') return all('candidate');
        const welcome = fresh && (anonymous || (kind === 'test' && isolated));
        const red = now === null ? 'base' : 'candidate';
        return { judged: welcome ? 'candidate' : 'base', proving: 'candidate', red };
      }
    }
  };
}

/** Manifests that hold configuration of tools too. */
const mixed = /(^|\/)(package\.json|pyproject\.toml|setup\.cfg)$/;
