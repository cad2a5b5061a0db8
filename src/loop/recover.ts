import { openSession } from '../ledger/state.ts';
import { recoverWorkspace } from '../workspace/recover-workspace.ts';
import { setBack } from './closing.ts';
import type { Crew } from './crew.ts';
import { keepUnfinished } from './keep.ts';
import { landAccepted } from './land-accepted.ts';
import { settle } from './landing.ts';
import { afterSession } from './session.ts';
import { tellUntold } from './tell-untold.ts';
import { transcriptsOf } from './trail.ts';

/**
 * Brings to an end what an earlier process left open. Everything here may itself be cut short and done again.
 *
 * 1. A landing that the ledger tells of is completed.
 * 2. A session that has started ends: what it spent is told, accepted work lands, unfinished work is kept.
 * 3. Features the final judge found lost are set back.
 */
export async function recover(crew: Crew): Promise<void> {
  const { book, repo, run } = crew;
  await settle(crew);
  const open = openSession(book.state);
  await tellUntold(crew);
  if (open) {
    let outcome: 'landed' | 'crashed' = 'crashed';
    let kept = open.kept;
    if (open.landed !== undefined || (await landAccepted(crew, open))) outcome = 'landed';
    else {
      const left = await recoverWorkspace(repo, { run, session: open.number, config: crew.config });
      if (left) kept = (await keepUnfinished(crew, open.number, open.feature, left)) ?? kept;
    }
    await book.record({
      type: 'session.ended',
      session: open.number,
      ...(open.feature === undefined ? {} : { feature: open.feature }),
      outcome,
      ms: Math.max(0, Date.parse(book.state.at) - Date.parse(open.started)),
      counts: false,
      ...(outcome === 'crashed' && kept !== undefined ? { kept } : {}),
      transcripts: await transcriptsOf(crew, open.number),
    });
    if (open.feature !== undefined) await afterSession(crew, open.feature, open.number);
  }
  if (book.state.final && !book.state.final.held) await setBack(crew);
}
