import type { Readable } from 'node:stream';
import { UserError } from '../errors.ts';
import type { Sleep } from '../policy/sleep.ts';
import { isNohup, type Ties, tiesNow } from './attached.ts';
import type { Runner } from './ci/workflow-command.ts';

/** Where text goes: as much of a stream as the command line uses. */
export interface Out {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** Everything a command may know of the process it runs in; tests hand in their own. */
export interface Io {
  /** Words after the name of the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
  /** Aborted when nobody reads stdout any more (`| head`). */
  readonly gone: AbortSignal;
  /** Aborted when the reader of a pipe that is our stdout or stderr has gone. */
  readonly unheard: AbortSignal;
  /** Whether the process was started to outlive its terminal. */
  readonly nohup: boolean;
  /** What the process hangs on now. */
  ties(): Ties;
  now(): number;
  /** How waits pass; default: as timers do. */
  readonly sleep?: Sleep | undefined;
  /** Hears of SIGINT, SIGTERM and SIGHUP until the function it gives back is called. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** The runner of GitHub Actions, where one reads what is printed. */
  readonly runner?: Runner | undefined;
  /** Ends the process as the signal ends one that does not listen to it. */
  die(signal: NodeJS.Signals): void;
}

/** Nobody reads any more: the reader of a pipe has ended, or the terminal is closed. */
const goneAway = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * The process we are in. Each stream is opened when it is first used: three of them cost a millisecond that `status`
 * has not got. What cannot be written never ends a run: a reader that goes away is no error, and data that is lost
 * for another reason (a full disk) is told on stderr and makes the exit code 1.
 */
export function processIo(): Io {
  let gone: AbortController | undefined;
  const unheard = new AbortController();
  const opened = new Set<NodeJS.WriteStream>();
  const watched = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (opened.has(stream)) return stream;
    opened.add(stream);
    neverZero(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const isGone = goneAway.has(error.code ?? '');
      // EIO is a terminal that is closed, which `setsid` may have wished for; a pipe is read by whoever started us.
      if (error.code === 'EPIPE') unheard.abort();
      if (stream === process.stderr) return;
      gone ??= new AbortController();
      gone.abort();
      if (isGone) return;
      process.stderr.write(`agentloop: stdout cannot be written: ${error.message}\n`);
      process.exitCode = 1;
    });
    return stream;
  };
  return {
    argv: process.argv.slice(2),
    env: process.env,
    get cwd() {
      return whereWeAre();
    },
    platform: process.platform,
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return watched(process.stdout);
    },
    get stderr() {
      return watched(process.stderr);
    },
    get gone() {
      gone ??= new AbortController();
      return gone.signal;
    },
    unheard: unheard.signal,
    get nohup() {
      return isNohup(process.env);
    },
    ties: tiesNow,
    now: Date.now,
    die: (signal) => void process.kill(process.pid, signal),
    onSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

/**
 * Some terminals do not know their size and say 0 columns: what divides by that (the spinner counts lines so) never
 * comes to an end. Then the width is unknown, which everyone can live with.
 */
export function neverZero(stream: { columns?: number | undefined }): void {
  let { columns } = stream;
  Object.defineProperty(stream, 'columns', {
    configurable: true,
    enumerable: true,
    get: () => columns || undefined,
    set: (value: number | undefined) => {
      columns = value;
    },
  });
}

function whereWeAre(): string {
  try {
    return process.cwd();
  } catch {
    throw new UserError(
      'The folder you are in is not there any more.',
      'cd into your repository, then try again.',
    );
  }
}
