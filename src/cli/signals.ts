import { isCi } from '../loop/ci.ts';
import type { SignalSource } from '../loop/signals.ts';
import { whyLost } from './attached.ts';
import type { Io } from './io.ts';

/** What to do when it ends without waiting for anything: put the screen right, end what was started. */
export type AtOnce = () => void;

/** How often it is looked whether the terminal is still there, in ms. */
const everyMs = 1000;

/**
 * Hands the signals of the process to the loop. Ctrl-C once: stop after this session. Twice: save the work and stop
 * now. SIGTERM and SIGHUP: save and stop now; so does a terminal that goes without a word. Whoever presses Ctrl-C a
 * third time means it: everything is ended and the signal does what it does to any process. Under `nohup` SIGHUP and
 * the terminal mean nothing. On a CI machine nobody presses: there one SIGINT is the job called off, with seconds to go. Gives a function that ends this.
 */
export function listen(
  io: Pick<Io, 'onSignal' | 'die' | 'ties' | 'nohup' | 'unheard' | 'env'>,
  source: SignalSource,
  say: (text: string) => void,
  atOnce: AtOnce = () => undefined,
): () => void {
  const { nohup } = io;
  let presses = 0;
  let saidGone = false;
  /** Whether the next Ctrl-C is the last one. */
  let isLast = false;
  const save = (why: 'interrupted' | 'terminated', words = '') => {
    if (source.hard.aborted) return;
    say(`${words}Saves the work and stops.`);
    source.raiseHard(why);
  };
  const pressed = () => {
    presses += 1;
    if (presses === 1 && !source.hard.aborted && !isCi(io.env)) {
      source.raiseSoft();
      say('Stops after this session. Ctrl-C again saves the work and stops now.');
    } else if (!source.hard.aborted) {
      isLast = true;
      save('interrupted');
    } else if (isLast) {
      end();
      atOnce();
      io.die('SIGINT');
    } else {
      isLast = true;
      say('It is saving the work. Ctrl-C again ends it at once, and the next run saves what is left.');
    }
  };
  const off = io.onSignal((signal) => {
    if (signal === 'SIGINT') pressed();
    else if (signal === 'SIGTERM' || !nohup) save('terminated');
    else if (!saidGone) {
      saidGone = true;
      say('The terminal is gone. It goes on, as nohup asked for.');
    }
  });
  const began = io.ties();
  const timer = setInterval(() => {
    const why = nohup ? undefined : whyLost(began, io.ties(), io.unheard.aborted);
    if (why !== undefined) save('terminated', `${why} `);
  }, everyMs);
  timer.unref();
  return end;

  function end(): void {
    clearInterval(timer);
    off();
  }
}
