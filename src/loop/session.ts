import { existsSync } from 'node:fs';
import type { Assignment } from '../brain/brain.ts';
import { BugError } from '../errors.ts';
import { reason } from '../judge/codes.ts';
import type { Broken } from '../judge/judge.ts';
import type { Reason } from '../ledger/event.ts';
import type { SessionState } from '../ledger/state.ts';
import { trippedBy } from '../policy/breakers.ts';
import { refusalText } from '../project/brief.ts';
import type { Feature } from '../project/feature.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Tree } from '../workspace/trees.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { afterSession, questionIn, sealedWayOut } from './after-session.ts';
import { makeCandidate } from './candidate.ts';
import { claimRound, type Round } from './claim-round.ts';
import type { Crew } from './crew.ts';
import { keepUnfinished } from './keep.ts';
import { landAccepted } from './land-accepted.ts';
import { type RefusedBefore, refusedBefore } from './refused-before.ts';
import { rule } from './ruling.ts';
import { type Started, startSession } from './session-start.ts';
import { transcriptsOf } from './trail.ts';

type Outcome = NonNullable<SessionState['ended']>['outcome'];
/** How a session came out; `counts` says whether it is one of the feature's failed sessions. */
interface Result {
  readonly outcome: Outcome;
  readonly counts: boolean;
  readonly question?: string;
}

/**
 * One session: a fresh brain on one feature, from the brief to a commit, a refusal or a failure.
 *
 * 1. Every session that starts ends, and when it has ended no process of it is alive.
 * 2. Unfinished work is kept as a commit before the session ends.
 * 3. Only an accepted verdict lands, and the tree that lands is the tree that was judged.
 */
export async function session(
  crew: Crew,
  feature: Feature,
  prepared: Prepared,
  fallback?: true,
): Promise<void> {
  const began = crew.now();
  const started = await startSession(crew, feature, prepared, fallback);
  await carrySession(crew, feature, started, { round: 1, began });
}

/** Where a session stands when this process takes it up. */
export interface TakenUp {
  /** One more than it was refused. */
  readonly round: number;
  /** A claim that was made and not answered. */
  readonly claimed?: Round;
  /** When it would have begun, had it been carried without a break; ms since 1970. */
  readonly began: number;
}

/** Carries a session with an open workspace to its end. */
export async function carrySession(
  crew: Crew,
  feature: Feature,
  started: Started,
  from: TakenUp,
): Promise<void> {
  const { book } = crew;
  const { workspace, assignment } = started;
  const refused = refusedBefore(crew.repo.trees);
  let result: Result;
  let kept: string | undefined;
  try {
    result = await rounds({ crew, feature, workspace, startTree: started.tree, refused }, assignment, from);
    await workspace.quiet();
    if (result.outcome !== 'landed')
      kept = await keepUnfinished(crew, assignment.session, feature.id, workspace);
  } finally {
    await started.transcript.close();
    await workspace[Symbol.asyncDispose]();
  }
  await book.record({
    type: 'session.ended',
    session: assignment.session,
    feature: feature.id,
    outcome: result.outcome,
    ms: Math.max(0, crew.now() - from.began),
    counts: result.counts,
    ...(kept === undefined ? {} : { kept }),
    transcripts: await transcriptsOf(crew, assignment.session),
  });
  await afterSession(crew, feature.id, assignment.session, result.question);
}

/** What one session is about. */
interface Work {
  readonly crew: Crew;
  readonly feature: Feature;
  readonly workspace: Workspace;
  /** Tree the workspace was filled with. */
  readonly startTree: Tree;
  readonly refused: RefusedBefore;
}

/** Somebody deleted it: that says nothing of the brain's work. */
const workspaceGone: Result = { outcome: 'crashed', counts: false };

type Refused = { readonly reasons: readonly Reason[] };

async function rounds(work: Work, first: Assignment, from: TakenUp): Promise<Result> {
  const { crew, workspace } = work;
  const limit = crew.book.state.limits?.refusalsPerSession ?? 0;
  if (from.round - 1 > limit) return { outcome: 'refused', counts: true };
  let assignment = first;
  let claimed = from.claimed;
  for (let { round } = from; ; round += 1) {
    const ended = claimed ?? (await claimRound(crew, assignment));
    claimed = undefined;
    if (ended.ended === 'failure') {
      const came = failed(ended);
      return came.outcome === 'failed' && !existsSync(workspace.path) ? workspaceGone : came;
    }
    await workspace.quiet();
    const answer = await answerTo(work, ended, first.session, round);
    if ('outcome' in answer) return answer;
    const { reasons } = answer;
    const question = sealedWayOut(crew, work.feature.id);
    if (question !== undefined) return { outcome: 'needs-human', counts: false, question };
    if (round > limit || inCircles(work)) return { outcome: 'refused', counts: true };
    if (crew.signals.hard.aborted) return { outcome: 'interrupted', counts: false };
    assignment = { ...first, refusal: { round, reasons, text: refusalText(reasons, limit - round) } };
  }
}

/** Whether the feature goes round in circles: then the conversation is not worth another round. */
function inCircles({ crew, feature }: Work): boolean {
  const { state } = crew.book;
  return (
    state.limits !== undefined && trippedBy(state, feature.id, state.limits, { atOnce: true }) !== undefined
  );
}

/** What a claim leads to: the end of the session, or reasons to go on. */
async function answerTo(
  work: Work,
  { claim, handoff }: Extract<Round, { ended: 'claim' }>,
  number: number,
  round: number,
): Promise<Result | Refused> {
  switch (claim) {
    case 'needs-human': {
      return { outcome: 'needs-human', counts: false, question: questionIn(handoff) };
    }
    case 'stuck':
      return { outcome: 'stuck', counts: true };
    case 'partial': {
      const { tree, gone } = await work.workspace.snapshot();
      if (gone) return workspaceGone;
      if (tree === work.startTree) return { outcome: 'stuck', counts: true };
      return { outcome: 'partial', counts: false };
    }
    case 'no-work':
      return refuseNoWork(work, number);
    case 'done':
      return judged(work, number, round);
  }
}

async function judged(
  { crew, feature, workspace, refused }: Work,
  number: number,
  round: number,
): Promise<Result | Refused> {
  const state = crew.book.state.sessions.find((one) => one.number === number) as SessionState;
  const snapshot = await workspace.snapshot();
  if (snapshot.gone) return workspaceGone;
  const candidate = await makeCandidate(crew, state, feature, snapshot);
  const verdict = await rule(crew, candidate, { round, refused });
  if (verdict.ruling === 'broken') return { outcome: brokenOutcome(crew, verdict), counts: false };
  if (verdict.ruling === 'refused') return { reasons: verdict.reasons };
  if (!(await landAccepted(crew, state)))
    throw new BugError(`session ${number} was accepted and could not land`);
  return { outcome: 'landed', counts: false };
}

/** The judge ruled nothing: it was stopped, it waits for the evaluator, or it cannot see. */
function brokenOutcome(crew: Crew, { code }: Broken): Outcome {
  const { spentOut, limits } = crew.book.state;
  if (crew.signals.hard.aborted) return 'interrupted';
  if (code !== 'judge.evaluator-unavailable') return 'judge-broken';
  const over = spentOut !== undefined || crew.now() >= (limits?.until ?? Number.POSITIVE_INFINITY);
  return over ? 'interrupted' : 'unavailable';
}

/** `no-work` is a claim like any other: while the feature fails, there is work. */
async function refuseNoWork({ crew, feature, startTree }: Work, number: number): Promise<Refused> {
  const reasons = [reason('claim.no-work')];
  await crew.book.record({
    type: 'judge.ruled',
    session: number,
    feature: feature.id,
    scope: 'candidate',
    ruling: 'refused',
    tree: startTree,
    ms: 0,
    reasons,
  });
  return { reasons };
}

function failed({ failure, limit }: Extract<Round, { ended: 'failure' }>): Result {
  if (limit !== undefined) return { outcome: 'interrupted', counts: false };
  if (failure.kind === 'unavailable') return { outcome: 'unavailable', counts: false };
  if (failure.kind === 'interrupted') return { outcome: 'interrupted', counts: false };
  return { outcome: 'failed', counts: failure.kind !== 'fatal' };
}
