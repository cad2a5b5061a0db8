import type { Reason } from '../ledger/event.ts';
import { type Change, shown } from '../workspace/trees.ts';
import { type BaseSeen, pairs } from './base-seen.ts';
import { reason } from './codes.ts';
import { kindOf } from './protected.ts';
import type { SuiteSeen } from './seen.ts';

/** Most paths of one check that are kept. A base that writes so many says nothing about a candidate. */
export const mostTouched = 1000;

const mostNamed = 5;
const kind = kindOf({ protect: [], testFiles: new Set(), commands: '' });

/**
 * Reasons that lie in files a check wrote while it ran: tests and sources that were there on the base, and that nothing
 * wrote there. What a run finds is then not what would land. A build that writes files of the repository does so on the
 * base as well; what the candidate adds is its own affair, but for tests, whose text is what shows the feature; lock
 * files belong to whoever installs.
 */
export function comparedByTouch(
  base: BaseSeen,
  suite: SuiteSeen,
  changes: readonly Change[],
  where: string,
): readonly Reason[] {
  const added = new Set(changes.filter(({ old }) => old === null).map(({ path }) => path));
  return pairs(base, suite).flatMap(({ was, is }) => {
    if (was.touched.size >= mostTouched) return [];
    const paths = (is.touched ?? []).filter(
      (path) =>
        !was.touched.has(path) &&
        (!added.has(path) || kind(path) === 'test') &&
        !['lock', 'harness'].includes(kind(path)),
    );
    if (paths.length === 0) return [];
    const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
    const list = paths.slice(0, mostNamed).map(shown).join(', ');
    const says = `While the check "${is.name}" ran${where}, it wrote ${list}${more}, which it does not do on the base.`;
    return [reason('check.touched-files', { says, output: is.output })];
  });
}
