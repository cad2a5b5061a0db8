import type { RecordedOf } from './event.ts';

/** A brain that cannot be reached. */
export interface Away {
  readonly count: number;
  /** When it was seen last, and when to try again (ms since 1970). */
  readonly since: number;
  readonly until: number;
  /** Whether the provider told that end; otherwise it is tried then. */
  readonly told: boolean;
  readonly reason: string;
  /** Who it was, where it was not the brain of a session. */
  readonly role?: RecordedOf<'cost.updated'>['role'];
}

/** Nothing is done until it ends. */
export interface Waiting {
  readonly why: 'unavailable' | 'paused';
  readonly until?: number;
  readonly since: string;
  readonly reason: string;
  /** Nobody told its end: it is tried then. */
  readonly probes?: true;
}
