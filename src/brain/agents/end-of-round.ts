import type { Providers } from '../../policy/providers.ts';
import { whatItMeans } from '../../policy/what-it-means.ts';
import type { Finished } from '../../workspace/workspace.ts';
import type { BrainEvent } from '../brain.ts';
import { cutWords } from '../cut-words.ts';
import { failed } from '../ends-once.ts';
import { endedByUs, endedWith, failureOf, lastWords, stopped } from '../how-it-ended.ts';
import type { OutcomeRead } from '../outcome.ts';
import { claimIn } from './claim-of.ts';
import type { AgentEnd } from './translator.ts';

/** All that is known when an agent CLI has ended. */
export interface RoundEnd {
  readonly name: string;
  readonly finished: Finished;
  readonly end: AgentEnd;
  readonly outcome: OutcomeRead;
  /** The last of what it printed that was no JSON. */
  readonly said: string;
  /** Why we stopped it; undefined where we did not. */
  readonly over: string | undefined;
  readonly aborted: boolean;
  readonly limits: { readonly idleMs: number };
  readonly providers: Providers;
  /** ms since 1970. */
  readonly now: number;
}

/**
 * What the end of a round means. It has done well only where all say so: exit code 0, a last message, no error in it. Each
 * of the three alone has been seen to lie.
 */
export function meaningOfRound(round: RoundEnd): BrainEvent {
  const { name, finished, end, aborted, limits } = round;
  if (round.over !== undefined && finished.ended === 'aborted' && !aborted)
    return failed({ kind: 'over-limit', reason: round.over });
  const ours = endedByUs(name, finished, limits.idleMs);
  if (ours !== undefined) return ours;
  if (end.ended === 'well' && finished.code === 0) return claimIn(round.outcome, end.words);
  if (aborted) return stopped(name);
  if (end.ended === 'over-limit')
    return failed({ kind: 'over-limit', reason: `${name}${lastWords(end.why)}` });
  if (end.ended === 'declined') return failed({ kind: 'declined', reason: `${name}${lastWords(end.why)}` });
  if (finished.code === 126 || finished.code === 127) {
    const reason = `${name} cannot be run in the workspace${lastWords(round.said)}`;
    return failed({ kind: 'fatal', reason, help: `Try it by hand: ${name} --version` });
  }
  return troubleOf(round);
}

function troubleOf({ name, finished, end, said, providers, now }: RoundEnd): BrainEvent {
  const isTold = end.ended === 'trouble';
  const text = isTold ? end.text : said;
  const signs = {
    from: 'command',
    text,
    command: name,
    // Its message counts for itself: exit code 0 with an error in it is an error.
    ...(isTold ? { status: end.status, until: end.until } : { exit: finished.code }),
  } as const;
  const told = finished.code === null && !isTold ? undefined : whatItMeans(providers, signs, now);
  const without = isTold || finished.code !== 0 ? '' : ' without a last message';
  const what = `${endedWith(finished)}${without}${lastWords(cutWords(text, 1000))}`;
  return told === undefined
    ? failed({ kind: 'crashed', reason: `${name} ${what}` })
    : failureOf(told, name, what);
}
