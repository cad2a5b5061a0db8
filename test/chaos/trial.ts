import { join } from 'node:path';
import { eventsIn, type Facts, factsOf, faultsOf, lostOf, type Unsaved, unsavedIn } from './look.ts';
import type { Scenario } from './scenarios.ts';
import { linesOf, makeWorld, type Play, type World } from './world.ts';

/** The run that nobody killed. */
export interface Clean {
  readonly facts: Facts;
  readonly code: number | null;
  /** Its effects in order: `<name>#<nth>`. */
  readonly effects: readonly string[];
  readonly ms: number;
  /** Types of the events that one more run adds. */
  readonly more: readonly string[];
}

/** Plays a scenario to its end without a kill. Throws when even that leaves something wrong. */
export async function playClean(scenario: Scenario, program?: string): Promise<Clean> {
  await using world = await makeWorld(scenario, program);
  const trace = join(world.root, 'trace');
  const began = performance.now();
  const { code, said } = await world.play({ trace });
  const ms = performance.now() - began;
  const facts = await factsOf(world).catch((error: unknown) => {
    throw new Error(`without a kill: ${error}\n${said}`);
  });
  const effects = await linesOf(trace);
  const more = await onceMore(world);
  const faults = await faultsOf(world);
  if (faults.length > 0) throw new Error(`without a kill: ${faults.join('; ')}\n${said}`);
  return { facts, code, effects, ms, more };
}

/** What came of a trial. */
export interface Outcome {
  /** Kills that really took place. */
  readonly kills: number;
  readonly faults: readonly string[];
  /** What the last run said, for whoever looks at a failure. */
  readonly said: string;
}

/**
 * Plays a scenario, kills it as told, plays it again (with the next kill, where there is one) until it comes to its
 * end by itself, and compares with the run that nobody killed.
 */
export async function trial(
  scenario: Scenario,
  clean: Clean,
  kills: readonly Play[],
  program?: string,
): Promise<Outcome> {
  await using world = await makeWorld(scenario, program);
  const unsaved: Unsaved[] = [];
  let killed = 0;
  for (const kill of kills) {
    const { signal, code, said } = await world.play(kill);
    if (signal !== 'SIGKILL') {
      if (code === clean.code || said.includes('is finished')) break;
      return { kills: killed, faults: [`it ended with ${code ?? signal}: ${said}`], said };
    }
    killed += 1;
    // A loss of power takes what the folder held with it: nobody promises that.
    if (kill.at?.how !== 'power') unsaved.push(...(await unsavedIn(world)));
  }
  const { code, signal, said } = await world.play();
  const faults: string[] = [];
  try {
    const facts = await factsOf(world);
    if (code !== clean.code) faults.push(`the last run ended with ${code ?? signal}`);
    for (const key of Object.keys(facts) as (keyof Facts)[]) {
      const [now, then] = [JSON.stringify(facts[key]), JSON.stringify(clean.facts[key])];
      if (now !== then) faults.push(`${key}: ${now} instead of ${then}`);
    }
    faults.push(...(await faultsOf(world)), ...(await lostOf(world, unsaved)));
    const more = await onceMore(world);
    if (more.join() !== clean.more.join()) faults.push(`one more run adds ${more.join(' ')}`);
  } catch (error) {
    faults.push(String(error));
  }
  return { kills: killed, faults, said };
}

async function onceMore(world: World): Promise<string[]> {
  const before = (await eventsIn(world)).length;
  await world.play();
  return (await eventsIn(world)).slice(before).map(({ type }) => type);
}
