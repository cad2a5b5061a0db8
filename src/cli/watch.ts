import { step } from '../ledger/fold.ts';
import { follow } from '../ledger/follow.ts';
import type { Io } from './io.ts';
import { readListed } from './listed.ts';
import { outputMode, wantsColour } from './output.ts';
import { liveRun, type RunView } from './run-view.ts';
import { makeScreen } from './screen/screen.ts';

/** How often to see whether the process that carries the run still lives, in ms. */
const lookEvery = 1000;

/**
 * Shows a live run as the terminal that started it shows it, from `view` on, until it stops, its process dies or
 * somebody presses Ctrl-C here. Gives the exit code.
 */
export async function watch(io: Io, view: RunView): Promise<number> {
  const { state, folder, place } = view;
  const ended = new AbortController();
  const terminal = io.stderr.isTTY === true;
  const colour = wantsColour(io.env, terminal);
  const { stdout, stderr, now } = io;
  const screen = await makeScreen({
    mode: outputMode(undefined, io.env, terminal),
    stdout,
    stderr,
    colour,
    now,
  });
  screen.show(state, view.features);
  const off = io.onSignal(() => ended.abort());
  const timer = setInterval(async () => {
    if ((await liveRun(place).catch(() => undefined))?.run !== state.run) ended.abort();
  }, lookEvery);
  try {
    for await (const event of follow(folder.ledger, state.seq, AbortSignal.any([ended.signal, io.gone]))) {
      step(state, event);
      screen.event(event, state, readListed(folder.dir));
      if (event.type === 'run.stopped') break;
    }
    if (state.stopped) screen.done(state);
  } finally {
    clearInterval(timer);
    off();
    screen.close();
  }
  return 0;
}
