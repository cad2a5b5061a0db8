import type { Proof, Reason, RecordedOf } from '../../ledger/event.ts';
import { featureState, type State } from '../../ledger/state.ts';
import { count, duration } from '../words.ts';
import type { Line } from './line.ts';

/** What the judge says. */

export function judgeStarted(event: RecordedOf<'judge.started'>): Line {
  const words: Readonly<Record<typeof event.scope, string>> = {
    base: 'the judge looks at the base',
    candidate: 'the judge looks at it',
    final: 'the final judge looks at the tip: the suite and every proof',
    init: 'the judge looks at the plan',
  };
  return { symbol: '·', feature: event.feature, text: words[event.scope] };
}

export function judgeRuled(event: RecordedOf<'judge.ruled'>, state: State): Line {
  const dropped =
    event.dropped.length === 0 ? [] : [`left out, they belong to the harness: ${event.dropped.join(', ')}`];
  const time = duration(event.ms);
  if (event.ruling === 'refused') {
    const times = event.feature === undefined ? 0 : featureState(state, event.feature).refusals;
    const what =
      event.scope === 'final' ? lostWords(event.lost) : `refused${times > 1 ? `, ${times} times now` : ''}`;
    return {
      symbol: '✗',
      feature: event.feature,
      text: what,
      more: [...reasonWords(event.reasons), ...dropped],
    };
  }
  const words: Readonly<Record<typeof event.scope, string>> = {
    base: `the base is seen in ${time}${baseWords(event)}`,
    candidate: `accepted in ${time}: ${proofWords(event.proof)}`,
    final: `the final judge holds, in ${time}`,
    init: `the plan is accepted, in ${time}${baseWords(event)}`,
  };
  const more = [...doubtWords(event), ...dropped];
  return { symbol: '✓', feature: event.feature, text: words[event.scope], more };
}

/** Short: the report has all of it. */
function doubtWords({ suspicions, notes }: RecordedOf<'judge.ruled'>): readonly string[] {
  const [first] = suspicions;
  const place = first?.line === undefined ? first?.path : `${first.path}:${first.line}`;
  const others = suspicions.length > 1 ? ` (the first of ${suspicions.length})` : '';
  const doubt = first === undefined ? [] : [`worth a look${others}: ${place}: ${first.says}`];
  const more = notes.length > 2 ? [`and ${count(notes.length - 2, 'more note')}`] : [];
  return [...doubt, ...notes.slice(0, 2), ...more];
}

export function judgeBroken(event: RecordedOf<'judge.broken'>): Line {
  return {
    symbol: '!',
    feature: event.feature,
    text: `the judge could not see (${event.code}): ${event.reason}`,
    more: [event.help],
  };
}

/** What proves it, in words. */
export function proofWords(proof: Proof | undefined): string {
  if (!proof || proof.kind === 'none') return 'unproven, a person said so';
  const [first, ...rest] = proof.turned;
  if (proof.kind === 'command') return `its command turned green${first === undefined ? '' : ` (${first})`}`;
  if (first === undefined) return 'tests turned green';
  return `"${first}"${rest.length > 0 ? ` and ${count(rest.length, 'more test')}` : ''} turned green`;
}

/** The first reasons of a refusal. */
export function reasonWords(reasons: readonly Reason[]): readonly string[] {
  const shown = reasons.slice(0, 3).map(({ code, text, tests = [] }) => {
    const others = tests.filter((name) => !text.includes(name));
    const names = others.length > 3 ? [...others.slice(0, 3), '…'] : others;
    return `${code}: ${text}${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
  });
  return reasons.length > 3 ? [...shown, `and ${count(reasons.length - 3, 'more reason')}`] : shown;
}

function lostWords(lost: readonly string[]): string {
  return lost.length === 0
    ? 'the final judge does not hold'
    : `the final judge finds lost: ${lost.join(', ')}`;
}

function baseWords(event: RecordedOf<'judge.ruled'>): string {
  const red = event.knownRed > 0 ? `, ${count(event.knownRed, 'test')} known red` : '';
  return `${red}${event.flaky.length > 0 ? `, ${event.flaky.length} flaky` : ''}`;
}
