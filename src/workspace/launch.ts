import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { endAtExit } from './at-exit.ts';
import { bubblewrapArgs } from './bubblewrap.ts';
import { endingOfFence, endingOfGroup } from './ending.ts';
import { environmentOf } from './environment.ts';
import { feed } from './feed.ts';
import { HeadAndTail } from './head-and-tail.ts';
import { Lines } from './lines.ts';
import type { Place } from './place.ts';
import { type Exited, spawnProcess } from './run-process.ts';
import { shellLine } from './shell-line.ts';
import { Spill } from './spill.ts';
import { within } from './within.ts';
import type { ExecOptions, Finished } from './workspace.ts';

/** What a command may still have to say after it has exited, without a fence: a `tee` it left, for example. */
const lastWordsMs = 100;
/** setTimeout takes no more. */
const longest = 2 ** 31 - 1;

type Why = NonNullable<Finished['ended']>;

export interface Running {
  readonly id: string;
  /** Resolves when the command and all its descendants are gone. Never rejects. */
  readonly finished: Promise<Finished>;
  /** Ends it: SIGTERM, grace, SIGKILL. Does nothing when it has ended or is being ended. */
  end(why: Why): void;
}

/** Starts a command. `onChunk` sees all output as it comes. Throws when the spill file cannot be made. */
export function launch(
  place: Place,
  command: string,
  options: ExecOptions,
  onChunk: (chunk: Buffer) => void = () => undefined,
): Running {
  const begun = performance.now();
  const isFenced = place.fence.mode === 'bubblewrap';
  const { env, mark } = environmentOf(place, options.env);
  const id = mark.value.slice(-12);
  const kept = new HeadAndTail(options.keepBytes ?? 64 * 1024);
  const spill = options.spill === undefined ? undefined : new Spill(options.spill);
  const line = shellLine(place, command, {
    cwd: options.cwd,
    merged: options.onLine === undefined,
    id,
    mark,
  });
  const child = spawnProcess(isFenced ? [...bubblewrapArgs(place), ...line.argv] : line.argv, {
    cwd: isFenced ? '/' : place.tree,
    env,
    stdin: options.input === undefined ? 'none' : 'pipe',
    detached: true,
    status: isFenced,
  });
  const ending = isFenced ? endingOfFence(child) : endingOfGroup(child, mark);

  let ended: Finished['ended'] = null;
  let isOver = false;
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(act, Math.min(Math.max(ms, 1), longest));
    timers.push(timer);
    return timer;
  };
  const end = (why: Why) => {
    if (ended !== null || isOver) return;
    ended = why;
    ending.ask();
    after(options.graceMs ?? place.graceMs ?? 2000, ending.force);
  };
  const onAbort = () => end('aborted');
  after(options.timeoutMs, () => end('timeout'));
  const idle = options.idleMs === undefined ? undefined : after(options.idleMs, () => end('idle'));
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const outputs = (['stdout', 'stderr'] as const).map((from) => {
    const { onLine } = options;
    const lines = onLine && new Lines((text) => onLine(text, from), options.lineBytes);
    return read(child[from], lines, (chunk) => {
      idle?.refresh();
      kept.push(chunk);
      spill?.push(chunk);
      lines?.push(chunk);
      onChunk(chunk);
    });
  });
  if (child.stdin !== null && options.input !== undefined) feed(child.stdin, options.input);

  const finish = async (): Promise<Finished> => {
    const exited = await child.exited;
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    const allRead = Promise.all(outputs);
    if (!isFenced) await within(allRead, lastWordsMs);
    await ending.rest();
    // Whoever still holds a pipe now is none of ours.
    await within(allRead, 1000);
    child.stdin?.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    await allRead;
    spill?.close();
    line.done();
    const notRun = ending.ran() || ended !== null ? undefined : whyNotRun(exited, kept.text(), isFenced);
    return {
      ...(ended === null ? exitOf(exited) : signalOf(exited, isFenced)),
      ended,
      output: kept.text(),
      bytes: kept.bytes,
      ms: Math.round(performance.now() - begun),
      ...(notRun === undefined ? {} : { fenceFailed: notRun }),
    };
  };
  const finished = finish();
  if (!isFenced) endAtExit(finished);
  return { id, finished, end };
}

/** Reads to the end, or until it is destroyed. */
function read(stream: Readable, lines: Lines | undefined, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', onChunk);
    stream.on('error', () => undefined);
    stream.once('close', () => {
      lines?.end();
      resolve();
    });
  });
}

function exitOf({ code, signal }: Exited): Pick<Finished, 'code' | 'signal'> {
  return { code, signal };
}

/** bubblewrap tells a signal as 128 + its number; after one of ours there is no doubt what such a code means. */
function signalOf(exited: Exited, isFenced: boolean): Pick<Finished, 'code' | 'signal'> {
  const name = (['SIGTERM', 'SIGKILL'] as const).find((one) => exited.code === 128 + constants.signals[one]);
  return isFenced && name ? { code: null, signal: name } : exitOf(exited);
}

/** Undefined when a signal from elsewhere ended the launcher: then the command may well have run. */
function whyNotRun(exited: Exited, output: string, isFenced: boolean): string | undefined {
  if (exited.notStarted !== undefined) return exited.notStarted;
  if (exited.signal !== null || !isFenced) return undefined;
  return output.trim() || `bubblewrap ended with ${exited.code} and started nothing`;
}
