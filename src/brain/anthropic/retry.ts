import type { Meaning } from '../../policy/what-it-means.ts';
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

/** Troubles in a row, of whichever kinds, after which a session no longer waits. */
const mostTries = 8;
/** Longer waits are not for a session: it ends, and the run waits without it. */
const longestWait = 5 * 60_000;

/** What is done: our own ends here, everything a provider can do by the rule that knows it. */
export function planFor(trouble: Trouble, situation: Situation): Plan {
  const { now, before, turns } = situation;
  const { kind, reason, means } = trouble;
  if (kind === 'stopped') return fail({ kind: 'interrupted', reason });
  if (kind === 'time') return fail({ kind: 'over-limit', reason });
  if (kind === 'died') return { act: 'retry', at: now };
  if (means === undefined) {
    // The first request holds nothing but what every session starts with: the next one would fare no better.
    return fail(turns > 0 ? { kind: 'crashed', reason } : { kind: 'fatal', reason, help: rejectedHelp });
  }
  switch (means.act) {
    case 'fresh':
      return fail({ kind: 'context', reason });
    case 'person':
    case 'fatal':
      return fail({ kind: 'fatal', reason, help: means.help ?? rejectedHelp });
    case 'retry':
    case 'wait':
      return again(
        trouble,
        means,
        situation,
        before.filter((one) => one.kind !== 'died'),
      );
  }
}

const rejectedHelp = 'Check --model and --effort, and the server behind ANTHROPIC_BASE_URL if that is set.';

/** Now, in this session; or later, when the run has waited. */
function again(
  { kind, reason, isFinal }: Trouble,
  { act, until, tries, after }: Meaning,
  situation: Situation,
  before: readonly Trouble[],
): Plan {
  const { now, random } = situation;
  const isTold = act === 'wait' && until !== undefined;
  const most = isTold ? mostTries : tries;
  const same = before.filter((one) => one.kind === kind).length;
  const isOver = same >= most || before.length >= mostTries;
  if (isOver && after === 'fresh') return fail({ kind: 'context', reason });
  if (until !== undefined && until - now > longestWait) return later(reason, until);
  // An end that was told again and again did not come true: then nobody knows when.
  if (isOver || (isFinal && !isTold)) return later(reason, isOver ? undefined : until);
  if (after === 'fresh') return { act: 'retry', at: now };
  if (isTold) return { act: 'retry', at: until + random() * 1000 };
  return backOff(before.length + 1, situation, until);
}

/** 1, 2, 4 ... 60 s with full jitter, and never before the server wants us back. */
function backOff(count: number, { now, random }: Situation, notBefore = now): Plan {
  const most = Math.min(60_000, 1000 * 2 ** (count - 1));
  return { act: 'retry', at: Math.max(notBefore, now + random() * most) };
}

/** Without an instant the run probes, with growing waits. */
function later(reason: string, until: number | undefined): Plan {
  return fail({ kind: 'unavailable', reason, ...(until === undefined ? {} : { until: Math.round(until) }) });
}

function fail(failure: Failure): Plan {
  return { act: 'fail', failure };
}
