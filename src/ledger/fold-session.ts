import type { RecordedOf } from './event.ts';
import { forgetPlan } from './planned.ts';
import { keyOf, oneMore } from './same-again.ts';
import { type FeatureState, featureState, openSession, type SessionState, type State } from './state.ts';
import { inShort } from './told-later.ts';

// What the events of one session do to the state: its start, its claim, its verdict, its landing, its end.

export function feature(state: State, id: string): FeatureState {
  const known = featureState(state, id);
  state.features.set(id, known);
  return known;
}

export function session(state: State, number: number | undefined): SessionState | undefined {
  return number === undefined ? undefined : state.sessions.findLast((one) => one.number === number);
}

export function phase(state: State, number: number | undefined, to: SessionState['phase']): void {
  const one = session(state, number);
  if (one) one.phase = to;
}

export function sessionStarted(state: State, event: RecordedOf<'session.started'>): void {
  state.sessions.push({
    number: event.session,
    ...(event.feature === undefined ? {} : { feature: event.feature }),
    role: event.role,
    brain: event.brain,
    ...(event.model === undefined ? {} : { model: event.model }),
    ...(event.fallback === undefined ? {} : { fallback: event.fallback }),
    base: event.base,
    ...(event.unfinished === undefined ? {} : { unfinished: event.unfinished }),
    started: event.ts,
    phase: 'working',
    refusals: 0,
    usd: 0,
    costs: 0,
  });
  if (event.feature === undefined) return;
  const known = feature(state, event.feature);
  known.sessions += 1;
  if (!event.fallback) return;
  known.fallback = event.session;
  afresh(known);
}

export function blocked(state: State, event: RecordedOf<'feature.blocked'>): void {
  const { why, reasons, breaker } = event;
  feature(state, event.feature).blocked = { why, reasons, ...(breaker === undefined ? {} : { breaker }) };
}

export function sessionResumed(state: State, event: RecordedOf<'session.resumed'>): void {
  const one = session(state, event.session);
  if (!one) return;
  one.phase = 'working';
  one.resumed = { at: event.ts, ms: event.ms };
}

export function claimed(state: State, event: RecordedOf<'claim.made'>): void {
  const one = session(state, event.session);
  const { seq, ts, claim, handoff } = event;
  if (one) one.claim = { seq, ts, claim, handoff };
  if (event.feature !== undefined) feature(state, event.feature).handoff = event.handoff;
}

export function ruled(state: State, event: RecordedOf<'judge.ruled'>): void {
  if (event.scope === 'final') {
    const failures = (state.final?.failures ?? 0) + (event.lost.length > 0 ? 1 : 0);
    const lost = event.lost.map((id) => ({ feature: id, reason: lostReason(event, id) }));
    state.final = { tip: state.tip, held: event.ruling === 'accepted', failures, lost };
    for (const id of event.lost) lostAfter(state, feature(state, id));
    return;
  }
  const one = session(state, event.session);
  if (!one) return;
  one.ruling = event;
  one.phase = event.ruling === 'accepted' ? 'landing' : 'working';
  if (event.ruling === 'accepted') return;
  one.refusals += 1;
  if (event.feature === undefined) return;
  const known = feature(state, event.feature);
  known.refusals += 1;
  known.reasons = event.reasons;
  known.sameRefusal = oneMore(known.sameRefusal, keyOf(event.reasons));
  if (event.work !== undefined)
    known.refusedWork.set(event.work, (known.refusedWork.get(event.work) ?? 0) + 1);
  const titles = event.reasons.flatMap(({ code, tests = [] }) => (code === 'sealed.failing' ? tests : []));
  for (const title of titles) known.sealed.set(title, (known.sealed.get(title) ?? 0) + 1);
}

export function sealedChanged(
  state: State,
  event: RecordedOf<'sealed.stored' | 'sealed.missed' | 'sealed.dropped'>,
): void {
  const known = feature(state, event.feature);
  if (event.type !== 'sealed.dropped') {
    known.examined = event.type === 'sealed.stored' ? 'stored' : 'missed';
    return;
  }
  known.examined = 'dropped';
  known.reasons = known.reasons.filter(({ code }) => code !== 'sealed.failing');
  if (event.what === undefined) known.sealed.clear();
  else known.sealed.delete(event.what);
}

export function sessionEnded(state: State, event: RecordedOf<'session.ended'>): void {
  const { outcome } = event;
  /** Says nothing of the brain: a fallback may try again. */
  const isCutShort = ['unavailable', 'interrupted', 'crashed', 'judge-broken'].includes(outcome);
  /** The next session goes on with what it left; after a refusal it starts clean. */
  const carriesWork = isCutShort || ['partial', 'failed', 'needs-human'].includes(outcome);
  const one = session(state, event.session);
  if (one) {
    one.phase = 'ended';
    one.ended = { seq: event.seq, outcome };
    inShort(one);
    if (event.kept !== undefined) one.kept = event.kept;
  }
  if (outcome === 'landed' || outcome === 'partial') state.idleSessions = 0;
  else if (!isCutShort) state.idleSessions += 1;
  if (event.feature === undefined) return;
  const known = feature(state, event.feature);
  if (event.counts) known.failures += 1;
  if (outcome === 'refused' || outcome === 'stuck') known.usedUp = true;
  // Waiting costs a feature nothing, however often it has to be waited for.
  if (outcome === 'unavailable') known.sessions -= 1;
  if (known.fallback === event.session && isCutShort) delete known.fallback;
  // A brain that failed and then a power cut are no row: each says something else of the work.
  const before = state.sessions.findLast((each) => each.feature === event.feature && each !== one);
  const isCrash = outcome === 'failed' || outcome === 'crashed';
  const isRow = isCrash && before?.ended?.outcome === outcome;
  known.crashes = isRow ? known.crashes + 1 : Number(isCrash);
  const kept = event.kept ?? one?.kept;
  // Whoever dies with something to show has come further.
  if (kept !== one?.unfinished) delete known.sameCrash;
  if (carriesWork && kept !== undefined && known.crashes < 2) {
    known.unfinished = { session: event.session, commit: kept };
  } else delete known.unfinished;
}

export function reopened(state: State, event: RecordedOf<'feature.reopened'>): void {
  const known = feature(state, event.feature);
  known.reopened += 1;
  known.failures = 0;
  known.sealed.clear();
  known.declined = 0;
  forgetPlan(known);
  afresh(known);
  if (event.by === 'person') {
    known.lostAfter = [];
    delete known.fallback;
  }
  delete known.blocked;
  delete known.parked;
  delete known.landed;
  if (event.words !== undefined) known.words.push(event.words);
  state.idleSessions = 0;
}

/** What went round in circles does so no longer; what another brain did says nothing of the fallback. */
export function afresh(known: FeatureState): void {
  delete known.sameRefusal;
  delete known.sameCrash;
  known.refusedWork.clear();
}

export function lostAfter(state: State, known: FeatureState): void {
  const since = known.landed?.seq ?? Number.POSITIVE_INFINITY;
  for (const { seq, feature: other } of state.landings)
    if (seq > since && other !== undefined && other !== known.id) known.lostAfter.push(other);
}

export function checkpoint(state: State, event: RecordedOf<'checkpoint.saved'>): void {
  const one = openSession(state);
  if (one?.number === event.session) one.kept = event.commit;
}

export function lostReason(event: RecordedOf<'judge.ruled'>, id: string): string {
  const reason = event.reasons.find((one) => one.text.startsWith(`${id}: `)) ?? event.reasons[0];
  return reason ? reason.text : 'its proof no longer holds';
}
