import type { Limits, RecordedOf } from '../../ledger/event.ts';
import { openSession, type State } from '../../ledger/state.ts';
import { count, dollars, duration, when } from '../words.ts';
import type { Line } from './line.ts';

/** The run as a whole: starts, limits, waits, words of people, stops. */

export function started(event: RecordedOf<'run.started'>): Line {
  const branch = event.branch === undefined ? '' : `, branch ${event.branch}`;
  const what = event.kind === 'init' ? 'init' : 'run';
  return {
    symbol: '▷',
    text: `${what} ${event.run} starts on ${event.baseRef} (${event.base.slice(0, 7)})${branch}`,
    more: [cast(event), ...fenceWords(event.fence)],
  };
}

export function resumed(event: RecordedOf<'run.resumed'>, state: State): Line {
  const since = `run ${event.run} goes on, invocation ${state.invocations}`;
  const repaired = event.repaired === undefined ? [] : [`put right before going on: ${event.repaired}`];
  return { symbol: '▷', text: since, more: [cast(event), ...fenceWords(event.fence), ...repaired] };
}

export function limitsSet({ limits, ts }: RecordedOf<'limits.set'>): Line {
  return {
    symbol: '·',
    text: `limits: ${limitWords(limits, Date.parse(ts)).join(', ') || 'none set for the run'}`,
  };
}

/** The limits a person sets for a run, in words; the fine print of sessions is left to `agentloop config`. */
export function limitWords(limits: Limits, now: number): readonly string[] {
  return [
    limits.maxCostUsd === undefined ? '' : dollars(limits.maxCostUsd),
    limits.maxCostPerDayUsd === undefined ? '' : `${dollars(limits.maxCostPerDayUsd)} a day`,
    limits.maxTokens === undefined ? '' : count(limits.maxTokens, 'token'),
    limits.allowUnknownCost ? 'unknown cost allowed' : '',
    limits.maxSessions === undefined ? '' : count(limits.maxSessions, 'session'),
    limits.until === undefined ? '' : `until ${when(limits.until, now)}`,
  ].filter((part) => part !== '');
}

export function waitStarted(event: RecordedOf<'wait.started'>, state: State): Line {
  const now = Date.parse(event.ts);
  const until =
    event.until === undefined
      ? ''
      : ` ${event.probes ? 'and tries again at' : 'until'} ${when(event.until, now)} (${duration(event.until - now)})`;
  const after = openSession(state) ? ', after this session' : '';
  if (event.why === 'paused') return { symbol: '■', text: event.reason + after, more: ['agentloop resume'] };
  return { symbol: '!', text: `waits${until}: ${event.reason}` };
}

export function waitEnded(event: RecordedOf<'wait.ended'>): Line {
  return { symbol: '▷', text: `goes on: ${event.how}` };
}

export function noteAdded(event: RecordedOf<'note.added'>): Line {
  return { symbol: '·', feature: event.feature, text: `note by ${event.by}: ${event.words}` };
}

export function stopAsked(event: RecordedOf<'stop.asked'>): Line {
  return { symbol: '■', text: `${event.by} asks to stop ${event.now ? 'now' : 'after this session'}` };
}

export function stopped(event: RecordedOf<'run.stopped'>): Line {
  const detail = event.detail === undefined ? '' : ` (${event.detail})`;
  return {
    symbol: event.reason === 'complete' ? '✓' : '■',
    text: `stopped: ${event.reason}${detail}, exit ${event.code}`,
    ...(event.until === undefined
      ? {}
      : { more: [`come back at ${when(event.until, Date.parse(event.ts))}: agentloop run`] }),
  };
}

/** Loud where there is no fence: everything a brain runs can then reach what the person can. */
export function fenceWords(fence: string): readonly string[] {
  if (fence !== 'none') return [];
  return [
    'FENCE: NONE. What the brain and the checks run is not kept from your files, your keys and your network.',
    'agentloop doctor says why, and how to get one.',
  ];
}

function cast(event: {
  readonly brain: string;
  readonly model?: string | undefined;
  readonly fence: string;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}): string {
  const model = event.model === undefined ? '' : ` (${event.model})`;
  return `brain ${event.brain}${model}, fence ${event.fence}${passedWords(event.settings)}`;
}

/** What brains are given of the person's own: a configuration that came with the repository may have asked for it. */
function passedWords(settings: Readonly<Record<string, unknown>> = {}): string {
  const fence = settings['fence'];
  if (typeof fence !== 'object' || fence === null) return '';
  const named = (key: string) => {
    const found = (fence as Readonly<Record<string, unknown>>)[key];
    return Array.isArray(found) ? found.map(String) : [];
  };
  const passed = [...named('passEnv'), ...named('passHome').map((path) => `~/${path}`)];
  return passed.length === 0 ? '' : `, given to brains: ${passed.join(', ')}`;
}
