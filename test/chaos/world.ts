import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/project/templates.ts';
import type { Scenario } from './scenarios.ts';

const exec = promisify(execFile);

/** Where the process is to die: at the nth effect of a name, or at the effect with a number. */
export type Point = ({ readonly name: string; readonly nth: number } | { readonly number: number }) & {
  readonly how: 'before' | 'after' | 'torn' | 'power';
};

/** How one process of the harness ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

export interface Play {
  /** Where it dies by itself. */
  readonly at?: Point;
  /** Its whole process group gets SIGKILL after so many ms. */
  readonly killAfterMs?: number;
  /** File that gets a line an effect. */
  readonly trace?: string;
  /** Syncs are left out. */
  readonly noSync?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A repository and a cache of its own, in which the harness is started and killed. */
export interface World extends AsyncDisposable {
  readonly root: string;
  readonly repo: string;
  readonly cache: string;
  readonly scenario: Scenario;
  /** Runs the command of the scenario (or another one) to its end or its death. */
  play(how?: Play, args?: readonly string[]): Promise<Ended>;
  git(...args: string[]): Promise<string>;
}

/** Makes a world for a scenario. `program`: the launcher; default the one of this clone. */
export async function makeWorld(scenario: Scenario, program?: string): Promise<World> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'agentloop-chaos-')));
  const repo = join(root, 'repo');
  const cache = join(root, 'cache');
  const home = join(root, 'home');
  for (const folder of [repo, cache, home]) await mkdir(folder);
  await writeFile(
    join(home, '.gitconfig'),
    '[user]\n\tname = Test Person\n\temail = person@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  );
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CACHE_HOME: cache, LC_ALL: 'C' };
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await exec('git', args, { cwd: repo, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  };
  await git('init', '-q', '-b', 'main');
  for (const [path, content] of Object.entries(scenario.files)) {
    await mkdir(join(repo, path, '..'), { recursive: true });
    await writeFile(join(repo, path), content);
  }
  await git('add', '-A');
  await git('commit', '-q', '-m', 'first');
  const script = join(root, 'script.json');
  await writeFile(script, JSON.stringify({ version: 1, sessions: scenario.sessions }));
  const brain = scenario.sessions.length === 0 ? 'anthropic' : `scripted:${script}`;
  const bin = program ?? join(packageRoot(), 'bin', 'agentloop.cjs');
  return {
    root,
    repo,
    cache,
    scenario,
    git,
    play: (how = {}, args = scenario.args) =>
      // Who goes on with a run need not say again which brain works on it.
      ended(
        [bin, ...args, ...(hasBegun(repo) ? [] : ['--brain', brain])],
        { cwd: repo, env: { ...env, ...how.env } },
        root,
        how,
      ),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function hasBegun(repo: string): boolean {
  const ledger = join(repo, '.git/agentloop/runs/night/events.jsonl');
  return existsSync(ledger) && readFileSync(ledger).includes('\n');
}

function ended(
  args: readonly string[],
  where: { readonly cwd: string; readonly env: Record<string, string> },
  root: string,
  { at, killAfterMs, trace, noSync }: Play,
): Promise<Ended> {
  const chaos = {
    NODE_OPTIONS: `--require ${join(packageRoot(), 'test', 'chaos', 'preload.cjs')}`,
    CHAOS_ROOT: root,
    ...(at === undefined ? {} : { CHAOS_AT: JSON.stringify(at) }),
    ...(trace === undefined ? {} : { CHAOS_TRACE: trace }),
    ...(noSync ? { CHAOS_NO_SYNC: '1' } : {}),
  };
  const child = spawn(process.execPath, args, {
    cwd: where.cwd,
    env: { ...where.env, ...chaos },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, to be killed as a whole.
    detached: true,
  });
  let said = '';
  for (const out of [child.stdout, child.stderr]) {
    out.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => killGroup(child.pid), Math.max(0, killAfterMs));
  const late = setTimeout(() => killGroup(child.pid), 240_000);
  return new Promise((resolve) => {
    // Not `close`: what a killed harness left behind may hold its pipes.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(late);
      setImmediate(() => {
        for (const out of [child.stdout, child.stderr]) out.destroy();
        resolve({ code, signal, said });
      });
    });
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Lines of a file; none when it is not there. */
export async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}
