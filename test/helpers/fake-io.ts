import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Ties } from '../../src/cli/attached.ts';
import type { Io, Out } from '../../src/cli/io.ts';

/** A command line without a process: what it is told, and what it has printed so far. */
export interface FakeIo extends Io {
  out(): string;
  err(): string;
  /** Delivers a signal to whoever listens; gives how many did. */
  signal(name: NodeJS.Signals): number;
  /** The signal the process has died of, if it has. */
  readonly died: readonly NodeJS.Signals[];
  /** Whoever reads stdout goes away. */
  goAway(): void;
}

export interface FakeIoOptions {
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly tty?: boolean;
  readonly columns?: number;
  readonly stdin?: string;
  readonly now?: () => number;
  readonly nohup?: boolean;
  readonly ties?: () => Ties;
}

process.env['TZ'] = 'UTC';

export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const written = { out: '', err: '' };
  const stream = (name: keyof typeof written): Out =>
    Object.assign(new EventEmitter(), {
      isTTY: options.tty ?? false,
      ...(options.columns === undefined ? {} : { columns: options.columns }),
      write(text: string) {
        written[name] += text;
        return true;
      },
    });
  const signals = new EventEmitter();
  const gone = new AbortController();
  const died: NodeJS.Signals[] = [];
  return {
    argv: options.argv ?? [],
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    platform: options.platform ?? 'linux',
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout: stream('out'),
    stderr: stream('err'),
    gone: gone.signal,
    unheard: gone.signal,
    nohup: options.nohup ?? false,
    ties: options.ties ?? (() => ({ terminal: false, parent: 1 })),
    died,
    die: (signal) => void died.push(signal),
    now: options.now ?? Date.now,
    onSignal(listener) {
      signals.on('signal', listener);
      return () => signals.off('signal', listener);
    },
    out: () => written.out,
    err: () => written.err,
    signal(name) {
      const listening = signals.listenerCount('signal');
      signals.emit('signal', name);
      return listening;
    },
    goAway: () => gone.abort(),
  };
}
