import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import type { State } from '../../src/ledger/state.ts';
import type { NightPlan } from '../helpers/night-plan.ts';
import { centsOf, type Story, stories } from '../helpers/night-stories.ts';
import {
  type Carried,
  carryOn,
  linesSoFar,
  nightProgram,
  restOf,
  writeRest,
} from '../helpers/night-world.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';
import { agentloop, runFolder } from './cli.ts';
import { type ScriptFile, scriptFile } from './script-file.ts';
import { canMount } from './small-disk.ts';
import { plan as files } from './small-repo.ts';

const minute = 60_000;
const evening = Date.UTC(2026, 10, 20, 22);
const at = (hours: number, minutes = 0) => evening + (hours * 60 + minutes) * minute;
const cents = (usd: number) => Math.round(usd * 100);
const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const ended = (end: Story['end']) =>
  stories.filter((story) => story.end === end).map(({ feature }) => feature.id);

/** What the person says who sleeps badly. */
const person: NightPlan['appointments'] = [
  { at: at(1), says: ['note', 'Keep the files small, please.'] },
  { at: at(2, 5), says: ['pause'] },
  { at: at(2, 35), says: ['resume'] },
  { at: at(6), says: ['answer', 'F045', 'Tabs.'] },
];

/** What happens to one process of the night; times in minutes after its start. */
interface Fate {
  readonly failsAfter?: number;
  readonly fillsAfter?: number;
  readonly kill?: NightPlan['killAt'];
  readonly within?: readonly string[];
  readonly args?: readonly string[];
}

const eventsOf = (repo: TempRepo) => linesSoFar(join(runFolder(repo.dir), 'events.jsonl'));

/** The next process, a few minutes after the end of the last one. */
async function carry(
  program: string,
  repo: TempRepo,
  script: ScriptFile,
  later: number,
  { failsAfter, fillsAfter, kill, within, args = [] }: Fate = {},
): Promise<Carried> {
  const before = await eventsOf(repo);
  const from = before.length === 0 ? evening : Date.parse(before.at(-1)?.ts ?? '') + later * minute;
  await writeRest(script.file, stories, before);
  const appointments: NightPlan['appointments'] = [
    ...person.filter((one) => one.at > from),
    ...(failsAfter === undefined ? [] : [{ at: from + failsAfter * minute, powerFails: true as const }]),
    ...(fillsAfter === undefined ? [] : [{ at: from + fillsAfter * minute, fills: cache }]),
  ];
  const plan = { runDir: runFolder(repo.dir), from, appointments, killAt: kill };
  const words = ['run', '--name', 'night', '--brain', script.brain, '--output', 'ndjson', ...args];
  return carryOn(program, repo.dir, plan, words, within);
}

const cache = process.env['XDG_CACHE_HOME'] ?? '';
const smallCache = [
  'bwrap',
  '--dev-bind',
  '/',
  '/',
  '--size',
  String(8 * 1024 * 1024),
  '--tmpfs',
  cache,
  '--',
];
const powerFails = { code: null, signal: 'SIGKILL' };
const started = performance.now();

test('a night of ten hours over 100 features, with everything that nights hold', {
  timeout: 300_000,
}, async () => {
  await using program = await nightProgram();
  await using script = await scriptFile([{ steps: [] }]);
  const features = stories.map(({ feature }) => feature);
  await using repo = await tempRepo({
    'README.md': '# many files\n',
    ...files(features, {
      judge: { checks: [{ name: 'smoke', command: 'test -f README.md', report: 'none' }] },
      fence: { mode: 'none' },
      limits: { sessionTime: '20m', maxCost: 20, until: '2026-11-21T08:30Z' },
    }),
  });
  const carries = async (later: number, fate?: Fate) => {
    const done = await carry(program.file, repo, script, later, fate);
    return { ...done, events: await eventsOf(repo) };
  };

  // The power fails while a brain works, while the judge looks, between a verdict and its landing, before the branch of
  // the person is moved, and while everyone waits.
  expect(await carries(0, { failsAfter: 31 })).toMatchObject(powerFails);
  expect(await carries(3, { kill: { type: 'judge.started', feature: 'F020' } })).toMatchObject(powerFails);
  expect(await carries(3, { kill: { type: 'judge.ruled', feature: 'F030' } })).toMatchObject(powerFails);
  expect(await carries(3, { kill: { type: 'work.landed', feature: 'F034' } })).toMatchObject(powerFails);
  expect(await carries(3, { kill: { type: 'wait.started' } })).toMatchObject(powerFails);

  // The ledger has no room for its next line; then the workspaces have none.
  const kib = Math.ceil((await stat(join(runFolder(repo.dir), 'events.jsonl'))).size / 1024) + 100;
  const noLine = await carries(3, { within: ['bash', '-c', `ulimit -f ${kib}; exec "$@"`, 'night'] });
  expect(noLine.said).toMatch(/bytes fitted|file too large/);
  expect(noLine.code, noLine.said).toBe(3);
  if (canMount) {
    const noRoom = await carries(3, {
      within: smallCache,
      fillsAfter: 15,
      args: ['--skip-gate', 'persists'],
    });
    expect(noRoom.said).toMatch(/disk is full|ENOSPC|No space left/);
    expect(noRoom.code, noRoom.said).toBe(3);
  }

  // The cap bites: the very next call would have passed it, and it was not made.
  const capped = await carries(3);
  expect(capped.code, capped.said).toBe(10);
  expect(capped.events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'max-cost' });
  const [tooMuch] = only(capped.events, 'brain.failed').slice(-1);
  expect(tooMuch).toMatchObject({ kind: 'over-limit', limit: 'run-cost' });
  const spent = paidIn(capped.events);
  expect(spent).toBeLessThanOrEqual(2000);
  expect(spent + centsOf(tooMuch?.feature ?? '')).toBeGreaterThan(2000);

  // The person gives what the rest will cost, to the cent.
  const rest = stories
    .filter(({ end }) => end !== 'held up')
    .flatMap((story) => {
      const calls = JSON.stringify(restOf(story, capped.events)).match(/"usage"/g) ?? [];
      return calls.map(() => centsOf(story.feature.id));
    });
  const cap = spent + rest.reduce((sum, one) => sum + one, 0);
  const last = await carries(5, { args: ['--max-cost', (cap / 100).toFixed(2)] });
  expect(last.code, last.said).toBe(10);
  const { events } = last;
  expect(events.at(-1)).toMatchObject({ reason: 'blocked', left: 7, landed: 93 });
  expect(paidIn(events)).toBe(cap);
  const state = fold(events) as State;

  accounted(state);
  moneyHolds(events, state);
  waitsCostNothing(events, state);
  expect((await agentloop(repo.dir, ['events', '--check'])).code).toBe(0);
  await personWasHeard(repo, events);
  await onBranch(repo);
  readable((await agentloop(repo.dir, ['report'])).out);
  const hours = (Date.parse(state.at) - evening) / 3_600_000;
  expect(hours).toBeGreaterThan(9.5);
  expect(hours).toBeLessThan(10.5);
  process.stderr.write(
    `a night of ${hours.toFixed(1)} h in ${((performance.now() - started) / 1000).toFixed(0)} s: ${state.invocations} processes, ${state.sessions.length} sessions, ${only(events, 'wait.started').length} waits, ${events.length} events\n`,
  );
});

function paidIn(events: readonly Recorded[]): number {
  return cents(only(events, 'cost.updated').reduce((sum, { usd }) => sum + (usd ?? Number.NaN), 0));
}

/** Every feature has the end that its story gives it. */
function accounted({ features }: State): void {
  const all = [...features.values()];
  const of = (is: (known: (typeof all)[number]) => boolean) =>
    all
      .filter(is)
      .map(({ id }) => id)
      .sort();
  expect(of(({ landed }) => landed !== undefined)).toEqual(ended('landed'));
  expect(of(({ blocked }) => blocked !== undefined)).toEqual(ended('blocked'));
  expect(of(({ parked }) => parked !== undefined)).toEqual(ended('waiting'));
  expect(
    Object.fromEntries(all.flatMap(({ id, blocked }) => (blocked ? [[id, blocked.breaker]] : []))),
  ).toEqual({
    F060: 'same-crash',
    F070: 'failed-sessions',
    F080: 'failed-sessions',
    F085: 'declined',
  });
}

/** At no time had more been paid than might be, and the sums agree. */
function moneyHolds(events: readonly Recorded[], state: State): void {
  let cap = 0;
  let paid = 0;
  for (const event of events) {
    if (event.type === 'limits.set') cap = cents(event.limits.maxCostUsd ?? 0);
    if (event.type !== 'cost.updated') continue;
    paid += cents(event.usd ?? Number.NaN);
    expect(paid).toBeLessThanOrEqual(cap);
  }
  expect(cents(state.spent.usd)).toBe(paid);
  const byFeature = [...state.features.values()].reduce((sum, { usd }) => sum + usd, 0);
  expect(cents(byFeature)).toBe(paid);
}

/** A wait is no session of its feature, breaks nothing, and is over when it said. */
function waitsCostNothing(events: readonly Recorded[], { features, sessions }: State): void {
  const away = sessions.filter((one) => one.ended?.outcome === 'unavailable');
  expect(away.map(({ feature }) => feature)).toEqual([
    'F005',
    'F015',
    'F015',
    'F015',
    'F026',
    'F035',
    'F057',
  ]);
  for (const id of new Set(away.map(({ feature }) => feature)))
    expect(features.get(id ?? '')).toMatchObject({ sessions: 1, failures: 0 });
  // The window of an hour began in the process that the power took; the next one waited on, to the same instant.
  const [closed, on] = only(events, 'wait.started').filter(({ reason }) => reason === 'usage window closed');
  expect(on).toMatchObject({ until: closed?.until, why: 'unavailable' });
  const tried = only(events, 'session.started').filter(({ feature }) => feature === 'F035');
  expect(Date.parse(tried.at(-1)?.ts ?? '')).toBe(closed?.until);
}

async function personWasHeard(repo: TempRepo, events: readonly Recorded[]): Promise<void> {
  const [paused] = only(events, 'wait.started').filter(({ why }) => why === 'paused');
  const [goesOn] = only(events, 'wait.ended').filter(({ why }) => why === 'paused');
  expect([paused, goesOn].map((event) => Date.parse(event?.ts ?? ''))).toEqual([at(2, 5), at(2, 35)]);
  const between = events.filter(({ seq }) => seq > (paused?.seq ?? 0) && seq < (goesOn?.seq ?? 0));
  expect(only(between, 'session.started')).toEqual([]);
  const folder = join(runFolder(repo.dir), 'briefs');
  const briefs = await Promise.all(
    (await readdir(folder)).map(async (name) => await readFile(join(folder, name), 'utf8')),
  );
  const told = (words: string) => briefs.filter((text) => text.includes(words)).length;
  expect(told('Keep the files small, please.')).toBeGreaterThan(80);
  expect(told('Tabs.')).toBe(1);
}

/** One commit for each feature that landed; beside them only notes of the harness. */
async function onBranch(repo: TempRepo): Promise<void> {
  const log = (await repo.git('log', '--format=%s', 'main..agentloop/night')).split('\n');
  const landed = log.flatMap((subject) => /^(F\d+): /.exec(subject)?.[1] ?? []);
  expect(landed.sort()).toEqual(ended('landed'));
  expect(new Set(log.filter((subject) => !/^F\d+: /.test(subject)))).toEqual(
    new Set(['agentloop: notes of sessions that landed nothing']),
  );
  const out = (await repo.git('ls-tree', '--name-only', 'agentloop/night', 'out/')).split('\n');
  expect(out).toEqual(ended('landed').map((id) => `out/${id}`));
}

/** What a tired person needs is on the first screen, and nobody is left out or told twice. */
function readable(report: string): void {
  const lines = report.split('\n');
  expect(lines.length).toBeLessThan(200);
  const first = lines.slice(0, 24).join('\n');
  for (const words of [
    'what is left is blocked or waits for a person',
    '93 of 100 features pass',
    'F075 waits for you',
  ])
    expect(first).toContain(words);
  const under = (title: string) =>
    [...(report.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^- \*\*(F\d+)\*\*/gm)].map(
      ([, id]) => id,
    );
  expect(under('Landed').sort()).toEqual(ended('landed'));
  expect(under('Blocked, and waiting for a person').sort()).toEqual(
    [...ended('waiting'), ...ended('blocked')].sort(),
  );
  expect(report).toContain('blocked: 3 sessions failed; its last words: Found no way.');
  expect(under('Not done yet')).toEqual(ended('held up'));
}
