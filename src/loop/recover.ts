import { openSession, type SessionState } from '../ledger/state.ts';
import { forgetHomes } from '../workspace/forget-homes.ts';
import { markOf } from '../workspace/mark.ts';
import { recoverWorkspace } from '../workspace/recover-workspace.ts';
import { endRun } from '../workspace/sweep.ts';
import { afterLastSession, afterSession } from './after-session.ts';
import { setBack } from './closing.ts';
import type { Crew } from './crew.ts';
import { keepCommit, keepUnfinished } from './keep.ts';
import { landAccepted } from './land-accepted.ts';
import { settle } from './landing.ts';
import { tellUntold } from './tell-untold.ts';
import { transcriptsOf } from './trail.ts';
import { type Asleep, canWake } from './wake-session.ts';

/**
 * Brings to an end what an earlier process left open. Everything here may itself be cut short and done again.
 *
 * 1. A landing that the ledger tells of is completed.
 * 2. Accepted work lands, unfinished work is kept, and a session that was killed ends; what it spent is told.
 * 3. What follows from the last session for its feature is drawn.
 * 4. Features the final judge found lost are set back.
 *
 * Gives the session that need not end, since its brain can go on in the middle of the conversation.
 */
export async function recover(crew: Crew): Promise<Asleep | undefined> {
  const { book, repo, run } = crew;
  // Of whoever was killed: also what init.sh or the judge ran, outside of any session.
  await endRun(markOf(repo.commonDir, run));
  await forgetHomes(repo);
  await settle(crew);
  const open = openSession(book.state);
  let asleep: Asleep | undefined;
  if (open && (open.landed !== undefined || (await landAccepted(crew, open))))
    await end(crew, open, 'landed');
  else if (open) {
    const left = await recoverWorkspace(repo, { run, session: open.number, config: crew.config });
    if (left) await keepUnfinished(crew, open.number, open.feature, left);
    // It died before its folder was filled: what it was to go on with is still what there is.
    else if (
      open.unfinished !== undefined &&
      open.kept === undefined &&
      (await repo.objects.has([open.unfinished]))
    )
      await keepCommit(crew, open.number, open.feature, open.unfinished);
    if (left && (await canWake(crew, open)))
      asleep = { session: open.number, tree: (await left.snapshot()).tree };
    else await endKilled(crew);
  }
  await tellUntold(crew, asleep?.session);
  await afterLastSession(crew);
  if (book.state.final && !book.state.final.held) await setBack(crew);
  return asleep;
}

/** Ends the session that is open, if one is: its process was killed, and nobody goes on with it. */
export async function endKilled(crew: Crew): Promise<void> {
  const open = openSession(crew.book.state);
  if (open) await end(crew, open, 'crashed');
}

async function end(crew: Crew, open: SessionState, outcome: 'landed' | 'crashed'): Promise<void> {
  const { book } = crew;
  await tellUntold(crew);
  const { feature, kept, number } = open;
  await book.record({
    type: 'session.ended',
    session: number,
    ...(feature === undefined ? {} : { feature }),
    outcome,
    ms: Math.max(0, Date.parse(book.state.at) - Date.parse(open.started)),
    counts: false,
    ...(outcome === 'crashed' && kept !== undefined ? { kept } : {}),
    transcripts: await transcriptsOf(crew, number),
  });
  if (feature !== undefined) await afterSession(crew, feature, number);
}
