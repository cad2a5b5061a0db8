import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { Recorded } from '../../src/ledger/event.ts';
import { packageRoot } from '../../src/project/templates.ts';
import type { NightPlan } from './night-plan.ts';
import type { Story } from './night-stories.ts';

/** How one process of a night ended. */
export interface Carried {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

/** The program with a clock of its own, as one file to be started. Deleted at its end. */
export async function nightProgram(): Promise<{ readonly file: string } & AsyncDisposable> {
  // Below the package: the program looks for its templates above its own file.
  const folder = await mkdtemp(join(packageRoot(), 'node_modules', '.night-'));
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'night-process.ts'),
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
    transform: { target: 'node20.19' },
    logLevel: 'silent',
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: 'night.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  return {
    file: join(folder, 'night.mjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Lets one process carry the night. `within`: a command that starts it, in a smaller world. */
export function carryOn(
  program: string,
  cwd: string,
  plan: NightPlan,
  args: readonly string[],
  within: readonly string[] = [],
): Promise<Carried> {
  const [command = '', ...rest] = [...within, process.execPath, program, JSON.stringify(plan), ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal, said })));
}

/** The whole lines of a ledger; none when there is no file yet. */
export async function linesSoFar(ledger: string): Promise<readonly Recorded[]> {
  const text = await readFile(ledger, 'utf8').catch(() => '');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Ends that bring a story no further: its process was killed, or a cap stood in the way. */
const again = new Set(['crashed', 'interrupted']);

/** What of a story is still to be played: its last session again, where a disaster took it. */
export function restOf(
  { feature: { id }, sessions, end }: Story,
  events: readonly Recorded[],
): Story['sessions'] {
  const of = events.filter((event) => 'feature' in event && event.feature === id);
  if (of.some(({ type }) => type === 'work.landed')) return [];
  const played = of.filter((event) => event.type === 'session.ended' && !again.has(event.outcome)).length;
  return sessions.slice(end === 'landed' ? Math.min(played, sessions.length - 1) : played);
}

/** Writes the script of what is left of the night: a brain's memory of which session is which goes with its process. */
export async function writeRest(
  file: string,
  stories: readonly Story[],
  events: readonly Recorded[],
): Promise<void> {
  const sessions = stories.flatMap((story) => {
    const feature = story.feature.id;
    const rest = restOf(story, events);
    const each = rest.map((session, n) => ({ when: { feature, nth: n + 1 }, ...session }));
    // A last one that comes back is the disaster's doing, not the story's.
    const last = story.end === 'landed' ? rest.slice(-1) : [];
    return [...each, ...last.map((session) => ({ when: { feature }, ...session }))];
  });
  await writeFile(file, JSON.stringify({ version: 1, sessions }));
}
