import type { Reason } from '../../ledger/event.ts';
import { reason } from '../codes.ts';
import type { Failing } from './held.ts';

const mostNamed = 10;

/** The refusal over sealed tests that do not hold: their titles, and not a word more of them. Nothing for none. */
export function sealedReasons(failing: readonly Failing[], cannotLoad?: string): readonly Reason[] {
  const tests = [...new Set(failing.map(({ title }) => title))];
  if (tests.length === 0) return [];
  const named = tests.slice(0, mostNamed).map((title) => `"${title}"`);
  const more = tests.length > named.length ? ` and ${tests.length - named.length} more` : '';
  const what =
    tests.length === 1 ? 'A sealed test does not hold' : `${tests.length} sealed tests do not hold`;
  const why = cannotLoad === undefined ? '' : ` A sealed test cannot load: ${cannotLoad}.`;
  return [reason('sealed.failing', { says: `${what}: ${named.join(', ')}${more}.${why}`, tests })];
}
