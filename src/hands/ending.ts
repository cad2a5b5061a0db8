import type { Finished } from '../workspace/workspace.ts';

/** How a command ended, in a line; nothing for a plain success. */
export function ending(finished: Finished, timeout?: number): string[] {
  if (finished.ended === 'timeout') {
    const after = timeout === undefined ? '' : ` of ${timeout} s`;
    return [`[ended at its time limit${after}: give timeout_s up to 600, or start it in the background]`];
  }
  if (finished.ended === 'idle') return ['[ended: it was silent for too long]'];
  if (finished.ended === 'aborted') return ['[ended by the harness]'];
  if (finished.signal) return [`[ended by signal ${finished.signal}]`];
  return finished.code === 0 ? [] : [`[exit code ${finished.code}]`];
}
