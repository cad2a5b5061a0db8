import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Recorded } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { World } from './world.ts';

const exec = promisify(execFile);

/** What must be the same however often the harness was killed. */
export interface Facts {
  readonly landed: readonly string[];
  readonly blocked: readonly string[];
  readonly parked: readonly string[];
  /** Files on the tip with their contents' ids; not `progress.txt`, which tells of every session. */
  readonly files: readonly string[];
  readonly stopped: string;
}

export const run = 'night';

/** The events of the run; none when there is no ledger. Throws when the chain is broken. */
export async function eventsIn(world: World): Promise<readonly Recorded[]> {
  const file = join(world.repo, '.git/agentloop/runs', run, 'events.jsonl');
  return existsSync(file) ? (await readLedger(file)).events : [];
}

/** Where a run stands, after all of it has come to its end. */
export async function factsOf(world: World): Promise<Facts> {
  const state = fold(await eventsIn(world));
  if (!state) throw new Error('there is no run');
  const known = [...state.features.values()];
  const ids = (which: (one: (typeof known)[number]) => unknown) =>
    known
      .filter(which)
      .map(({ id }) => id)
      .toSorted();
  const files = await world.git('ls-tree', '-r', state.branch ?? 'none');
  return {
    landed: ids((one) => one.landed),
    blocked: ids((one) => one.blocked),
    parked: ids((one) => one.parked),
    files: files.split('\n').filter((line) => !line.endsWith('\tprogress.txt')),
    stopped: `${state.stopped?.reason} ${state.stopped?.code}`,
  };
}

/** Everything that is wrong with a world in which a run has come to its end, in sentences. */
export async function faultsOf(world: World): Promise<string[]> {
  const events = await eventsIn(world);
  const state = fold(events);
  if (!state) return ['there is no run'];
  const faults: string[] = [];
  const say = (wrong: unknown, text: string) => {
    if (wrong) faults.push(text);
  };
  events.forEach((event, at) => {
    say(event.seq !== at + 1, `event ${at + 1} has the number ${event.seq}`);
  });
  for (const one of state.sessions) say(!one.ended, `session ${one.number} has no end`);
  const once = (type: Recorded['type'], key: (event: never) => string) => {
    const keys = events.filter((event) => event.type === type).map((event) => key(event as never));
    for (const twice of keys.filter((one, at) => keys.indexOf(one) !== at))
      faults.push(`${type} twice: ${twice}`);
  };
  once('session.started', (event: { session: number }) => `session ${event.session}`);
  once('session.ended', (event: { session: number }) => `session ${event.session}`);
  once('work.landed', (event: { commit: string }) => event.commit);
  once('work.landed', (event: { feature?: string; seq: number }) => event.feature ?? `notes ${event.seq}`);
  faults.push(...carriedOn(events), ...(await history(world, state)), ...(await repositories(world)));
  faults.push(...leftOvers(world), ...alive(world));
  return faults;
}

/** A session that was killed hands the work before it, or its own, on to the next one of its feature. */
function carriedOn(events: readonly Recorded[]): string[] {
  const faults: string[] = [];
  const started = events.flatMap((event) => (event.type === 'session.started' ? [event] : []));
  const ended = new Map(
    events.flatMap((event) => (event.type === 'session.ended' ? [[event.session, event]] : [])),
  );
  for (const [at, one] of started.entries()) {
    const end = ended.get(one.session);
    const next = started.slice(at + 1).find((later) => later.feature === one.feature);
    if (end?.outcome !== 'crashed' || !next || next.unfinished !== undefined) continue;
    const before = started.slice(0, at).findLast((earlier) => earlier.feature === one.feature);
    // Two crashes in a row: the next session starts clean.
    if (before && ended.get(before.session)?.outcome === 'crashed') continue;
    if (end.kept !== undefined || one.unfinished !== undefined)
      faults.push(`session ${next.session} starts without the work of the killed session ${one.session}`);
  }
  return faults;
}

/** One commit a landing, in every place the same. */
async function history(world: World, state: NonNullable<ReturnType<typeof fold>>): Promise<string[]> {
  const faults: string[] = [];
  const branch = `refs/heads/${state.branch}`;
  if (state.landings.length === 0) return faults;
  const log = await world.git('rev-list', '--reverse', `${state.base}..${branch}`);
  const commits = log.split('\n').filter(Boolean);
  const told = state.landings.map(({ commit }) => commit);
  if (commits.join() !== told.join())
    faults.push(`landed ${told.join(' ')}, on the branch ${commits.join(' ')}`);
  for (const bare of ['vault', 'shelf']) {
    const ref = `refs/heads/agentloop/${run}`;
    const { stdout } = await exec('git', [
      '--git-dir',
      join(world.repo, `.git/agentloop/${bare}.git`),
      'rev-parse',
      ref,
    ]);
    if (stdout.trim() !== state.tip) faults.push(`the ${bare} has the run branch at ${stdout.trim()}`);
  }
  const trailers = await world.git(
    'log',
    '--format=%(trailers:key=Agentloop-Feature,valueonly,separator=)',
    `${state.base}..${branch}`,
  );
  const features = trailers.split('\n').filter(Boolean);
  if (new Set(features).size !== features.length)
    faults.push(`a feature has two commits: ${features.join(' ')}`);
  for (const { number, kept } of state.sessions) {
    const ref = `refs/agentloop/${run}/sessions/${number}`;
    const at = await world.git('rev-parse', '--verify', '--quiet', ref).catch(() => undefined);
    if (at !== kept) faults.push(`${ref} is ${at ?? 'not there'}, and kept was ${kept ?? 'nothing'}`);
  }
  return faults;
}

/** Three sound repositories, and the user's as it was. */
export async function repositories(world: World): Promise<string[]> {
  const faults: string[] = [];
  for (const dir of ['.git', '.git/agentloop/vault.git', '.git/agentloop/shelf.git']) {
    const where = join(world.repo, dir);
    if (!existsSync(where)) continue;
    const fsck = await exec('git', ['--git-dir', where, 'fsck', '--no-dangling', '--no-progress']).then(
      ({ stdout, stderr }) => (stdout + stderr).replace(/^notice: .*\n/gm, ''),
      (error: Error) => error.message,
    );
    if (fsck.trim() !== '') faults.push(`git fsck of ${dir}: ${fsck.trim().slice(0, 400)}`);
  }
  const worktrees = await world.git('worktree', 'list', '--porcelain');
  if ((worktrees.match(/^worktree /gm) ?? []).length !== 1) faults.push(`worktrees: ${worktrees}`);
  const status = await world.git('status', '--porcelain');
  if (status !== '') faults.push(`the user's checkout: ${status}`);
  return faults;
}

const left = /\.lock$|^lock$|\.new-|\.after-|\.part$|\.draft-|\.used-|\.json\.\d|^removed-|^locked$/;

function isHalfALock(path: string): boolean {
  return /\.new-[0-9a-f]{8}-/.test(path) && !readFileSync(path, 'utf8').endsWith('}\n');
}

/** Locks, halves of files and checkouts that nobody uses. */
export function leftOvers({ repo, cache }: World): string[] {
  const found: string[] = [];
  const walk = (dir: string, skip: RegExp): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (skip.test(path)) continue;
      // Half of a lock does not say whose it was to be: it goes when it is a minute old.
      if (isHalfALock(path)) continue;
      if (left.test(entry.name)) found.push(path);
      else if (entry.isDirectory()) walk(path, skip);
    }
  };
  walk(join(repo, '.git'), /\/objects$/);
  const ours = join(cache, 'agentloop');
  if (existsSync(ours)) walk(ours, /\/(tree|home|tmp|out|given|repo\.git|objects)$/);
  const ports = join(ours, 'ports');
  if (existsSync(ports))
    found.push(
      ...readdirSync(ports)
        .map((name) => join(ports, name))
        .filter((path) => !isHalfALock(path)),
    );
  return [...new Set(found)].map((path) => `left over: ${path}`);
}

/** Processes of this world: by what their environment, their command line or their folder tells. */
export function alive({ root, repo }: World): string[] {
  const mark = createHash('sha256').update(join(repo, '.git')).digest('hex').slice(0, 16);
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const read = (what: string) => {
      try {
        return readFileSync(`/proc/${pid}/${what}`, 'latin1');
      } catch {
        return '';
      }
    };
    let cwd = '';
    try {
      cwd = readlinkSync(`/proc/${pid}/cwd`);
    } catch {}
    const told = `${read('environ')} ${read('cmdline')} ${cwd}`;
    if (told.includes(root) || told.includes(mark))
      found.push(
        `alive: ${pid} ${/State:.*/.exec(read('status'))?.[0]} ${read('cmdline').replaceAll('\0', ' ').slice(-300)}`,
      );
  }
  return found;
}

/** What stands in the folder of a session that was killed, and is nowhere else yet. */
export interface Unsaved {
  readonly session: number;
  readonly path: string;
  readonly content: string;
}

/** The unfinished work in the folders of a world whose harness has just been killed. */
export async function unsavedIn(world: World): Promise<readonly Unsaved[]> {
  const found: Unsaved[] = [];
  const top = join(world.cache, 'agentloop');
  for (const repo of await readdir(top).catch(() => [] as string[])) {
    for (const slot of await readdir(join(top, repo, 'slots')).catch(() => [] as string[])) {
      const dir = join(top, repo, 'slots', slot);
      const note = noteIn(join(dir, 'session.json'));
      const src = join(dir, 'tree/src');
      if (note === undefined || !existsSync(src)) continue;
      for (const name of readdirSync(src))
        found.push({ session: note, path: `src/${name}`, content: readFileSync(join(src, name), 'utf8') });
    }
  }
  return found;
}

function noteIn(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { session: number }).session;
  } catch {
    return undefined;
  }
}

/** What was in a folder at a kill and is neither on the run branch nor under its session's ref. */
export async function lostOf(world: World, unsaved: readonly Unsaved[]): Promise<string[]> {
  const state = fold(await eventsIn(world));
  const lost: string[] = [];
  for (const { session, path, content } of unsaved) {
    const landed = state?.landings.find((one) => one.session === session)?.commit;
    // The brain's own command may remove it while everything is being killed.
    if (path === 'src/half.txt') continue;
    const { base } = state?.sessions.find((one) => one.number === session) ?? {};
    const places = [`refs/agentloop/${run}/sessions/${session}`, landed, base].filter(Boolean);
    const kept = await Promise.all(
      places.map((place) => world.git('show', `${place}:${path}`).catch(() => undefined)),
    );
    if (!kept.includes(content.trim())) lost.push(`lost: ${path} of session ${session} (${content.trim()})`);
  }
  return lost;
}
