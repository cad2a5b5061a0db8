import { brainWord } from '../brain/brain-word.ts';
import type { Recorded, RecordedOf } from '../ledger/event.ts';
import type { KnownRequest } from '../ledger/requests.ts';
import type { State } from '../ledger/state.ts';
import { featureRows } from './feature-rows.ts';
import { cut, harmless } from './harmless.ts';
import { elapsed, type Standing } from './headline.ts';
import { answerCommand, waitingFor } from './next-command.ts';
import type { Result, ResultLanding, ResultLeftOut, ResultRefusal } from './result.ts';
import { shownRequests } from './shown-requests.ts';
import { verdictOn } from './verdict-on.ts';

/** The result of a run from its events, and the requests that are known of it. */
export function resultOf(
  standing: Standing,
  events: readonly Recorded[],
  known: readonly KnownRequest[] = [],
): Result {
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
    until: stopped?.until === undefined ? null : new Date(stopped.until).toISOString(),
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
    suspicions: landings.reduce((sum, { suspicions }) => sum + suspicions.length, 0),
    cost: state.spent,
    landings: landings.map((landing) => ({ ...landing, title: title(landing.feature) })),
    refusals: refusals.map(refusal),
    leftOut: verdicts.filter((event) => event.dropped.length + event.restored.length > 0).map(leftOut),
    blocked: is('blocked').map(({ id, words }) => ({
      feature: id,
      title: title(id),
      why: `${words.replace(/^blocked: /, '')}${lastly(lastWords(state, id))}`,
      command: answerCommand(id),
    })),
    waiting: waitingFor(state).map(({ id, question }) => ({
      feature: id,
      title: title(id),
      question,
      command: answerCommand(id),
    })),
    open: rows
      .filter((row) => !['passes', 'blocked', 'needs-human'].includes(row.is))
      .map(({ id, words }) => ({ feature: id, title: title(id), words })),
    requests: shownRequests(known),
    brain: brainWord(state.brain),
    model: state.model ?? null,
    fence: state.fence,
    versions: { agentloop: state.version, node: process.version },
  };
}

/** What the last session on a blocked feature said of it, where it gave up by itself: no verdict tells why. */
export function lastWords(state: State, id: string): string | undefined {
  const { claim } = state.sessions.findLast(({ feature }) => feature === id) ?? {};
  return claim?.claim === 'stuck' ? (claim.handoff.next ?? claim.handoff.did) : undefined;
}

function lastly(said: string | undefined): string {
  return said === undefined ? '' : `; its last words: ${cut(harmless(said), 300)}`;
}

/** The last landing of each feature that has not been set back since. */
function currentLandings(state: State): Omit<ResultLanding, 'title'>[] {
  return [...state.features.values()].flatMap((known) => {
    const { landed } = known;
    if (!landed) return [];
    const verdict = verdictOn(state, landed);
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
        notes: [
          ...(landed.fence === 'none' ? [unfencedNote] : []),
          ...fallbackNote(state, landed.session),
          ...(verdict?.notes ?? []),
        ],
        suspicions: verdict?.suspicions ?? [],
      },
    ];
  });
}

const unfencedNote = 'It landed without a fence: its brain could reach all that you can.';

function fallbackNote(state: State, number: number | undefined): string[] {
  const session = state.sessions.find((one) => one.number === number);
  if (!session?.fallback) return [];
  const by = session.model ?? brainWord(session.brain);
  return [`The fallback ${cut(by, 200)} brought it, after it had been blocked.`];
}

function refusal(event: RecordedOf<'judge.ruled'>): ResultRefusal {
  return {
    feature: event.feature ?? null,
    session: event.session ?? null,
    at: event.ts,
    reasons: event.reasons.map(({ code, text, tests, output }) => ({
      code,
      text,
      tests: tests ?? [],
      printed: tellingLines(output ?? ''),
    })),
  };
}

/** Words by which runners say what is wrong; their last lines are most often nothing but sums. */
const telling = /\b(error|fail(ed|ing|s)?|expected|assert\w*|not ok|cannot|fatal|panic\w*)\b|[✖✗×]/i;

/** What a person needs of an output to know where to look, four lines at most; all of it is in the evidence. */
function tellingLines(output: string): string[] {
  const lines = harmless(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = lines.filter((line) => telling.test(line));
  return (found.length > 0 ? found.slice(0, 4) : lines.slice(-4)).map((line) => cut(line.trim(), 200));
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
