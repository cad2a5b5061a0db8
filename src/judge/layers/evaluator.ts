import type { Suspicion } from '../../ledger/event.ts';
import { reason } from '../codes.ts';
import { type Layer, passed } from '../layer.ts';
import { codeOf } from '../suspicions/kinds.ts';

const mostNamed = 10;

/**
 * Fresh eyes on what everything else accepts. It can only take an acceptance away: its opinion adds reasons to refuse, and
 * there is no opinion that removes one. Where it is asked and says nothing, suspicions are not waved through.
 */
export const evaluator: Layer = {
  name: 'evaluator',
  holds:
    'The evaluator, where there is one, does not object; where there is none, suspicions are reported, or refused.',
  look({ seen: { base, suspicions, opinion } }) {
    if (base === undefined) return { ask: 'base' };
    if (suspicions === undefined) return { ask: 'suspicions' };
    if (opinion === undefined) return { ask: 'opinion' };
    const doubts = suspicions.filter(({ kind }) => codeOf(kind) === undefined);
    const doubted = doubts.length === 0 ? [] : [reason('work.suspicious', { says: listed(doubts) })];
    switch (opinion.says) {
      case 'object':
        return { reasons: [reason('evaluator.objects', { says: objection(opinion.reasons) })] };
      case 'no-objection':
        return passed;
      case 'nothing':
        return { reasons: doubted, notes: [`The evaluator gave no opinion: ${opinion.why}`] };
      case 'unasked':
        return { reasons: base.definition.suspicions === 'refuse' ? doubted : [] };
    }
  },
};

function objection(reasons: readonly string[]): string {
  const [only, ...more] = reasons;
  if (more.length === 0) return `The evaluator objects: ${only ?? 'it gave no reason.'}`;
  return `The evaluator objects:\n${reasons.map((text, at) => `${at + 1}. ${text}`).join('\n')}\n`;
}

function listed(suspicions: readonly Suspicion[]): string {
  const lines = suspicions
    .slice(0, mostNamed)
    .map(({ path, line, says }) => `- ${path}${line === undefined ? '' : `:${line}`}: ${says}`);
  const more = suspicions.length > mostNamed ? [`- and ${suspicions.length - mostNamed} more`] : [];
  return [
    'The work holds what most often hides that it does not do what it says:',
    ...lines,
    ...more,
    '',
  ].join('\n');
}
