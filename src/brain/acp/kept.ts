import type { TranscriptEntry } from '../../ledger/transcript.ts';
import { amountAt, countAt, textAt } from './loose.ts';

/** What the round before left to go on with. */
export interface Kept {
  /** The agent's own name of the conversation. */
  readonly session: string;
  /** US dollars it had cost by then; 0 where it does not tell. */
  readonly costUsd: number;
}

/** Turns and calls of tools. */
export interface Counts {
  readonly turns: number;
  readonly calls: number;
}

/** What the rounds before had of them. Pure. */
export function countedIn(entries: readonly TranscriptEntry[]): Counts {
  const ended = entries.filter(({ type }) => type === 'acp.ended');
  const sum = (name: string) => ended.reduce((all, entry) => all + countAt(entry, name), 0);
  return { turns: sum('turns'), calls: sum('calls') };
}

/** The last conversation in a transcript. Pure. */
export function keptOf(entries: readonly TranscriptEntry[]): Kept | undefined {
  const session = textAt(
    entries.findLast(({ type }) => type === 'acp.session'),
    'session',
  );
  const ended = entries.findLast(({ type }) => type === 'acp.ended');
  return session === undefined ? undefined : { session, costUsd: amountAt(ended, 'costUsd') ?? 0 };
}
