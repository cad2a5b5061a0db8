import type { Recorded, RecordedOf } from '../ledger/event.ts';
import type { State } from '../ledger/state.ts';
import { featureRows } from './feature-rows.ts';
import { elapsed, type Standing } from './headline.ts';
import { answerCommand, waitingFor } from './next-command.ts';
import type { Result, ResultLanding, ResultLeftOut, ResultRefusal } from './result.ts';

/** The result of a run from its events. */
export function resultOf(standing: Standing, events: readonly Recorded[]): Result {
  const { state, features, alive } = standing;
  const rows = featureRows(state, features, alive);
  const title = (id: string) => rows.find((row) => row.id === id)?.title ?? id;
  const is = (what: string) => rows.filter((row) => row.is === what);
  const stopped = alive ? undefined : state.stopped;
  const verdicts = events.filter((event) => event.type === 'judge.ruled');
  const refusals = verdicts.filter((event) => event.ruling === 'refused');
  const landings = currentLandings(state);
  const pass = is('passes').length;
  const counts = { blocked: is('blocked').length, waiting: is('needs-human').length };
  return {
    version: 1,
    run: state.run,
    kind: state.kind,
    reason: stopped?.reason ?? null,
    detail: stopped?.detail ?? null,
    exitCode: stopped?.code ?? null,
    branch: state.branch ?? null,
    base: state.base,
    baseRef: state.baseRef,
    tip: state.tip,
    published: state.published ?? null,
    held: state.held ?? null,
    started: state.started,
    at: state.at,
    elapsedMs: elapsed(standing),
    features: {
      total: rows.length,
      pass,
      landed: landings.length,
      unproven: rows.filter((row) => row.unproven).length,
      ...counts,
      open: rows.length - pass - counts.blocked - counts.waiting,
    },
    sessions: state.sessions.length,
    refused: refusals.length,
    cost: state.spent,
    landings: landings.map((landing) => ({ ...landing, title: title(landing.feature) })),
    refusals: refusals.map(refusal),
    leftOut: verdicts.filter((event) => event.dropped.length + event.restored.length > 0).map(leftOut),
    blocked: is('blocked').map(({ id, words }) => ({
      feature: id,
      title: title(id),
      why: words.replace(/^blocked: /, ''),
      command: answerCommand(id),
    })),
    waiting: waitingFor(state).map(({ id, question }) => ({
      feature: id,
      title: title(id),
      question,
      command: answerCommand(id),
    })),
    brain: state.brain,
    model: state.model ?? null,
    fence: state.fence,
    versions: { agentloop: state.version, node: process.version },
  };
}

/** The last landing of each feature that has not been set back since. */
function currentLandings(state: State): Omit<ResultLanding, 'title'>[] {
  return [...state.features.values()].flatMap((known) => {
    const { landed } = known;
    if (!landed) return [];
    return [
      {
        feature: known.id,
        commit: landed.commit,
        session: landed.session ?? null,
        files: landed.files,
        added: landed.added,
        removed: landed.removed,
        look: landed.look,
        proof: { kind: landed.proof?.kind ?? 'none', turned: landed.proof?.turned ?? [] },
        sessions: known.sessions,
        refusals: known.refusals,
        usd: known.usd,
      },
    ];
  });
}

function refusal(event: RecordedOf<'judge.ruled'>): ResultRefusal {
  return {
    feature: event.feature ?? null,
    session: event.session ?? null,
    at: event.ts,
    reasons: event.reasons.map(({ code, text, tests }) => ({ code, text, tests: tests ?? [] })),
  };
}

function leftOut(event: RecordedOf<'judge.ruled'>): ResultLeftOut {
  return {
    feature: event.feature ?? null,
    session: event.session ?? null,
    accepted: event.ruling === 'accepted',
    harnessFiles: event.dropped,
    fromBase: event.restored,
  };
}
