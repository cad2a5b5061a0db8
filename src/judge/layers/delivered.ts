import { type BaseSeen, pairs, withStatus } from '../base-seen.ts';
import { comparedByCheck, comparedByNewTest, comparedByTest, type Lost, named } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';
import { fileName } from '../protected.ts';
import { byId, type SuiteSeen } from '../seen.ts';
import { comparedByTouch } from '../touched.ts';

/**
 * The tree as it would land. Where it differs from the one with the base's rules, it is run too and must hold the
 * same: nobody gets a branch whose tests were deleted. What the candidate adds must be green.
 */
export const delivered: Layer = {
  name: 'delivered',
  holds: 'The tree exactly as it would land holds the same, and adds no failing test.',
  look({ changes, seen: { base, trees, judged, delivered: asIs } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (trees === undefined) return { ask: 'trees' };
    if (judged === undefined) return { ask: 'judged' };
    if (asIs === undefined) return { ask: 'delivered' };
    const added = comparedByNewTest(base, asIs);
    if (trees.delivered === trees.judged) return { reasons: added };
    const where = ' in the tree as you left it';
    const edited = new Set(trees.editedTests.map(fileName));
    return {
      reasons: [
        ...comparedByCheck(base, asIs, where),
        ...comparedByTest(base, asIs, where, trees),
        ...comparedByTouch(base, asIs, changes, where),
        ...added,
        ...hidden(base, judged, asIs, edited),
      ],
    };
  },
};

/** Tests that are red by the base's rules, and in the delivered tree gone, skipped or green by an edit of their file. */
function hidden(base: BaseSeen, judged: SuiteSeen, asIs: SuiteSeen, edited: ReadonlySet<string>) {
  const gone: Lost[] = [];
  const skipped: Lost[] = [];
  const weakened: Lost[] = [];
  for (const { was, is } of pairs(base, asIs)) {
    const byRules = byId(judged.checks.find((check) => check.name === was.name)?.tests ?? null);
    const now = byId(is.tests);
    if (is.tests === null) continue;
    for (const id of withStatus(was, 'fail')) {
      if (byRules.get(id)?.status !== 'fail' || !edited.has(was.tests?.get(id)?.file ?? '')) continue;
      const status = now.get(id)?.status;
      if (status === undefined) gone.push({ id, is });
      else if (status === 'pass') weakened.push({ id, is });
      else if (status !== 'fail') skipped.push({ id, is });
    }
  }
  return [
    ...named('tests.vanished', gone, 'failed on the base, still would, and your edit took them away'),
    ...named('tests.skipped', skipped, 'failed on the base, still would, and your edit skips them'),
    ...named('tests.weakened', weakened, 'failed on the base and passes only as you edited it'),
  ];
}
