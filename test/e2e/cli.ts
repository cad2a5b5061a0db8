import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Recorded } from '../../src/ledger/event.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'agentloop.cjs');

/** Programs of a test that failed half way must not burden the next one. */
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** Resolves when what it has printed so far, on both outputs, matches. Rejects when it ends before. */
  shows(what: RegExp): Promise<void>;
}

/** Starts the real program in a folder, with the environment of the tests and what is added here. */
export function start(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string | Buffer,
): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  running.add(child);
  child.on('close', () => running.delete(child));
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const heard = () => {
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    heard();
  });
  const done = new Promise<Ran>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return {
    child,
    done,
    shows: (what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!what.test(out + err)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void done.then(() => {
          look();
          reject(new Error(`it ended without showing ${what}:\n${out}${err}`));
        });
      }),
  };
}

/** Runs the real program to its end; `input` is what it finds on stdin. */
export function agentloop(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string | Buffer,
): Promise<Ran> {
  return start(cwd, args, env, input).done;
}

/** The folder of a run. */
export function runFolder(repo: string, run = 'night'): string {
  return join(repo, '.git', 'agentloop', 'runs', run);
}

/** Waits until a transcript of the run holds a text; the test's own time limit ends it. */
export async function untilTold(repo: string, text: string, run = 'night'): Promise<void> {
  const folder = join(runFolder(repo, run), 'sessions');
  for (;;) {
    for (const name of await readdir(folder).catch(() => [] as string[])) {
      if ((await readFile(join(folder, name), 'utf8')).includes(text)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The events of a run, straight from its file. */
export async function eventsOf(repo: string, run: string): Promise<Recorded[]> {
  const text = await readFile(join(runFolder(repo, run), 'events.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Recorded);
}
