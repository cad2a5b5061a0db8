import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fold } from '../../src/ledger/fold.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { alive, leftOvers, repositories } from './look.ts';
import { beginning } from './scenarios.ts';
import type { Outcome } from './trial.ts';
import { linesOf, makeWorld, type Play, type World } from './world.ts';

/** Effects of an `init` that nobody killed: `<name>#<nth>`. */
export async function initEffects(program?: string): Promise<readonly string[]> {
  await using world = await makeWorld(beginning, program);
  const trace = join(world.root, 'trace');
  const { code, said } = await world.play({ trace });
  const faults = await faultsOf(world);
  if (code !== 0 || faults.length > 0) throw new Error(`without a kill: ${faults.join('; ')}\n${said}`);
  return linesOf(trace);
}

/** Kills `init` as told, and says it once more: there is one plan in the end, and a person's files are as they were. */
export async function initTrial(kills: readonly Play[], program?: string): Promise<Outcome> {
  await using world = await makeWorld(beginning, program);
  let killed = 0;
  for (const kill of kills) {
    if ((await world.play(kill)).signal === 'SIGKILL') killed += 1;
  }
  const { code, said } = await world.play();
  // Killed after the commit there is a plan, and the next step is to run.
  const there = code === 2 && said.includes('agentloop run');
  const faults = await faultsOf(world).catch((error: unknown) => [String(error)]);
  if (code !== 0 && !there) faults.push(`it ended with ${code}: ${said}`);
  if (code === 0) faults.push(...(await openInits(world)));
  return { kills: killed, faults, said };
}

async function faultsOf(world: World): Promise<string[]> {
  const faults = [...(await repositories(world)), ...leftOvers(world), ...alive(world)];
  const log = await world.git('log', '--format=%s');
  if (log !== 'agentloop: the plan\nfirst') faults.push(`the log: ${log}`);
  const files = await world.git('ls-tree', '--name-only', 'HEAD');
  const wanted = 'AGENTS.md agentloop.config.json check.sh feature-list.json init.sh src';
  if (files.replaceAll('\n', ' ') !== wanted) faults.push(`the files: ${files}`);
  return faults;
}

/** Inits that have no end in their ledger. */
async function openInits({ repo }: World): Promise<string[]> {
  const folder = join(repo, '.git/agentloop/runs');
  const open: string[] = [];
  for (const name of await readdir(folder)) {
    const { events } = await readLedger(join(folder, name, 'events.jsonl')).catch(() => ({ events: [] }));
    const state = fold(events);
    if (state && !state.stopped) open.push(`${name} has no end`);
  }
  return open;
}
