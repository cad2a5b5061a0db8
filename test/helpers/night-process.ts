// One process of a night with a clock of its own: the whole program, and only time, power and the person are played.
// Bundled by `nights-played.ts`; its plan comes on the command line as JSON.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIo } from '../../src/cli/io.ts';
import { program } from '../../src/cli/program.ts';
import { codeOf } from '../../src/errors.ts';
import { packageRoot } from '../../src/project/templates.ts';
import type { NightPlan } from './night-plan.ts';

const [given = '', ...argv] = process.argv.slice(2);
const plan = JSON.parse(given) as NightPlan;
const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
const io = processIo();
const inbox = join(plan.runDir, 'inbox');
const due = plan.appointments.toSorted((a, b) => a.at - b.at);
let now = plan.from;

/** The power fails: nobody gets to say anything. */
function powerFails(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Leaves no byte on the disk that a folder is on. */
function fill(folder: string): void {
  for (let kib = 1024; kib >= 4; kib /= 4) {
    try {
      for (;;) appendFileSync(join(folder, 'fill'), Buffer.alloc(kib * 1024));
    } catch (error) {
      if (codeOf(error) !== 'ENOSPC') throw error;
    }
  }
}

/** A person at another shell says something; time stands still until the run has heard it. */
async function personSays(words: readonly string[]): Promise<void> {
  const code = await program({ ...io, argv: words, now: () => now, stdout: io.stderr }, version);
  if (code !== 0) throw new Error(`agentloop ${words.join(' ')} ended with ${code}`);
  const unread = () => existsSync(inbox) && readdirSync(inbox).some((name) => name.endsWith('.json'));
  while (unread()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Everyone waits: the clock jumps to the end of it, by way of whatever is to happen before. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const end = now + ms;
  for (let [next] = due; next && next.at <= end; [next] = due) {
    due.shift();
    now = Math.max(now, next.at);
    if ('says' in next) await personSays(next.says);
    else if ('fills' in next) fill(next.fills);
    else powerFails();
    if (signal.aborted) return;
  }
  now = end;
  await new Promise((resolve) => setImmediate(resolve));
}

process.on('SIGXFSZ', () => undefined);
// The events come by as they are written, each with its line on disk.
const stdout = Object.assign(Object.create(io.stdout) as typeof io.stdout, {
  write(text: string) {
    const events = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const { killAt } = plan;
    if (events.some(({ type, feature }) => type === killAt?.type && feature === killAt?.feature))
      powerFails();
    return true;
  },
});
process.exitCode = await program({ ...io, argv, stdout, now: () => now, sleep }, version);
process.exit();
