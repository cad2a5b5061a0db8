import { BugError } from '../errors.ts';
import { reason } from '../judge/codes.ts';
import type { Broken } from '../judge/judge.ts';
import type { Reason } from '../ledger/event.ts';
import type { SessionState } from '../ledger/state.ts';
import type { Feature } from '../project/feature.ts';
import type { Tree } from '../workspace/trees.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { questionIn } from './after-session.ts';
import { makeCandidate } from './candidate.ts';
import type { Round } from './claim-round.ts';
import type { Crew } from './crew.ts';
import { landAccepted } from './land-accepted.ts';
import type { RefusedBefore } from './refused-before.ts';
import { rule } from './ruling.ts';

type Outcome = NonNullable<SessionState['ended']>['outcome'];
/** How a session came out; `counts` says whether it is one of the feature's failed sessions. */
export interface Result {
  readonly outcome: Outcome;
  readonly counts: boolean;
  readonly question?: string;
}

/** What one session is about. */
export interface Work {
  readonly crew: Crew;
  readonly feature: Feature;
  readonly workspace: Workspace;
  /** Tree the workspace was filled with. */
  readonly startTree: Tree;
  readonly refused: RefusedBefore;
}

/** Somebody deleted it: that says nothing of the brain's work. */
export const workspaceGone: Result = { outcome: 'crashed', counts: false };

type Refused = { readonly reasons: readonly Reason[] };

/** What a claim leads to: the end of the session, or reasons to go on. */
export async function answerTo(
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
