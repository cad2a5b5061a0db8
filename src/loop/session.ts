import { existsSync } from 'node:fs';
import type { Assignment } from '../brain/brain.ts';
import { trippedBy } from '../policy/breakers.ts';
import { refusalText } from '../project/brief.ts';
import type { Feature } from '../project/feature.ts';
import type { Prepared } from '../workspace/prepare.ts';
import { afterSession, sealedWayOut } from './after-session.ts';
import { answerTo, type Result, type Work, workspaceGone } from './answer-claim.ts';
import { claimRound, type Round } from './claim-round.ts';
import type { Crew } from './crew.ts';
import { keepUnfinished } from './keep.ts';
import { refusedBefore } from './refused-before.ts';
import { type Started, startSession } from './session-start.ts';
import { transcriptsOf } from './trail.ts';

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

async function rounds(work: Work, first: Assignment, from: TakenUp): Promise<Result> {
  const { crew, workspace } = work;
  const limit = crew.book.state.limits?.refusalsPerSession ?? 0;
  let assignment = first;
  let claimed = from.claimed;
  // A kill may have come between a refusal and what it led to.
  const over = claimed || from.round === 1 ? undefined : endOfRefused(work, from.round - 1, limit);
  if (over) return over;
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
    const end = endOfRefused(work, round, limit);
    if (end) return end;
    assignment = { ...first, refusal: { round, reasons, text: refusalText(reasons, limit - round) } };
  }
}

/** How a session ends that was refused so often; undefined where the conversation goes on. */
function endOfRefused(work: Work, refusals: number, limit: number): Result | undefined {
  const { crew, feature } = work;
  const question = sealedWayOut(crew, feature.id);
  if (question !== undefined) return { outcome: 'needs-human', counts: false, question };
  if (refusals > limit || inCircles(work)) return { outcome: 'refused', counts: true };
  return crew.signals.hard.aborted ? { outcome: 'interrupted', counts: false } : undefined;
}

/** Whether the feature goes round in circles: then the conversation is not worth another round. */
function inCircles({ crew, feature }: Work): boolean {
  const { state } = crew.book;
  return (
    state.limits !== undefined && trippedBy(state, feature.id, state.limits, { atOnce: true }) !== undefined
  );
}

function failed({ failure, limit }: Extract<Round, { ended: 'failure' }>): Result {
  if (limit !== undefined) return { outcome: 'interrupted', counts: false };
  if (failure.kind === 'unavailable') return { outcome: 'unavailable', counts: false };
  if (failure.kind === 'interrupted') return { outcome: 'interrupted', counts: false };
  return { outcome: 'failed', counts: failure.kind !== 'fatal' };
}
