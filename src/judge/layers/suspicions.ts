import type { Suspicion } from '../../ledger/event.ts';
import { reason } from '../codes.ts';
import { type Layer, passed } from '../layer.ts';
import { codeOf } from '../suspicions/kinds.ts';

const mostNamed = 5;

/** The lines that the work adds are read before anything is run: some things no feature has an honest reason for. */
export const suspicions: Layer = {
  name: 'suspicions',
  holds:
    'The work leaves the machinery that tests it alone: it does not change it, look out for it, or read its files.',
  look({ seen: { suspicions: seen } }) {
    if (seen === undefined) return { ask: 'suspicions' };
    const codes = new Set(seen.flatMap(({ kind }) => codeOf(kind) ?? []));
    if (codes.size === 0) return passed;
    return {
      reasons: [...codes].map((code) =>
        reason(code, { says: listed(seen.filter(({ kind }) => codeOf(kind) === code)) }),
      ),
    };
  },
};

function listed(all: readonly Suspicion[]): string {
  const places = all
    .slice(0, mostNamed)
    .map(({ path, line, says }) => `${path}${line === undefined ? '' : `:${line}`}: ${says}`);
  return [
    ...places,
    ...(all.length > mostNamed ? [`And ${all.length - mostNamed} more of the kind.`] : []),
  ].join(' ');
}
