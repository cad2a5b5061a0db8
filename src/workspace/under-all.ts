/**
 * Does work under a signal that is aborted as soon as one of these is. `AbortSignal.any` leaves a trace in each of them
 * for ever, and the one that stops a run lives as long as the run.
 */
export async function underAll<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const any = new AbortController();
  const abort = () => any.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  }
  try {
    return await work(any.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}
