import { setTimeout as timer } from 'node:timers/promises';

/** Lets so many ms pass. Ends early, and without an error, when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** By the timers of this machine. */
export const sleep: Sleep = (ms, signal) => timer(ms, undefined, { signal }).catch(() => undefined);
