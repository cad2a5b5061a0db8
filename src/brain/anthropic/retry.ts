import type { Failure } from '../brain.ts';
import type { Trouble } from './trouble.ts';

/** What is done about a trouble. */
export type Plan =
  | { readonly act: 'retry'; readonly at: number }
  | { readonly act: 'fail'; readonly failure: Failure };

export interface Situation {
  /** Troubles in a row before this one. */
  readonly before: readonly Trouble[];
  /** Model calls of this conversation that came whole. */
  readonly turns: number;
  /** Instant (ms since 1970). */
  readonly now: number;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
}

const tries = 8;
/** Where a limit is not explained. */
const triesUnexplained = 3;
const triesMalformed = 2;
const longestWait = 5 * 60_000;
const pause = 10 * 60_000;

/** One table for everything that can go wrong with a request. The first line that fits holds. */
export function planFor(trouble: Trouble, situation: Situation): Plan {
  const { now, before } = situation;
  const count = before.filter((one) => one.kind !== 'died').length + 1;
  const { kind, reason, retryAfterMs } = trouble;
  switch (kind) {
    case 'stopped':
      return fail({ kind: 'interrupted', reason });
    case 'time':
      return fail({ kind: 'over-limit', reason });
    case 'too-long':
    case 'changed':
      return fail({ kind: 'context', reason });
    case 'credential':
    case 'money':
    case 'no-model':
      return fail({ kind: 'fatal', reason, help: helps[kind] });
    case 'rejected':
      // The first request holds nothing but what every session starts with: the next one would fare no better.
      return fail(
        situation.turns > 0 ? { kind: 'crashed', reason } : { kind: 'fatal', reason, help: helps[kind] },
      );
    case 'died':
      return { act: 'retry', at: now };
    case 'malformed':
      return before.filter((one) => one.kind === kind).length < triesMalformed
        ? { act: 'retry', at: now }
        : fail({ kind: 'context', reason });
    case 'rate-limit':
      if (retryAfterMs === undefined) {
        return trouble.isFinal || count > triesUnexplained
          ? later(reason, now + pause)
          : backOff(count, situation);
      }
      return retryAfterMs > longestWait || count > tries
        ? later(reason, now + Math.max(retryAfterMs, count > tries ? pause : 0))
        : { act: 'retry', at: now + retryAfterMs + situation.random() * 1000 };
    case 'server':
    case 'connection':
    case 'idle':
      if ((retryAfterMs ?? 0) > longestWait) return later(reason, now + (retryAfterMs ?? 0));
      return count > tries ? later(reason, now + pause) : backOff(count, situation, retryAfterMs);
  }
}

const helps = {
  credential:
    'Check the key in ANTHROPIC_API_KEY (or the token in ANTHROPIC_AUTH_TOKEN) and what it may use.',
  money: 'Add credit or raise the spend limit of the account, then: agentloop run',
  'no-model': 'Choose a model your account has: agentloop run --model <id>',
  rejected: 'Check --model and --effort, and the server behind ANTHROPIC_BASE_URL if that is set.',
} as const;

/** 1, 2, 4 ... 60 s with full jitter, and never before the server wants us back. */
function backOff(count: number, { now, random }: Situation, atLeast = 0): Plan {
  const most = Math.min(60_000, 1000 * 2 ** (count - 1));
  return { act: 'retry', at: now + Math.max(atLeast, random() * most) };
}

function later(reason: string, until: number): Plan {
  return fail({ kind: 'unavailable', reason, until: Math.round(until) });
}

function fail(failure: Failure): Plan {
  return { act: 'fail', failure };
}
