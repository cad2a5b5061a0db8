import { stripVTControlCharacters } from 'node:util';
import { opinionOf } from '../hands/opinion.ts';
import type { Providers } from '../policy/providers.ts';
import { type Meaning, whatItMeans } from '../policy/what-it-means.ts';
import { whenItEnds } from '../policy/when-it-ends.ts';
import type { Finished } from '../workspace/workspace.ts';
import type { BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';
import { failed } from './ends-once.ts';
import { endedByUs, endedWith, failureOf, lastWords, later, stopped } from './how-it-ended.ts';
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
  readonly providers: Providers;
  /** ms since 1970. */
  readonly now: number;
}

/** What the end of a command means. Pure. */
export function meaningOf(end: CommandEnd): BrainEvent {
  const { finished, outcome } = end;
  const name = `\`${cutWords(end.command, 120)}\``;
  const ours = endedByUs(name, finished, end.limits.idleMs);
  if (ours !== undefined) return ours;
  const told = troubleOf(end);
  const how = `${endedWith(finished)}${lastWords(finished.output)}`;
  if (finished.code === exitCodes.claims) {
    return outcome.kind === 'none' && told ? failureOf(told, name, how) : claimOf(outcome);
  }
  if (end.aborted) return stopped(name);
  if (finished.code === exitCodes.later) {
    const until = told?.until ?? whenItEnds(finalLines(finished), end.now, 'UTC');
    return later(`${name} asked to be tried later${lastWords(finished.output)}`, until);
  }
  if (finished.code === exitCodes.notFound || finished.code === exitCodes.cannotRun) {
    const what = finished.code === exitCodes.notFound ? 'was not found' : 'cannot be run';
    const reason = `A program of ${name} ${what} (exit code ${finished.code})${lastWords(finished.output)}`;
    return failed({ kind: 'fatal', reason, help: notFoundHelp });
  }
  return told ? failureOf(told, name, how) : failed({ kind: 'crashed', reason: `${name} ${how}` });
}

/** Lines and characters of what a program printed last that may tell of its provider: what is above is about the work. */
const telling = { lines: 4, characters: 4000 } as const;

function finalLines({ output }: Finished): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines
    .slice(-telling.lines)
    .map((line) => line.slice(-telling.characters))
    .join('\n');
}

/** What its end says of its provider; undefined when that is nothing. */
function troubleOf({ command, finished, providers, now }: CommandEnd): Meaning | undefined {
  if (finished.code === null) return undefined;
  const signs = { from: 'command', text: finalLines(finished), exit: finished.code, command } as const;
  return whatItMeans(providers, signs, now);
}

const notFoundHelp =
  'Relative paths that begin with ./ or ../ are taken from the folder you stand in, other programs from PATH; ' +
  'inside the fence your home is hidden unless --pass-home gives a part of it back. Try the command by hand first.';

/** The claim that an outcome is; none: `done`. */
export function claimOf(outcome: OutcomeRead): BrainEvent {
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
