import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Recorded } from '../../src/ledger/event.ts';
import { packageRoot } from '../../src/project/templates.ts';
import type { TempRepo } from '../helpers/repo.ts';
import type { Access, Subject } from './subjects.ts';

/** How a program of ours ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** One person with one repository, one agent CLI and one server, and nothing else of this machine's settings. */
export interface Scene extends AsyncDisposable {
  readonly repo: TempRepo;
  readonly cache: string;
  /** Starts the built program. */
  start(words: readonly string[]): { readonly child: ChildProcess; readonly done: Promise<Ran> };
  /** The events of the run so far. */
  events(): Promise<readonly Recorded[]>;
  /** All transcripts so far, as text. */
  transcripts(): Promise<string>;
}

/** The name of the run of a scene is its own, so that its processes can be told from all others. */
export async function openScene(
  subject: Subject,
  access: Access,
  repo: TempRepo,
  run: string,
): Promise<Scene> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'agentloop-clis-')));
  const home = join(root, 'home');
  await put(join(home, '.gitconfig'), '[user]\n\tname = Test Person\n\temail = person@example.com\n');
  for (const [path, text] of Object.entries(subject.home(access))) await put(join(home, path), text);
  const path = subject.onPath(join(root, 'bin'));
  const env = {
    PATH: [...path, process.env['PATH'] ?? ''].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    XDG_CACHE_HOME: join(root, 'cache'),
    ...subject.env(access),
  };
  const folder = join(repo.dir, '.git', 'agentloop', 'runs', run);
  const running = new Set<ChildProcess>();
  return {
    repo,
    cache: join(root, 'cache'),
    start(words) {
      const bin = join(packageRoot(), 'bin', 'agentloop.cjs');
      const child = spawn(process.execPath, [bin, ...words], {
        cwd: repo.dir,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running.add(child);
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      const done = new Promise<Ran>((resolve) => {
        child.on('close', (code) => {
          running.delete(child);
          resolve({ code, out, err });
        });
      });
      return { child, done };
    },
    async events() {
      const text = await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Recorded);
    },
    async transcripts() {
      const names = await readdir(join(folder, 'sessions')).catch(() => [] as string[]);
      const texts = names.sort().map((name) => readFile(join(folder, 'sessions', name), 'utf8'));
      return (await Promise.all(texts)).join('');
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
      await repo.remove();
    },
  };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Looks ten times a second until `look` gives something; undefined when the time is over. */
export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  ms: number,
): Promise<T | undefined> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
