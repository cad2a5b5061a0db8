import type { SignalSource } from '../loop/signals.ts';
import type { Io } from './io.ts';

/**
 * Hands the signals of the process to the loop. Ctrl-C once: stop after this session. Twice: save the work and stop
 * now. SIGTERM and SIGHUP: save and stop now. Whoever presses Ctrl-C a third time means it: from then on the signal
 * does what it does to any process. Gives a function that ends this.
 */
export function listen(
  io: Pick<Io, 'onSignal'>,
  source: SignalSource,
  say: (text: string) => void,
): () => void {
  let pressed = 0;
  const off = io.onSignal((signal) => {
    const key = signal === 'SIGINT';
    if (key) pressed += 1;
    if (key && pressed === 1 && !source.hard.aborted) {
      source.raiseSoft();
      say('Stops after this session. Ctrl-C again saves the work and stops now.');
      return;
    }
    if (!source.hard.aborted) {
      say('Saves the work and stops.');
      source.raiseHard(key ? 'interrupted' : 'terminated');
    }
    if (key) off();
  });
  return off;
}
