import { damaged } from './damaged.ts';
import { initEffects, initTrial } from './init.ts';
import { allPoints, dice, distinctPoints, eventPoints, linePoints, pointText } from './points.ts';
import { night } from './scenarios.ts';
import { type Clean, playClean, trial } from './trial.ts';
import { wakeTrial } from './wake.ts';
import type { Play, Point } from './world.ts';

/** Two worlds at once: each of them waits for a disk and for processes most of the time. */
const atOnce = 2;
/** Random kills that a night of CI must see. */
const leastKills = 200;
/** Kills that one world lives through, before it is looked at. */
const perWorld = 4;

interface Job {
  readonly kind: string;
  readonly kills: readonly Play[];
  readonly words: string;
}

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly at: readonly string[];
  readonly broken: string | undefined;
}

/** Plays the matrix of kills and gives an exit code: 0 when nothing was lost, left over or done twice. */
export async function chaos(words: readonly string[], say: (line: string) => void): Promise<number> {
  const options = read(words);
  const { minutes, seed } = options;
  const deadline = Date.now() + minutes * 60_000;
  await using product = await damaged(options.broken);
  const noSync = options.broken === 'no-sync';
  say(`seed ${seed}, ${minutes} min${options.broken ? `, broken on purpose: ${options.broken}` : ''}`);
  const clean = await playClean(night, product.program);
  const distinct = distinctPoints(clean.effects);
  const events = eventPoints(clean.effects);
  const all = allPoints(clean.effects);
  const talk = await wakeTrial([], product.program);
  if (talk.faults.length > 0) throw new Error(`without a kill: ${talk.faults.join('; ')}`);
  const init = await initEffects(product.program);
  say(
    `without a kill: ${clean.effects.length} effects in ${Math.round(clean.ms)} ms; ${distinct.length} distinct kill ` +
      `points, ${events.length} at events, ${all.length} in all`,
  );
  const tell = tally(say);
  const play = async (job: Job): Promise<void> => {
    const kills = job.kills.map((kill) => ({ ...kill, noSync }));
    if (job.kind === 'wake') tell.took(job, await wakeTrial(kills, product.program));
    else if (job.kind === 'init') tell.took(job, await initTrial(kills, product.program));
    else tell.took(job, await trial(night, clean, kills, product.program));
  };
  const run = async (jobs: Iterator<Job>, until: number, enough = () => false): Promise<void> => {
    const worker = async (): Promise<void> => {
      while (Date.now() < until && !enough() && !(options.broken && tell.failed() > 0)) {
        const { value, done } = jobs.next();
        if (done) return;
        await play(value);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  const left = (share: number) => Date.now() + (deadline - Date.now()) * share;
  if (options.at.length > 0) {
    await run([given(options.at)].values(), Number.POSITIVE_INFINITY);
  } else if (options.broken) {
    // Where the ledger and what it tells of could part.
    const landing = [...events, ...distinct].filter((point) =>
      /landed|published|update-ref/.test(pointText(point)),
    );
    const wanted = landing.filter(({ how }) => how === (noSync ? 'power' : 'before'));
    await run(worlds('event', wanted, 1), deadline);
  } else {
    await run(randomKills(clean, seed), left(0.5), () => tell.kills('random') >= leastKills);
    await run(worlds('distinct', distinct, perWorld), left(0.6));
    tell.soFar();
    await run(worlds('wake', linePoints(talk.effects), 1), left(0.4));
    await run(worlds('init', distinctPoints(init), 2), left(0.4));
    await run(doubleKills(clean, seed), left(0.3));
    tell.soFar();
    await run(worlds('event', events, perWorld), left(0.6));
    await run(worlds('single', all, perWorld), deadline);
  }
  return tell.end();
}

function read(words: readonly string[]): Options {
  const value = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  return {
    minutes: Number(value('--minutes') ?? 10),
    seed: Number(value('--seed') ?? Date.now() % 1_000_000),
    at: (value('--at') ?? '').split(' & ').filter(Boolean),
    broken: value('--broken'),
  };
}

/** Each world gets points of several parts of the run, in their order. */
function* worlds(kind: string, points: readonly Point[], each: number): Generator<Job, undefined> {
  const size = Math.ceil(points.length / each);
  for (let n = 0; n < size; n += 1) {
    const own = Array.from({ length: each }, (_, at) => points[n + at * size]).filter(
      (one) => one !== undefined,
    );
    yield { kind, kills: own.map((at) => ({ at })), words: own.map(pointText).join(' & ') };
  }
  return undefined;
}

/** SIGKILL of the whole process group at any moment, git's children and all. */
function* randomKills({ ms }: Clean, seed: number): Generator<Job, undefined> {
  const roll = dice(seed);
  for (;;) {
    const kills = Array.from({ length: perWorld }, () => ({ killAfterMs: 60 + roll(Math.round(ms / 2)) }));
    yield {
      kind: 'random',
      kills,
      words: kills.map(({ killAfterMs }) => `group:${killAfterMs}`).join(' & '),
    };
  }
}

/** Once anywhere, and once more while that is put right. */
function* doubleKills({ effects }: Clean, seed: number): Generator<Job, undefined> {
  const roll = dice(seed + 1);
  const ways = ['before', 'after', 'torn', 'power'] as const;
  const any = (most: number): Point => ({ number: 1 + roll(most), how: ways[roll(4)] ?? 'before' });
  for (;;) {
    const both = [any(effects.length), any(Math.min(400, effects.length))];
    yield { kind: 'double', kills: both.map((at) => ({ at })), words: both.map(pointText).join(' & ') };
  }
}

/** What `--at` names, as it is printed with a failure. */
function given(texts: readonly string[]): Job {
  const kills = texts.map((text): Play => {
    const [, ms] = /^group:(\d+)$/.exec(text) ?? [];
    if (ms !== undefined) return { killAfterMs: Number(ms) };
    const [, where = '', how] = /^(.*):(before|after|torn|power)$/.exec(text) ?? [];
    const way = (how ?? 'after') as Point['how'];
    if (/^\d+$/.test(where)) return { at: { number: Number(where), how: way } };
    const at = where.lastIndexOf('#');
    return { at: { name: where.slice(0, at), nth: Number(where.slice(at + 1)), how: way } };
  });
  return { kind: 'given', kills, words: texts.join(' & ') };
}

function tally(say: (line: string) => void) {
  const worlds = new Map<string, number>();
  const kills = new Map<string, number>();
  let failed = 0;
  const add = (to: Map<string, number>, kind: string, n: number) => to.set(kind, (to.get(kind) ?? 0) + n);
  return {
    kills: (kind: string) => kills.get(kind) ?? 0,
    failed: () => failed,
    took(job: Job, came: { readonly kills: number; readonly faults: readonly string[] }): void {
      add(worlds, job.kind, 1);
      add(kills, job.kind, came.kills);
      if (came.faults.length === 0) return;
      failed += 1;
      say(`WRONG (${job.kind}): ${came.faults.join('\n  ').slice(0, 3000)}`);
      say(`  again: npm run test:chaos -- --at '${job.words}'`);
    },
    soFar(): void {
      say([...kills].map(([kind, n]) => `${kind}: ${n} kills`).join(', '));
    },
    end(): number {
      for (const [kind, n] of worlds) say(`${kind}: ${kills.get(kind)} kills in ${n} worlds`);
      const sum = [...kills.values()].reduce((one, other) => one + other, 0);
      say(`${sum} kills, ${failed} worlds in which something was wrong`);
      return failed === 0 ? 0 : 1;
    },
  };
}
