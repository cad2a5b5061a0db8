import type { StopReason } from '../ledger/event.ts';
import { openSession, type State } from '../ledger/state.ts';
import { width, wrap } from './harmless.ts';
import { type Listed, tally } from './listed.ts';
import { nextCommand, waitingFor } from './next-command.ts';
import { count, dateAndClock, dollars, duration, passing, when } from './words.ts';

/** A run as it stands: what its ledger says, and whether a process carries it now. */
export interface Standing {
  readonly state: State;
  readonly features: readonly Listed[];
  /** Whether a living process carries it. */
  readonly alive: boolean;
  /** Features that a person has answered since it stopped; the next invocation hears it. */
  readonly answered?: ReadonlySet<string>;
  /** ms since 1970. */
  readonly now: number;
}

const stops: Readonly<Record<StopReason, string>> = {
  complete: 'finished',
  blocked: 'stopped, what is left is blocked',
  'needs-human': 'stopped, what is left waits for a person',
  'max-cost': 'stopped at the cost cap',
  'max-cost-per-day': 'stopped at the cost cap of the day',
  'max-tokens': 'stopped at the limit of tokens',
  'max-sessions': 'stopped at the limit of sessions',
  until: 'stopped, its time is over',
  'no-progress': 'stopped, no progress any more',
  asked: 'stopped as asked',
  'judge-broken': 'stopped, the judge could not see',
  'no-brain': 'stopped, no brain can work',
  'final-judge': 'stopped, the final judge failed twice',
  unavailable: 'stopped, the brain is unavailable',
  interrupted: 'interrupted, the work is saved',
  terminated: 'ended by a signal, the work is saved',
  'taken-over': 'stopped, another machine carries it',
};

/** The first line of every screen about a run: when, what happened or is going on, how far, the bill, the next command. */
export function headline(standing: Standing): string {
  const { state, alive, now } = standing;
  const at = dateAndClock(alive ? now : state.at);
  const parts = [whatNow(standing), progress(standing), costWords(state), duration(elapsed(standing))];
  return `${at}: ${parts.filter((part) => part !== '').join(', ')}; next: ${nextCommand(standing)}`;
}

/** The headline for a terminal: where it is too wide, the next command has a line of its own, whole to be copied. */
export function headlineLines(standing: Standing, columns: number): readonly string[] {
  const line = headline(standing);
  if (width(line) <= columns) return [line];
  const next = `; next: ${nextCommand(standing)}`;
  return [...wrap(line.slice(0, -next.length), columns), next.slice(2)];
}

/** What is going on, or how it ended, in a few words. */
export function whatNow(standing: Standing): string {
  const { state, alive, now } = standing;
  const ended = state.stopped ? ending(state, state.stopped.reason, now) : 'died on the way';
  const what = alive ? doing(standing) : ended;
  return state.kind === 'init' ? `init: ${what}` : what;
}

function ending(state: State, reason: StopReason, now: number): string {
  const waits = reason === 'blocked' && waitingFor(state).length > 0;
  const until = state.stopped?.until;
  if (until !== undefined)
    return `${stops[reason]} until ${when(until, now)}${until > now ? ` (${duration(until - now)} left)` : ''}`;
  return waits ? `${stops.blocked} or waits for a person` : stops[reason];
}

/** Time the run has taken: all its invocations, the pauses between them left out. ms. */
export function elapsed({ state, alive, now }: Standing): number {
  // A clock that was set back makes no time undone.
  return state.earlierMs + Math.max(0, (alive ? now : Date.parse(state.at)) - Date.parse(state.invocation));
}

/** "$1.24 of $5.00"; says so when something was spent whose price is not known. Empty when there is nothing to tell. */
export function costWords(state: State): string {
  const { usd, unknown, usage } = state.spent;
  const cap = state.limits?.maxCostUsd;
  const of = cap === undefined ? '' : ` of ${dollars(cap)}`;
  if (unknown)
    return usd > 0
      ? `at least ${dollars(usd)}${of} (some prices unknown)`
      : `cost unknown${of && `, cap${of.slice(3)}`}`;
  const told = usd > 0 || usage.inputTokens > 0 || usage.outputTokens > 0;
  if (!told && cap === undefined) return state.sessions.length > 0 ? 'no cost told' : '';
  return `${dollars(usd)}${of}`;
}

/** "until 23:10 (12 min left): reason", for a wait that has an end; "paused: reason" for one that has none. */
export function waitWords(wait: NonNullable<State['wait']>, now: number): string {
  if (wait.why === 'paused') return 'paused';
  if (wait.until === undefined) return 'waiting';
  const left = wait.until - now;
  const what = wait.probes ? 'waiting, tries again at' : 'waiting until';
  return `${what} ${when(wait.until, now)}${left > 0 ? ` (${duration(left)} left)` : ''}`;
}

function progress({ state, features }: Standing): string {
  if (features.length === 0) return '';
  const { pass, all } = tally(state, features);
  return state.kind === 'init' ? `${count(all, 'feature')} listed` : passing(pass, all);
}

function doing({ state, now }: Standing): string {
  const open = openSession(state);
  // A pause lets the session that is open end first.
  if (state.wait && !open) return waitWords(state.wait, now);
  if (!open) return state.stopAsked ? 'stopping' : 'running';
  const number = `session ${open.number}`;
  const on = open.feature === undefined ? '' : ` on ${open.feature}`;
  const does = {
    working: `${number} works${on}`,
    judging: `${number}${on} is being judged`,
    landing: `${number}${on} lands`,
    ended: number,
  };
  const then = state.stopAsked ? ', to stop after it' : state.wait ? ', to pause after it' : '';
  return `running, ${does[open.phase]}${then}`;
}
