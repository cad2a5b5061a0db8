import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { feed } from '../../src/workspace/feed.ts';
import type { Background, ExecOptions, Finished, Workspace } from '../../src/workspace/workspace.ts';

/**
 * A workspace without a fence and without git: a temp folder and real processes in groups of their own. For tests
 * of brains and hands alone; `src/workspace/open-workspace.ts` is the real one, and the conformance suite runs on both.
 */
export interface PlainWorkspace extends Workspace {
  /** The temp folder that holds the tree, the out folder and HOME. */
  readonly root: string;
  /** Every command that was run, in order. */
  readonly commands: readonly string[];
  read(file: string): Promise<string>;
}

/** Opens one with these files in it; it disappears with `await using`. */
export async function plainWorkspace(files: Readonly<Record<string, string>> = {}): Promise<PlainWorkspace> {
  const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'plain-')));
  const tree = path.join(root, 'tree');
  const out = path.join(root, 'out');
  const home = path.join(root, 'home');
  await Promise.all([tree, out, home].map((folder) => fs.mkdir(folder)));
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(path.dirname(path.join(tree, name)), { recursive: true });
    await fs.writeFile(path.join(tree, name), content);
  }
  const before = await digest(tree);
  const running = new Set<{ finished: Promise<Finished>; end: (why: Finished['ended']) => void }>();
  const commands: string[] = [];

  const launch = (command: string, options: ExecOptions) => {
    commands.push(command);
    const one = run(command, { ...options, tree, home });
    running.add(one);
    void one.finished.then(() => running.delete(one));
    return one;
  };
  const quiet = async () => {
    for (const one of running) one.end('aborted');
    await Promise.all([...running].map((one) => one.finished));
  };
  return {
    root,
    commands,
    path: tree,
    inside: tree,
    out: { path: out, inside: out },
    read: (file) => fs.readFile(path.join(tree, file), 'utf8'),
    exec: (command, options) => launch(command, options).finished,
    start(command, options): Background {
      const one = launch(command, options);
      let finished: Finished | null = null;
      let seen = 0;
      void one.finished.then((value) => (finished = value));
      return {
        id: String(commands.length),
        poll() {
          const output = one.text().slice(seen);
          seen += output.length;
          return { output, finished };
        },
        async kill() {
          one.end('aborted');
          return await one.finished;
        },
      };
    },
    quiet,
    async snapshot() {
      const now = await digest(tree);
      return { tree: now, changed: now !== before, problems: [] };
    },
    async [Symbol.asyncDispose]() {
      await quiet();
      await fs.rm(root, { recursive: true, force: true });
    },
  };
}

/** One process group: its end, its output so far, and how to end it. */
function run(command: string, options: ExecOptions & { tree: string; home: string }) {
  const started = Date.now();
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: path.resolve(options.tree, options.cwd ?? '.'),
    env: {
      PATH: process.env['PATH'],
      HOME: options.home,
      TMPDIR: os.tmpdir(),
      LANG: 'C.UTF-8',
      AGENTLOOP_RUN_ID: 'plain',
      AGENTLOOP_PORT_BASE: '20000',
      ...options.env,
    },
    detached: true,
    stdio: 'pipe',
  });
  let output = '';
  const { lineBytes = 16_384 } = options;
  let ended: Finished['ended'] = null;
  const end = (why: Finished['ended']) => {
    ended ??= why;
    killGroup(child.pid, 'SIGTERM');
    setTimeout(() => killGroup(child.pid, 'SIGKILL'), 300).unref();
  };
  const idle = options.idleMs === undefined ? undefined : setTimeout(() => end('idle'), options.idleMs);
  const wall = setTimeout(() => end('timeout'), options.timeoutMs);
  for (const from of ['stdout', 'stderr'] as const) {
    let rest = '';
    child[from].setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      idle?.refresh();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line.slice(0, lineBytes), from);
    });
    child[from].on('end', () => rest && options.onLine?.(rest.slice(0, lineBytes), from));
  }
  feed(child.stdin, options.input ?? '');
  const onAbort = () => end('aborted');
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const finished = new Promise<Finished>((resolve) => {
    child.on('error', (error) =>
      resolve({ code: 126, signal: null, ended, output: error.message, bytes: 0, ms: 0 }),
    );
    child.on('exit', () => killGroup(child.pid, 'SIGKILL'));
    child.on('close', (code, signal) => {
      clearTimeout(wall);
      clearTimeout(idle);
      options.signal?.removeEventListener('abort', onAbort);
      if (options.spill !== undefined) writeFileSync(options.spill, output);
      const keep = options.keepBytes ?? 65_536;
      const bytes = Buffer.byteLength(output);
      const shown =
        output.length <= keep
          ? output
          : `${output.slice(0, keep / 2)}\n[... ${output.length - keep} characters left out ...]\n${output.slice(-keep / 2)}`;
      resolve({ code, signal, ended, output: shown, bytes, ms: Date.now() - started });
    });
  });
  return { finished, end, text: () => output };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

/** A name for what a folder holds, shaped like a git object id. */
async function digest(folder: string): Promise<string> {
  const hash = createHash('sha1');
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  for (const name of names) {
    const stat = await fs.lstat(name);
    hash.update(`${path.relative(folder, name)}\0${stat.mode}\0`);
    if (stat.isFile()) hash.update(await fs.readFile(name));
    if (stat.isSymbolicLink()) hash.update(await fs.readlink(name));
  }
  return hash.digest('hex');
}
