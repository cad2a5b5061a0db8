import type { Away, Waiting } from './away.ts';
import type { Handoff, Limits, Reason, StopReason, Usage } from './event.ts';
import { noPlan, type Planned } from './planned.ts';
import { type Circles, noCircles, type Row } from './same-again.ts';
import type { LandedWork, Landing, Said } from './told-later.ts';

/** What has become of one feature in this run. */
export interface FeatureState extends Circles, Planned {
  readonly id: string;
  /** Failed sessions that count towards `sessionsPerFeature`. */
  failures: number;
  /** All sessions on it. */
  sessions: number;
  refusals: number;
  /** Times a model refused to work on it. */
  declined: number;
  /** Crashes of one kind in a row, of its brain or of the harness: after two, the next session starts clean. */
  crashes: number;
  /** Reasons of the last refusal, until it lands. */
  reasons: readonly Reason[];
  handoff?: Handoff;
  /** Unfinished work the next session starts with. */
  unfinished?: { readonly session: number; readonly commit: string };
  landed?: LandedWork;
  blocked?: { readonly why: string; readonly reasons: readonly Reason[]; readonly breaker?: string };
  /** The session that the fallback has had on it. */
  fallback?: number;
  parked?: { readonly session: number; readonly question: string };
  /** Number of the event that last blocked, parked or reopened it. */
  settled?: number;
  /** Set back or taken up again in this run: a `blocked` in the list no longer counts. */
  reopened: number;
  /** Refusals for the same sealed test, by its title, since a person last spoke of the feature. */
  sealed: Map<string, number>;
  /** What came of the examiner: nobody asks it twice for a feature. */
  examined?: 'stored' | 'missed' | 'dropped';
  /** A person's words for its briefs. */
  words: string[];
  usd: number;
}

/** One session, from its start to its end. */
export interface SessionState extends Said {
  readonly number: number;
  readonly feature?: string;
  readonly role: 'initializer' | 'coder';
  readonly brain: string;
  readonly model?: string;
  readonly fallback?: true;
  readonly base: string;
  /** Unfinished work that it began with. */
  readonly unfinished?: string;
  readonly started: string;
  /** When it went on last after a kill, and the time in ms it had worked before that. */
  resumed?: { readonly at: string; readonly ms: number };
  phase: 'working' | 'judging' | 'landing' | 'ended';
  refusals: number;
  landed?: string;
  kept?: string;
  usd: number;
  /** How often it was told what it spent. */
  costs: number;
}

/** All that was spent by one role beside one session. */
export interface Consulted {
  readonly session: number;
  readonly role: 'examiner' | 'evaluator' | 'planner';
  usd: number;
  /** How often it was told. */
  costs: number;
}

export interface Spent {
  usd: number;
  /** True when something was spent whose price is not known. */
  unknown: boolean;
  usage: { -readonly [K in keyof Usage]: Usage[K] };
}

/** Where a run stands: what `fold` makes of its ledger. */
export interface State {
  readonly run: string;
  kind: 'init' | 'run';
  seq: number;
  at: string;
  started: string;
  invocation: string;
  invocations: number;
  /** Time of the invocations before this one, each from its first event to its last, in ms. */
  earlierMs: number;
  version: string;
  by: string;
  pid: number;
  fence: string;
  brain: string;
  model?: string;
  branch?: string;
  base: string;
  baseRef: string;
  /** Last landed commit, or the base. */
  tip: string;
  published?: string;
  /** Why the run branch in the user's repository was not moved, if it was not. */
  held?: string;
  /** The remote that gets copies, and why the last one did not get there whole. */
  copy?: { readonly remote: string; readonly held?: string };
  limits?: Limits;
  features: Map<string, FeatureState>;
  sessions: SessionState[];
  landings: Landing[];
  spent: Spent;
  /** What brains in other roles have spent, by session and role. */
  consulted: Consulted[];
  /** Sessions in a row without progress, in this invocation. */
  idleSessions: number;
  /** The last crashes of the brain of sessions with the same words, in this invocation. */
  sameCrash?: Row;
  unavailable?: Away;
  wait?: Waiting;
  stopAsked?: { readonly now: boolean; readonly by: string };
  broken?: { readonly code: string; readonly reason: string; readonly help: string };
  /** Which cap of the run, or of the day, the next call could pass, and why; until there are new limits. */
  spentOut?: { readonly cap: 'run-cost' | 'day-cost' | 'run-tokens'; readonly why: string };
  /** A failure no session can mend (no key, no credit). */
  fatal?: string;
  /** The last word of the final judge: on which tip, what it found lost, and how often it has found something lost. */
  final?: {
    readonly tip: string;
    readonly held: boolean;
    readonly failures: number;
    readonly lost: readonly { readonly feature: string; readonly reason: string }[];
  };
  /** A person's words that are not about one feature. */
  words: string[];
  stopped?: {
    readonly reason: StopReason;
    readonly code: number;
    readonly at: string;
    readonly detail?: string;
    /** When to come back, ms since 1970. */
    readonly until?: number;
  };
}

/** The session that has started and not ended, if any. */
export function openSession(state: State): SessionState | undefined {
  const last = state.sessions.at(-1);
  return last && last.phase !== 'ended' ? last : undefined;
}

/** What a session has spent, in US dollars; with a role, what that one has spent beside it. */
export function spentBy(
  state: State,
  number: number,
  role?: Consulted['role'],
): Pick<Consulted, 'usd' | 'costs'> {
  const known =
    role === undefined
      ? state.sessions.find((one) => one.number === number)
      : state.consulted.find((one) => one.session === number && one.role === role);
  return known ?? { usd: 0, costs: 0 };
}

/** What is known of a feature; a fresh record when the run has not touched it. */
export function featureState(state: State, id: string): FeatureState {
  const known = state.features.get(id);
  if (known) return known;
  return {
    id,
    failures: 0,
    sessions: 0,
    refusals: 0,
    declined: 0,
    crashes: 0,
    reasons: [],
    reopened: 0,
    sealed: new Map(),
    words: [],
    usd: 0,
    ...noCircles(),
    ...noPlan(),
  };
}
