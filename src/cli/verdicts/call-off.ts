import { codeOf } from '../exit.ts';
import type { Io } from '../io.ts';
import { keepHeapSmall } from '../small-heap.ts';

/** Does something long that a signal calls off; the exit code then is that of the signal. */
export async function withCallOff(io: Io, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  keepHeapSmall();
  const calledOff = new AbortController();
  let by: NodeJS.Signals | undefined;
  const off = io.onSignal((signal) => {
    // Whoever presses Ctrl-C a second time means it: from then on the signal does what it does to any process.
    if (by !== undefined) off();
    by ??= signal;
    calledOff.abort();
  });
  try {
    const code = await work(calledOff.signal);
    if (by === undefined) return code;
    return codeOf(by === 'SIGINT' ? 'interrupted' : 'terminated');
  } finally {
    off();
  }
}
