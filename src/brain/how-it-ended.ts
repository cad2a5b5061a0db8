import type { Meaning } from '../policy/what-it-means.ts';
import type { Finished } from '../workspace/workspace.ts';
import type { BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';
import { failed } from './ends-once.ts';

/** What the end of any program that is a brain means, and the words for it. `name`: the program, as it is shown. */

/** The end that was ours and not the program's; undefined where it ended by itself. `idleMs`: the patience it had. */
export function endedByUs(name: string, finished: Finished, idleMs: number): BrainEvent | undefined {
  if (finished.fenceFailed !== undefined) {
    const reason = `The fence could not be put up for ${name}: ${cutWords(finished.fenceFailed, 1000)}`;
    return failed({ kind: 'fatal', reason, help: 'agentloop doctor says what is missing.' });
  }
  if (finished.ended === 'aborted') return stopped(name);
  if (finished.ended === 'timeout') {
    const reason = `${name} was ended after ${seconds(finished.ms)}: the time of the session was over.`;
    return failed({ kind: 'over-limit', reason });
  }
  if (finished.ended === 'idle') {
    return failed({
      kind: 'over-limit',
      reason: `${name} was ended: it printed nothing for ${seconds(idleMs)}.`,
    });
  }
  return undefined;
}

/** It ended because somebody asked for it. */
export function stopped(name: string): BrainEvent {
  return failed({ kind: 'interrupted', reason: `${name} was stopped while it worked.` });
}

/**
 * The failure that a trouble with a provider is. `what`: what happened, without its end. A program has tried again by
 * itself before it gave up: what is to be retried is waited for and probed.
 */
export function failureOf({ act, until, help }: Meaning, name: string, what: string): BrainEvent {
  if (act === 'wait' || act === 'retry')
    return later(`${name} cannot reach its model now, it ${what}`, until);
  const reason = `${name} ${what}`;
  return failed(act === 'fresh' ? { kind: 'context', reason } : { kind: 'fatal', reason, help: help ?? '' });
}

/** To be tried again. `until`: ms since 1970. */
export function later(reason: string, until: number | undefined): BrainEvent {
  return failed({ kind: 'unavailable', reason, ...(until === undefined ? {} : { until }) });
}

/** How it ended, for a sentence that begins with its name. */
export function endedWith({ code, signal }: Pick<Finished, 'code' | 'signal'>): string {
  if (code === null) return `was killed by ${signal ?? 'a signal'}`;
  // Shells tell a death by signal as 128 + its number.
  const signals: Record<number, string> = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' };
  const name = signals[code];
  return `ended with exit code ${code}${name === undefined ? '' : ` (${name})`}`;
}

/** The last line of a text as the end of a sentence. */
export function lastWords(text: string): string {
  const line = text.trimEnd().split('\n').pop()?.trim() ?? '';
  if (line === '') return '.';
  return `: ${cutWords(line, 500)}${/[.!?]$/.test(line) ? '' : '.'}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
