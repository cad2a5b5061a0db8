import { sleep as asTimersDo, type Sleep } from '../policy/sleep.ts';
import type { Signals } from './signals.ts';

/** Waits are taken in pieces of so many ms: timers stand still while a machine sleeps, and clocks are set. */
const longest = 60_000;

/** Waiting that a person can end: by a signal, or by words in the inbox (`nudge`). */
export interface Pauser {
  /**
   * Waits until the instant (ms since 1970; absent: for ever) and says how the wait ended. `time` also when the clock was
   * set back behind the start of the wait: then the instant may be any time away.
   */
  pause(until?: number): Promise<'time' | 'nudge' | 'signal'>;
  nudge(): void;
}

/** How a pauser tells the time and lets it pass. */
export interface Time {
  now(): number;
  readonly sleep?: Sleep | undefined;
  /** How often it looks at the clock, in ms. */
  readonly piece?: number;
}

/** A pauser on the given signals and clock. */
export function makePauser(signals: Signals, { now, sleep = asTimersDo, piece = longest }: Time): Pauser {
  let wake: (how: 'nudge') => void = () => undefined;
  return {
    nudge: () => wake('nudge'),
    async pause(until = Number.POSITIVE_INFINITY) {
      const began = now();
      for (;;) {
        if (signals.soft.aborted) return 'signal';
        const at = now();
        const left = until - at;
        if (left <= 0 || at < began) return 'time';
        const how = await new Promise<'piece' | 'nudge' | 'signal'>((resolve) => {
          const over = new AbortController();
          const stopped = () => end('signal');
          const end = (why: 'piece' | 'nudge' | 'signal') => {
            over.abort();
            signals.soft.removeEventListener('abort', stopped);
            resolve(why);
          };
          wake = end;
          signals.soft.addEventListener('abort', stopped, { once: true });
          void sleep(Math.min(left, piece), over.signal).then(() => end('piece'));
        });
        if (how !== 'piece') return how;
      }
    },
  };
}
