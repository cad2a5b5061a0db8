import type { SessionState, State } from '../ledger/state.ts';
import type { FeatureList } from '../project/feature.ts';
import { formatEntry, type ProgressEntry } from '../project/progress.ts';

/** The progress entry of a session, from its claim and its verdict. */
export function entryOf(state: State, session: SessionState, outcome: string, date: string): ProgressEntry {
  const handoff = session.claim?.handoff ?? {};
  const reasons = session.ruling?.ruling === 'refused' ? session.ruling.reasons : [];
  return {
    run: state.run,
    session: session.number,
    ...(session.feature === undefined ? {} : { feature: session.feature }),
    date,
    outcome,
    ...(handoff.did ? { did: handoff.did } : {}),
    ...(handoff.learned ? { learned: handoff.learned } : {}),
    ...(handoff.next ? { next: handoff.next } : {}),
    ...(handoff.question ? { question: handoff.question } : {}),
    ...(outcome === 'landed' || reasons.length === 0
      ? {}
      : { refused: reasons.map((reason) => `${reason.code}: ${reason.text}`) }),
  };
}

/** Entries of sessions that landed nothing, since the last commit that carried such entries. */
export function pendingEntries(state: State): string {
  const since = state.landings.at(-1)?.seq ?? 0;
  return state.sessions
    .filter((session) => session.ended && session.ended.outcome !== 'landed' && session.ended.seq > since)
    .map((session) => formatEntry(entryOf(state, session, session.ended?.outcome ?? '', session.started)))
    .join('');
}

/** Which features of the list are held back in this run, with the reason that the list is to carry. */
export function blockedReasons(state: State, list: FeatureList): Map<string, string | undefined> {
  const marks = new Map<string, string | undefined>();
  for (const feature of list.features) {
    const known = state.features.get(feature.id);
    const why = known?.blocked ? sentence(known.blocked) : undefined;
    if (why !== undefined && feature.blocked !== why) marks.set(feature.id, why);
    else if (known && known.reopened > 0 && !known.blocked && feature.blocked !== undefined)
      marks.set(feature.id, undefined);
  }
  return marks;
}

function sentence(blocked: { why: string; reasons: readonly { code: string; text: string }[] }): string {
  const [first] = blocked.reasons;
  const text = first ? `${blocked.why}; last refusal ${first.code}: ${first.text}` : blocked.why;
  return text.replace(/\s+/g, ' ').slice(0, 500);
}
