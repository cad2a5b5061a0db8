import { makeSignals, type SignalSource } from '../loop/signals.ts';
import { endOwnAtOnce } from '../workspace/sweep.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';
import { outputMode, wantsColour } from './output.ts';
import { makeScreen, type Screen } from './screen/screen.ts';
import { listen } from './signals.ts';
import { keepHeapSmall } from './small-heap.ts';

/**
 * Runs something long with a screen to show it and signals to stop it, and takes both away however it ends.
 * The last line is printed when it ended by itself.
 */
export async function withScreen(
  io: Io,
  flags: Flags,
  work: (screen: Screen, signals: SignalSource) => Promise<number>,
): Promise<number> {
  keepHeapSmall();
  const terminal = io.stderr.isTTY === true;
  const asked = typeof flags['output'] === 'string' ? flags['output'] : undefined;
  const mode = outputMode(asked, io.env, terminal);
  const { stdout, stderr, now } = io;
  const screen = await makeScreen({ mode, stdout, stderr, colour: wantsColour(io.env, terminal), now });
  const signals = makeSignals();
  const off = listen(
    io,
    signals,
    (text) => screen.say(text),
    () => {
      screen.close();
      endOwnAtOnce();
    },
  );
  try {
    const code = await work(screen, signals);
    screen.done();
    return code;
  } finally {
    off();
    screen.close();
  }
}
