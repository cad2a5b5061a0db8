import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Proof, Recorded, RecordedOf, StopReason } from '../ledger/event.ts';
import { fold } from '../ledger/fold.ts';
import { readLedger } from '../ledger/read.ts';
import type { Spent, State } from '../ledger/state.ts';
import { featureRows } from './feature-rows.ts';
import { elapsed, type Standing } from './headline.ts';
import { readListed } from './listed.ts';
import { answerCommand, waitingFor } from './next-command.ts';

/** A run in figures and facts, for machines: `result.json` and `agentloop report --format json`. `schema/result.schema.json` describes it. */
export interface Result {
  readonly version: 1;
  readonly run: string;
  readonly kind: 'init' | 'run';
  /** Why it stopped; null while it goes on, or when it died. */
  readonly reason: StopReason | null;
  readonly detail: string | null;
  /** The true exit code, whatever --fail-on makes of it. */
  readonly exitCode: number | null;
  readonly branch: string | null;
  readonly base: string;
  readonly baseRef: string;
  readonly tip: string;
  /** Commit at which the run branch stands in the user's repository. */
  readonly published: string | null;
  /** Why the run branch was not moved, if it was not. */
  readonly held: string | null;
  readonly started: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly features: {
    readonly total: number;
    readonly pass: number;
    readonly landed: number;
    readonly unproven: number;
    readonly blocked: number;
    readonly waiting: number;
    readonly open: number;
  };
  readonly sessions: number;
  readonly refused: number;
  /** US dollars; `unknown`: something more was spent whose price is not known. */
  readonly cost: Spent;
  readonly landings: readonly ResultLanding[];
  readonly refusals: readonly ResultRefusal[];
  /** Changes of brains that did not count: to harness files, and to files the judge took from the base. */
  readonly leftOut: readonly ResultLeftOut[];
  readonly blocked: readonly { readonly feature: string; readonly title: string; readonly why: string; readonly command: string }[];
  readonly waiting: readonly { readonly feature: string; readonly title: string; readonly question: string; readonly command: string }[];
  readonly brain: string;
  readonly model: string | null;
  readonly fence: string;
  readonly versions: { readonly agentloop: string; readonly node: string };
}

export interface ResultLanding {
  readonly feature: string;
  readonly title: string;
  readonly commit: string;
  readonly session: number | null;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly look: readonly string[];
  readonly proof: { readonly kind: Proof['kind']; readonly turned: readonly string[] };
  readonly sessions: number;
  readonly refusals: number;
  readonly usd: number;
}

export interface ResultRefusal {
  readonly feature: string | null;
  readonly session: number | null;
  readonly at: string;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly tests: readonly string[] }[];
}

export interface ResultLeftOut {
  readonly feature: string | null;
  readonly session: number | null;
  readonly harnessFiles: readonly string[];
  readonly fromBase: readonly string[];
}

/** The result of a run from its events. */
export function resultOf(standing: Standing, events: readonly Recorded[]): Result {
  const { state, features, alive } = standing;
  const rows = featureRows(state, features);
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
    waiting: waitingFor(state).map(({ id, question }) => ({ feature: id, title: title(id), question, command: answerCommand(id) })),
    brain: state.brain,
    model: state.model ?? null,
    fence: state.fence,
    versions: { agentloop: state.version, node: process.version },
  };
}

/** Writes `result.json` into the folder of a run, whole or not at all, from the ledger that stands in it. */
export async function writeResult(runDir: string, now: number): Promise<Result | undefined> {
  const { events } = await readLedger(path.join(runDir, 'events.jsonl'), { verify: false });
  const state = fold(events);
  if (!state) return undefined;
  const result = resultOf({ state, features: readListed(runDir), alive: false, now }, events);
  const file = path.join(runDir, 'result.json');
  await fs.writeFile(`${file}.part`, `${JSON.stringify(result, null, 2)}\n`);
  await fs.rename(`${file}.part`, file);
  return result;
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
    harnessFiles: event.dropped,
    fromBase: event.restored,
  };
}
