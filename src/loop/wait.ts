import type { Crew } from './crew.ts';
import type { Step } from './next.ts';

const words = { time: 'its time has come', nudge: 'a person spoke', signal: 'a person asked to stop' };

/** Waits until an instant, or until a person says something; the wait stands in the ledger from its start. */
export async function waitFor(crew: Crew, step: Extract<Step, { do: 'wait' }>): Promise<void> {
  const { book } = crew;
  const { why, reason } = step;
  if (book.state.wait?.why !== why) {
    const until = step.until === undefined ? {} : { until: Math.round(step.until) };
    const probes = step.probes === undefined ? {} : { probes: step.probes };
    await book.record({ type: 'wait.started', why, reason, ...until, ...probes });
  }
  const end = Math.min(
    step.until ?? Number.POSITIVE_INFINITY,
    book.state.limits?.until ?? Number.POSITIVE_INFINITY,
  );
  const how = await crew.pause(end);
  // A pause ends when a person says so, and that is an event of its own.
  if (why !== 'unavailable' || !book.state.wait) return;
  await book.record({ type: 'wait.ended', why, how: words[how] });
}
