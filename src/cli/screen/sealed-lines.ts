import type { RecordedOf } from '../../ledger/event.ts';
import { count } from '../words.ts';
import type { Line } from './line.ts';

/** What becomes of sealed tests. */

export function stored({ feature, files, tests, notes }: RecordedOf<'sealed.stored'>): Line {
  const known = tests === 0 ? '' : `, ${count(tests, 'test')}`;
  return {
    symbol: '·',
    feature,
    text: `sealed tests are written: ${count(files, 'file')}${known}`,
    more: notes,
  };
}

export function missed({ feature, why }: RecordedOf<'sealed.missed'>): Line {
  return { symbol: '!', feature, text: `goes on without sealed tests: ${why}` };
}

export function dropped({ feature, what, by }: RecordedOf<'sealed.dropped'>): Line {
  return {
    symbol: '·',
    feature,
    text: `${by} takes out ${what === undefined ? 'its sealed tests' : `the sealed test "${what}"`}`,
  };
}
