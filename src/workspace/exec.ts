import { HeadAndTail } from './head-and-tail.ts';
import { launch } from './launch.ts';
import type { Place } from './place.ts';
import type { Background, ExecOptions, Finished } from './workspace.ts';

/**
 * Everything a brain, init.sh or the judge runs goes through here.
 *
 * 1. The environment is clean, and HOME is one of ours.
 * 2. Wall-clock and idle limits hold, against a command that ignores SIGTERM too.
 * 3. When a command has ended, no process of it is alive.
 * 4. However much it prints, memory stays within `keepBytes`.
 * 5. That the fence could not be put up is never taken for a result of the command.
 */

/**
 * Runs `sh -c command` at the top of the checkout, to its end and that of all its descendants. Never rejects for what
 * a command does; throws only when `spill` cannot be made.
 */
export async function exec(place: Place, command: string, options: ExecOptions): Promise<Finished> {
  if (options.signal?.aborted) return neverStarted;
  return launch(place, command, options).finished;
}

const neverStarted: Finished = { code: null, signal: null, ended: 'aborted', output: '', bytes: 0, ms: 0 };

/** Starts it and returns at once. Whoever starts it ends it: `kill`, or the end of the limits given. */
export function start(place: Place, command: string, options: ExecOptions): Background {
  const fresh = new HeadAndTail(options.keepBytes ?? 64 * 1024);
  const running = launch(place, command, options, (chunk) => fresh.push(chunk));
  let finished: Finished | null = null;
  void running.finished.then((value) => {
    finished = value;
  });
  return {
    id: running.id,
    poll() {
      const output = fresh.text();
      fresh.clear();
      return { output, finished };
    },
    async kill() {
      running.end('aborted');
      return running.finished;
    },
  };
}
