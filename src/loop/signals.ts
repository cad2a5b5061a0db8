/** Why a run stops at once. `taken-over`: another machine carries it. */
export type HardStop = 'interrupted' | 'terminated' | 'asked' | 'taken-over';

/**
 * How a person stops a run. `soft`: after this session. `hard`: checkpoint and stop now.
 * `why` tells which exit it will be.
 */
export interface Signals {
  readonly soft: AbortSignal;
  readonly hard: AbortSignal;
  why(): HardStop;
}

/** Signals that can be raised from several places: keys, process signals, the inbox. */
export interface SignalSource extends Signals {
  raiseSoft(): void;
  raiseHard(why: HardStop): void;
}

/** A fresh source; nothing is raised yet. */
export function makeSignals(): SignalSource {
  const soft = new AbortController();
  const hard = new AbortController();
  let why: ReturnType<Signals['why']> = 'asked';
  return {
    soft: soft.signal,
    hard: hard.signal,
    why: () => why,
    raiseSoft: () => soft.abort(),
    raiseHard(reason) {
      if (hard.signal.aborted) return;
      why = reason;
      soft.abort();
      hard.abort();
    },
  };
}
