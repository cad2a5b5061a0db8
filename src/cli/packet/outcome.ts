import type { StopReason } from '../../ledger/event.ts';
import { type Standing, whatNow } from '../headline.ts';
import { count, passing } from '../words.ts';
import type { Accepted, NotDone } from './packet.ts';

/** Reasons after which nothing is left that the run could do by itself. */
const finished: ReadonlySet<StopReason> = new Set<StopReason>([
  'complete',
  'blocked',
  'needs-human',
  'final-judge',
]);

/** "still working", or that it has ended and waits for whoever reads this. */
export function stateWords(standing: Standing): string {
  const { alive, state } = standing;
  if (alive) return 'still working';
  if (state.stopped && finished.has(state.stopped.reason)) return 'finished, waiting for you';
  return `${whatNow(standing)}, waiting for you`;
}

/** What came of it, in one sentence. */
export function outcomeWords(
  accepted: readonly Accepted[],
  notDone: readonly NotDone[],
  { total, pass }: { readonly total: number; readonly pass: number },
): string {
  const unproven = accepted.filter(({ proof }) => proof.kind === 'none').length;
  const proven = accepted.length - unproven;
  const landed =
    accepted.length === 0
      ? 'Nothing landed'
      : proven === 0
        ? `${count(unproven, 'feature')} landed without a proof`
        : `${count(proven, 'feature')} landed, ${proven === 1 ? '' : 'each '}proven by something that was red before and is green now${unproven > 0 ? `, and ${unproven} without a proof` : ''}`;
  const of = (is: NotDone['is']) => notDone.filter((one) => one.is === is).length;
  const [waiting, blocked, open] = [of('waiting'), of('blocked'), of('open')];
  const rest = [
    waiting > 0 ? `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for your answer` : '',
    blocked > 0 ? `${blocked} ${blocked === 1 ? 'is' : 'are'} blocked` : '',
    open > 0 ? `${open} ${open === 1 ? 'is' : 'are'} still open` : '',
  ].filter((part) => part !== '');
  const left = rest.length === 0 ? '' : `; ${rest.join(', ')}`;
  return `${landed}${left}: ${passing(pass, total)} now.`;
}
