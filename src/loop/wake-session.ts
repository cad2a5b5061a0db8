import { join } from 'node:path';
import type { SessionState } from '../ledger/state.ts';
import { readTranscript, type TranscriptEntry } from '../ledger/transcript.ts';
import { refusalText } from '../project/brief.ts';
import type { Feature } from '../project/feature.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Tree } from '../workspace/trees.ts';
import type { Crew } from './crew.ts';
import { carrySession, type TakenUp } from './session.ts';
import { openSessionIn, startTree } from './session-start.ts';

/** A session whose process was killed, and what its folder held then. */
export interface Asleep {
  readonly session: number;
  readonly tree: Tree;
}

/**
 * Whether the conversation of a session that was killed can go on: its brain can, it is the same brain still, and its
 * transcript can be read. What nobody has said anything in yet is as well begun anew.
 */
export async function canWake(crew: Crew, session: SessionState): Promise<boolean> {
  const { brain } = crew;
  if (!brain.wake || session.role !== 'coder' || session.base !== crew.book.state.tip) return false;
  if (session.brain !== brain.name || session.model !== brain.model) return false;
  const entries = await entriesOf(crew, session.number).catch(() => []);
  return entries.some(({ type }) => type === 'user.said');
}

/**
 * Goes on with a session in the middle of its conversation: the same number, with the time and the calls it has left,
 * in a folder filled with what the old one held. A claim that was being judged is judged, and not made again.
 */
export async function wakeSession(
  crew: Crew,
  feature: Feature,
  prepared: Prepared,
  { session, tree }: Asleep,
): Promise<void> {
  const { book } = crew;
  const state = book.state.sessions.find((one) => one.number === session);
  if (!state) throw new Error(`session ${session} is not in the ledger`);
  const worked = workedBefore(state, await entriesOf(crew, session));
  const { tree: begunWith } = await startTree(crew, state.base, state.unfinished);
  await book.record({ type: 'session.resumed', session, feature: feature.id, tree, ms: worked });
  const opened = await openSessionIn(crew, feature, prepared, {
    number: session,
    base: state.base,
    tree,
    worked,
  });
  await crew.brain.wake?.(opened.transcript, state.costs);
  const round = state.refusals + 1;
  const limit = book.state.limits?.refusalsPerSession ?? 0;
  const reasons = state.ruling?.reasons ?? [];
  const refusal = { round: state.refusals, reasons, text: refusalText(reasons, limit - state.refusals) };
  const assignment = { ...opened.assignment, ...(round === 1 ? {} : { refusal }) };
  const from: TakenUp = { round, began: crew.now() - worked, ...claimOf(state) };
  await carrySession(crew, feature, { ...opened, assignment, tree: begunWith }, from);
}

/** The claim that nobody has answered. */
function claimOf({ claim, ruling }: SessionState): Pick<TakenUp, 'claimed'> {
  if (!claim || (ruling && ruling.seq > claim.seq)) return {};
  return { claimed: { ended: 'claim', claim: claim.claim, handoff: claim.handoff } };
}

/** How long it had worked when it was killed, in ms: up to the last thing that was written of it. */
function workedBefore(state: SessionState, entries: readonly TranscriptEntry[]): number {
  const { started, resumed = { at: started, ms: 0 }, claim, ruling } = state;
  const last = [entries.at(-1)?.ts, claim?.ts, ruling?.ts].flatMap((ts) => (ts ? [Date.parse(ts)] : []));
  return resumed.ms + Math.max(0, ...last.map((ts) => ts - Date.parse(resumed.at)));
}

async function entriesOf(crew: Crew, session: number): Promise<readonly TranscriptEntry[]> {
  return (await readTranscript(join(crew.runDir, 'sessions', `${session}.jsonl`))).entries;
}
