import { type RefusalCode, refusals } from '../../judge/codes.ts';
import type { Reason, Recorded, RecordedOf } from '../../ledger/event.ts';
import type { State } from '../../ledger/state.ts';
import type { RefusedClaim, Regression } from './packet.ts';

/** Verdicts that refused something, in order. */
export function refusedClaimsOf(events: readonly Recorded[]): readonly RefusedClaim[] {
  return refusedIn(events).map((event) => ({
    seq: event.seq,
    at: event.ts,
    feature: event.feature ?? null,
    session: event.session ?? null,
    reasons: event.reasons.map(withoutAdvice),
  }));
}

/** Reasons that say of something that held that it no longer does. */
const lost = new Set<string>([
  'tests.failing',
  'tests.vanished',
  'tests.skipped',
  'tests.blunted',
] satisfies RefusalCode[]);

/** What the judge and the final judge have caught. A brain that brings the same again is told once. */
export function regressionsOf(events: readonly Recorded[], state: State): readonly Regression[] {
  const found: Regression[] = [];
  for (const event of refusedIn(events)) {
    const landedAfter = (feature: string) => {
      const landed = state.features.get(feature)?.landed;
      return landed && landed.seq > event.seq ? landed.commit : null;
    };
    if (event.scope === 'final') {
      for (const feature of event.lost) {
        const reason = event.reasons.find(({ text }) => text.startsWith(`${feature}: `)) ?? event.reasons[0];
        const text = reason ? withoutAdvice(reason).text : 'Its proof no longer holds.';
        const mended = landedAfter(feature);
        const tests = reason?.tests ?? [];
        found.push({ seq: event.seq, feature, session: null, by: 'final-judge', text, tests, mended });
      }
      continue;
    }
    const { feature, session = null } = event;
    if (feature === undefined) continue;
    for (const { text: says, tests } of event.reasons
      .filter((one) => lost.has(one.code))
      .map(withoutAdvice)) {
      const known = found.find(
        (one) => one.feature === feature && one.text === says && one.tests.join('\n') === tests.join('\n'),
      );
      if (known) continue;
      const mended = landedAfter(feature);
      found.push({ seq: event.seq, feature, session, by: 'judge', text: says, tests, mended });
    }
  }
  return found;
}

function refusedIn(events: readonly Recorded[]): readonly RecordedOf<'judge.ruled'>[] {
  return events.filter((event) => event.type === 'judge.ruled').filter(({ ruling }) => ruling === 'refused');
}

/** A reason without its advice to the brain, which is of no use to whoever reads in the morning. */
export function withoutAdvice({ code, text, tests = [] }: Reason): RefusedClaim['reasons'][number] {
  const advice = Object.hasOwn(refusals, code) ? refusals[code as RefusalCode].todo : undefined;
  const says = advice !== undefined && text.endsWith(advice) ? text.slice(0, -advice.length).trim() : text;
  return { code, text: says, tests };
}
