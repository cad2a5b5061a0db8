import type { RecordedOf } from '../../ledger/event.ts';
import { oneLine } from '../harmless.ts';
import type { Line } from './line.ts';

/** What becomes of plans for single features. */

export function made({ feature, text }: RecordedOf<'plan.made'>): Line {
  return { symbol: '·', feature, text: `the planner has a plan: ${oneLine(text, 200)}` };
}

export function missed({ feature, why }: RecordedOf<'plan.missed'>): Line {
  return { symbol: '!', feature, text: `goes on without a plan: ${why}` };
}
