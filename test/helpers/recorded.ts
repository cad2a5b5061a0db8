import type { Event, Recorded } from '../../src/ledger/event.ts';

/** Commit that the run of `recorded` starts from. */
export const base = 'a'.repeat(40);

/** Events as a fold sees them, after the `run.started` that every ledger begins with; `at` (ms) dates the first. */
export function recorded(events: readonly Event[], at = Date.UTC(2026, 0, 1), stepMs = 1000): Recorded[] {
  const first: Event = {
    type: 'run.started',
    kind: 'run',
    version: '0',
    by: 'a@b',
    pid: 1,
    base,
    baseRef: 'main',
    branch: 'agentloop/r',
    brain: 'scripted',
    fence: 'none',
    config: '',
  };
  return [first, ...events].map((event, index) => ({
    ...event,
    v: 1,
    seq: index + 1,
    ts: new Date(at + index * stepMs).toISOString(),
    run: 'r',
    prev: '',
  })) as unknown as Recorded[];
}
