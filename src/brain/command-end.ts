import { opinionOf } from '../hands/opinion.ts';
import type { Finished } from '../workspace/workspace.ts';
import type { BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';
import { failed } from './ends-once.ts';
import { handoffOf, type OutcomeRead } from './outcome.ts';

/** What a program asks for with its exit code; docs/brains.md prints the table. */
export const exitCodes = { claims: 0, later: 75, cannotRun: 126, notFound: 127 } as const;

export interface CommandEnd {
  /** The command as the user wrote it. */
  readonly command: string;
  readonly finished: Finished;
  readonly outcome: OutcomeRead;
  /** Whether the signal had asked for the end by then. */
  readonly aborted: boolean;
  readonly limits: { readonly idleMs: number };
}

/** What the end of a command means. Pure. */
export function meaningOf(end: CommandEnd): BrainEvent {
  const { finished, outcome } = end;
  const name = `\`${cutWords(end.command, 120)}\``;
  if (finished.fenceFailed !== undefined) {
    const reason = `The fence could not be put up for ${name}: ${cutWords(finished.fenceFailed, 1000)}`;
    return failed({ kind: 'fatal', reason, help: 'agentloop doctor says what is missing.' });
  }
  if (finished.ended === 'aborted') {
    return failed({ kind: 'interrupted', reason: `${name} was stopped while it worked.` });
  }
  if (finished.ended === 'timeout') {
    const reason = `${name} was ended after ${seconds(finished.ms)}: the time of the session was over.`;
    return failed({ kind: 'over-limit', reason });
  }
  if (finished.ended === 'idle') {
    const reason = `${name} was ended: it printed nothing for ${seconds(end.limits.idleMs)}.`;
    return failed({ kind: 'over-limit', reason });
  }
  if (finished.code === exitCodes.claims) return claimOf(outcome);
  if (end.aborted) return failed({ kind: 'interrupted', reason: `${name} was stopped while it worked.` });
  if (finished.code === exitCodes.later) {
    return failed({ kind: 'unavailable', reason: `${name} asked to be tried later${lastWords(finished)}` });
  }
  if (finished.code === exitCodes.notFound || finished.code === exitCodes.cannotRun) {
    const what = finished.code === exitCodes.notFound ? 'was not found' : 'cannot be run';
    const reason = `A program of ${name} ${what} (exit code ${finished.code})${lastWords(finished)}`;
    return failed({ kind: 'fatal', reason, help: notFoundHelp });
  }
  const how =
    finished.code === null ? `was killed by ${finished.signal ?? 'a signal'}` : endedWith(finished.code);
  return failed({ kind: 'crashed', reason: `${name} ${how}${lastWords(finished)}` });
}

const notFoundHelp =
  'Relative paths that begin with ./ or ../ are taken from the folder you stand in, other programs from PATH; ' +
  'inside the fence your home is hidden unless --pass-home gives a part of it back. Try the command by hand first.';

function claimOf(outcome: OutcomeRead): BrainEvent {
  if (outcome.kind === 'none') return { type: 'finished', claim: 'done', handoff: {} };
  // It said something that cannot be read: to take that for `done` would be to guess.
  if (outcome.kind === 'broken') return failed({ kind: 'crashed', reason: outcome.sentence });
  const { claim, opinion, reasons } = outcome.outcome;
  const said = opinion === undefined ? {} : { opinion: opinionOf({ opinion, reasons }) };
  return { type: 'finished', claim, handoff: handoffOf(outcome.outcome), ...said };
}

/** What a round cost, as far as it was told: one event a round, so that an unknown cost is known to be unknown. */
export function spentOf(outcome: OutcomeRead): BrainEvent {
  const said = outcome.kind === 'read' ? outcome.outcome.usage : undefined;
  const { costUsd = null, model, ...usage } = said ?? {};
  return {
    type: 'spent',
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, ...usage },
    usd: costUsd,
    ...(model === undefined ? {} : { model }),
  };
}

function endedWith(code: number): string {
  // Shells tell a death by signal as 128 + its number.
  const signals: Record<number, string> = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' };
  const signal = signals[code];
  return `ended with exit code ${code}${signal === undefined ? '' : ` (${signal})`}`;
}

function lastWords(finished: Finished): string {
  const line = finished.output.trimEnd().split('\n').pop()?.trim() ?? '';
  if (line === '') return '.';
  return `: ${cutWords(line, 500)}${/[.!?]$/.test(line) ? '' : '.'}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
