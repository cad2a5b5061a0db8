import type { BaseSeen } from '../base-seen.ts';
import { byRulesOf, comparedByCheck } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';
import { comparedByTouch } from '../touched.ts';

/**
 * Every configured check, by the base's rules. A check that tells which tests it ran is red only as far as its tests
 * do not explain it; one that does not must be green, also where it was red on the base.
 */
export const checks: Layer = {
  name: 'checks',
  holds:
    'Every check ends in its time, green, with a report that can be believed, and leaves the files of the repository alone.',
  waits: true,
  look({ changes, seen: { base, trees, judged } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (judged === undefined) return { ask: 'judged' };
    const where = byRulesOf(trees);
    const reasons = [
      ...comparedByCheck(base, judged, where),
      ...comparedByTouch(base, judged, changes, where),
    ];
    return { reasons, notes: withoutIdentities(base) };
  },
};

/** A check that was to tell its tests and does not; each of them where none does. */
function withoutIdentities({ checks: all, definition }: BaseSeen): readonly string[] {
  const asked = new Set(definition.checks.filter(({ report }) => report !== 'none').map(({ name }) => name));
  const none = all.every(({ tests }) => tests === null);
  const names = all
    .filter(({ name, tests }) => tests === null && (none || asked.has(name)))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [`Judged without test identities, by exit code and proof alone: ${names.join(', ')}.`];
}
