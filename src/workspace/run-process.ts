import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';

/**
 * The one file that starts processes. No shell, no inherited environment, no lookup in node_modules/.bin:
 * what a process gets is what the caller wrote down.
 */

export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment: nothing of ours is added. PATH of this environment finds the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to stdin, then EOF. Without it stdin is /dev/null. */
  readonly input?: string | Uint8Array | Readable;
  /** Largest stdout or stderr, in bytes; more ends the process with `trouble`. Default 256 MiB. */
  readonly maxBytes?: number;
  /** ms after which it is ended with SIGTERM, and SIGKILL 5 s later. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How a process of ours ended. Never thrown: a process that could not be started has `code` null and `trouble`. */
export interface ProcessResult {
  readonly code: number | null;
  readonly signal: string | null;
  /** Raw bytes; `.toString('latin1')` keeps every byte as one char. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Why it says nothing about the program: not started, ended by us, or too much output. */
  readonly trouble?: string;
}

/** Runs a short process of the harness' own (git plumbing, probes) to its end and to EOF of its outputs. */
export async function runProcess(
  argv: readonly [string, ...string[]],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const [file, ...args] = argv;
  const result = await execa(file, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: options.maxBytes ?? 256 * 1024 * 1024,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const trouble = troubleOf(result, options);
  return {
    code: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: bytes(result.stdout),
    stderr: bytes(result.stderr),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

interface Ending {
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}

function troubleOf(result: Ending, options: ProcessOptions): string | undefined {
  if (result.timedOut) return `ended after ${options.timeoutMs} ms`;
  if (result.isCanceled) return 'ended because the work was called off';
  if (result.isMaxBuffer) return 'printed more than is kept';
  if (result.exitCode === undefined && result.signal === undefined)
    return result.originalMessage ?? 'could not be started';
  return undefined;
}

function bytes(data: Uint8Array | undefined): Buffer {
  return data === undefined ? Buffer.alloc(0) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** A process whose output the caller reads while it runs. */
export interface Spawned {
  /** Undefined when it could not be started: then `exited` says why. */
  readonly pid: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** File descriptor 3 of the process, where `status` was asked for. */
  readonly status: Readable | null;
  /** The end of the process itself, not of its pipes: a grandchild may hold those open. Never rejects. */
  readonly exited: Promise<Exited>;
}

export interface Exited {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the process was never started. */
  readonly notStarted?: string;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `pipe` gives `stdin`; `none` is /dev/null. */
  readonly stdin: 'pipe' | 'none';
  /** Leader of a new session and process group, so that it can be signalled as a whole and has no terminal. */
  readonly detached: boolean;
  /** Opens file descriptor 3 of the process for reading. */
  readonly status?: boolean;
}

/** Starts a process and returns at once. The caller must read both outputs, or the process waits for it. */
export function spawnProcess(argv: readonly [string, ...string[]], options: SpawnOptions): Spawned {
  const [file, ...args] = argv;
  const child = execa(file, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    detached: options.detached,
    cleanup: !options.detached,
    stdio: [
      options.stdin === 'pipe' ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      ...(options.status ? ['pipe' as const] : []),
    ],
  });
  const exited = new Promise<Exited>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.then((result) => {
      const notStarted = result.originalMessage ?? 'could not be started';
      resolve({ code: null, signal: null, ...(child.pid === undefined ? { notStarted } : {}) });
    });
  });
  return {
    pid: child.pid,
    stdin: child.stdin as Writable | null,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    status: options.status ? (child.stdio[3] as Readable) : null,
    exited,
  };
}
