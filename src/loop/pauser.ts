import type { Signals } from './signals.ts';

/** Timers of Node hold at most 2^31 - 1 ms; longer waits are taken in pieces. */
const longest = 3_600_000;

/** Waiting that a person can end: by a signal, or by words in the inbox (`nudge`). */
export interface Pauser {
  /** Waits until the instant (ms since 1970; absent: for ever) and says how the wait ended. */
  pause(until?: number): Promise<'time' | 'nudge' | 'signal'>;
  nudge(): void;
}

/** A pauser on the given signals and clock. */
export function makePauser(signals: Signals, now: () => number): Pauser {
  let wake: (how: 'nudge') => void = () => undefined;
  return {
    nudge: () => wake('nudge'),
    async pause(until = Number.POSITIVE_INFINITY) {
      for (;;) {
        if (signals.soft.aborted) return 'signal';
        const left = until - now();
        if (left <= 0) return 'time';
        const how = await new Promise<'piece' | 'nudge' | 'signal'>((resolve) => {
          const timer = setTimeout(() => end('piece'), Math.min(left, longest));
          const stopped = () => end('signal');
          const end = (why: 'piece' | 'nudge' | 'signal') => {
            clearTimeout(timer);
            signals.soft.removeEventListener('abort', stopped);
            resolve(why);
          };
          wake = end;
          signals.soft.addEventListener('abort', stopped, { once: true });
        });
        if (how !== 'piece') return how;
      }
    },
  };
}
