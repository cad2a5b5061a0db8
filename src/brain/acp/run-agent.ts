import type { Finished, Workspace } from '../../workspace/workspace.ts';
import { openWire, type Wire } from './wire.ts';

/** Bytes of one message; a tool may have printed much. */
const messageBytes = 16 * 1024 * 1024;
/** ms an agent has to answer when it is asked to stop, before its process is ended: then it ends its tools itself. */
const stopMs = 500;
/** ms it has to end by itself after its last answer: it may still be writing its conversation down. */
const usualLeaveMs = 2000;
/** ms between SIGTERM and SIGKILL, and where nothing is lost by the latter. */
const graceMs = 1000;
const shortGraceMs = 0;
/** Characters of stderr that are kept, from its end. */
const errorsCap = 8000;
/** setTimeout takes no more. */
const longest = 2 ** 31 - 1;

/** Why we asked an agent to stop. */
export type Stopped = 'signal' | 'time' | { readonly over: string };

/** The process of an agent, from its start to the end of all it started. */
export interface Agent {
  readonly wire: Wire;
  /** Asks it to stop, then ends it. The first reason counts. */
  stop(why: Stopped): void;
  /** Called once when it is asked to stop; at once where it was already. */
  onStop(tell: () => void): void;
  /** Why it was asked to stop, if it was. */
  stopped(): Stopped | undefined;
  /** Aborted when it has ended. */
  readonly gone: AbortSignal;
  /**
   * Lets it end, at once where all it has to keep `isKept`, and waits for that; of the output only stderr. Throws when it
   * could not be run at all.
   */
  finish(isKept: boolean): Promise<Finished>;
  /** Ends it at once. Never throws. */
  kill(): Promise<void>;
}

/** Starts one. `lastingMs`: how long it may work. `onNoise`: lines that are no messages. */
export function startAgent(
  workspace: Workspace,
  options: {
    readonly command: string;
    readonly env: Readonly<Record<string, string>>;
    readonly idleMs: number;
    readonly lastingMs: number;
    readonly isKeptAtOnce: boolean;
    readonly leaveMs?: number | undefined;
    readonly signal: AbortSignal;
    /** A notification of it. */
    onTold(method: string, params: unknown): void;
    onNoise(line: string, from: 'stdout' | 'stderr'): void;
  },
): Agent {
  const { command, env, idleMs, lastingMs, isKeptAtOnce, signal, onTold, onNoise } = options;
  const { leaveMs = usualLeaveMs } = options;
  const wire = openWire(onTold);
  const killer = new AbortController();
  const gone = new AbortController();
  let why: Stopped | undefined;
  let tell = (): void => undefined;
  let errors = '';
  let killing: NodeJS.Timeout | undefined;
  const run = async (): Promise<Finished> =>
    await workspace.exec(command, {
      env,
      input: wire.lines,
      // A time of ours ends it before, so that it is asked first.
      timeoutMs: Math.max(1, lastingMs) + stopMs + leaveMs + graceMs,
      idleMs,
      graceMs: isKeptAtOnce ? shortGraceMs : graceMs,
      signal: killer.signal,
      lineBytes: messageBytes,
      onLine: (line, from) => {
        if (from === 'stdout' && wire.take(line)) return;
        if (from === 'stderr') errors = `${errors}${line.slice(-errorsCap)}\n`.slice(-errorsCap);
        onNoise(line, from);
      },
    });
  const stop = (reason: Stopped): void => {
    if (why !== undefined) return;
    why = reason;
    tell();
    killing = setTimeout(() => killer.abort(), stopMs);
  };
  const onAbort = (): void => stop('signal');
  const clock = setTimeout(() => stop('time'), Math.min(Math.max(1, lastingMs), longest));
  signal.addEventListener('abort', onAbort, { once: true });
  const running = run().finally(() => {
    clearTimeout(clock);
    clearTimeout(killing);
    signal.removeEventListener('abort', onAbort);
    wire.gone();
    gone.abort();
  });
  // Whoever waits for it is told; nobody may wait any more.
  running.catch(() => undefined);
  return {
    wire,
    stop,
    onStop(then) {
      tell = then;
      if (why !== undefined) then();
    },
    stopped: () => why,
    gone: gone.signal,
    async finish(isKept) {
      wire.hangUp();
      if (why !== undefined || isKept) killer.abort();
      const leaving = setTimeout(() => killer.abort(), leaveMs);
      try {
        return { ...(await running), output: errors };
      } finally {
        clearTimeout(leaving);
      }
    },
    async kill() {
      killer.abort();
      await running.catch(() => undefined);
    },
  };
}
