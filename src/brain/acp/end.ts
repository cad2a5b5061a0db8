import type { Providers } from '../../policy/providers.ts';
import type { Finished } from '../../workspace/workspace.ts';
import { claimIn } from '../agents/claim-of.ts';
import type { BrainEvent } from '../brain.ts';
import { meaningOf } from '../command-end.ts';
import { cutWords } from '../cut-words.ts';
import { failed } from '../ends-once.ts';
import type { OutcomeRead } from '../outcome.ts';
import type { TalkEnd } from './talk.ts';
import { meaningOfTrouble } from './trouble.ts';

export interface RoundEnd {
  /** The command as its user knows it. */
  readonly command: string;
  readonly talk: TalkEnd;
  /** How its process ended; of its output only what it wrote to stderr. */
  readonly finished: Finished;
  /** Why we asked it to stop, if we did: `time`, or a sentence that says which limit it passed. */
  readonly stopped: 'signal' | 'time' | { readonly over: string } | undefined;
  readonly outcome: OutcomeRead;
  readonly lastMessage: string;
  /** A trouble it told as its last message. */
  readonly troubleInWords: string | undefined;
  readonly limits: { readonly idleMs: number };
  readonly providers: Providers;
  /** ms since 1970. */
  readonly now: number;
}

/** What the end of a round with an agent means. Pure. */
export function meaningOfRound(end: RoundEnd): BrainEvent {
  const { talk, finished, stopped, command, providers, now } = end;
  const name = `\`${cutWords(command, 120)}\``;
  // How a process ended that was asked to, or ended too early, means what it means for any program.
  const asProgram = (change: Partial<Finished>) =>
    meaningOf({
      ...end,
      finished: { ...finished, ...change },
      outcome: { kind: 'none' },
      aborted: stopped === 'signal',
    });
  if (finished.fenceFailed !== undefined) return asProgram({});
  if (stopped === 'signal') return asProgram({ ended: 'aborted' });
  if (stopped === 'time' || finished.ended === 'timeout') return asProgram({ ended: 'timeout' });
  if (stopped !== undefined) return failed({ kind: 'over-limit', reason: stopped.over });
  if (talk.kind === 'trouble') return meaningOfTrouble({ command, end: talk, providers, now });
  if (talk.kind === 'gone') {
    // Ended by us after nothing more could be said to it.
    if (finished.ended === 'aborted')
      return failed({ kind: 'crashed', reason: `${name} did not read what it was told.` });
    if (finished.ended !== null || finished.code !== 0) return asProgram({});
    return failed({ kind: 'crashed', reason: `${name} ended before it had answered.` });
  }
  if (end.troubleInWords !== undefined) {
    const words = { code: 0, message: end.troubleInWords, data: undefined };
    return meaningOfTrouble({ command, end: words, providers, now });
  }
  switch (talk.stopReason) {
    case 'end_turn':
      return claimIn(end.outcome, end.lastMessage);
    case 'refusal':
      return failed({ kind: 'declined', reason: `The model of ${name} refused to go on.` });
    case 'max_tokens':
      return failed({
        kind: 'context',
        reason: `The conversation of ${name} reached the most tokens it may have.`,
      });
    case 'max_turn_requests':
      return failed({ kind: 'over-limit', reason: `${name} reached its own limit of turns.` });
    default:
      return failed({
        kind: 'crashed',
        reason: `${name} stopped by itself: "${cutWords(talk.stopReason, 100)}".`,
      });
  }
}
