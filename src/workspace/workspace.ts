import type { Meanwhile, Snapshot } from './snapshot.ts';

export type FenceMode = 'bubblewrap' | 'none';

/** How a command is run. All times in ms. */
export interface ExecOptions {
  /** Folder relative to the checkout; default its top. */
  readonly cwd?: string;
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Written to stdin, then EOF. Pieces are written as they come, and EOF follows the last: until then stdin stays open.
   * Default: nothing, EOF at once.
   */
  readonly input?: string | AsyncIterable<string>;
  readonly timeoutMs: number;
  /** Silence on both outputs after which it is ended. */
  readonly idleMs?: number;
  /** Between SIGTERM and SIGKILL when it has to be ended. Default 2000. */
  readonly graceMs?: number;
  /** Bytes of output kept in memory: half head, half tail. Default 64 KiB. */
  readonly keepBytes?: number;
  /** File (host path) that gets the whole output, up to 64 MiB. */
  readonly spill?: string;
  readonly signal?: AbortSignal;
  /**
   * Called with each whole line of output, cut at `lineBytes`. Without it both outputs go through one pipe: then what they
   * print is kept in exactly the order in which it was printed.
   */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Bytes of a line that `onLine` gets at most. Default 16 KiB; more where lines are whole messages. */
  readonly lineBytes?: number;
}

/** How a command ended. `code` is null when a signal ended it. */
export interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why we ended it, if we did. */
  readonly ended: 'timeout' | 'idle' | 'aborted' | null;
  /** Head and tail of stdout and stderr as they came, with a line that says how much was left out. */
  readonly output: string;
  readonly bytes: number;
  readonly ms: number;
  /** Set when the fence itself could not be put up, or no process started: the command never ran. */
  readonly fenceFailed?: string;
}

/** A command that goes on while others are run. */
export interface Background {
  readonly id: string;
  /** New output since the last call, bounded; and how it ended, if it has. */
  poll(): { readonly output: string; readonly finished: Finished | null };
  kill(): Promise<Finished>;
}

/**
 * A session's private git worktree with the fence round it. `path` is where the harness sees it, `inside` where
 * the commands see it: they differ under bubblewrap, where every checkout has the same inside path.
 */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
  readonly inside: string;
  /** A folder outside the worktree that harness and commands share: brief and outcome stand there. */
  readonly out: { readonly path: string; readonly inside: string };
  exec(command: string, options: ExecOptions): Promise<Finished>;
  start(command: string, options: ExecOptions): Background;
  /** Ends every command of this workspace and its descendants. */
  quiet(): Promise<void>;
  /** What the brain left, as a tree in the vault. Call `quiet` first, or say that commands go on meanwhile. */
  snapshot(meanwhile?: Meanwhile): Promise<Snapshot>;
}
