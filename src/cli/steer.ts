import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../errors.ts';
import { type Message, writeToInbox } from '../ledger/inbox.ts';
import { didYouMean } from '../project/did-you-mean.ts';
import { listRuns, type Place, pickRun, placeOf } from './find-runs.ts';
import type { Io } from './io.ts';
import { readListed } from './listed.ts';
import { liveRun, type RunView, readRun } from './run-view.ts';

type Bare<M> = M extends unknown ? Omit<M, 'by' | 'at'> : never;
/** What is said, before it is known by whom and when. */
export type Words = Bare<Message>;

/** Says something to the run that goes on in this repository; without one it says so on stderr and nothing is sent. */
export async function sayToLiveRun(io: Io, message: Words, sent: string): Promise<number> {
  const place = placeOf(io.cwd);
  const live = await liveRun(place);
  if (!live) {
    io.stderr.write(`Nothing is running in ${place.top}, so there is nothing to ${message.type}.\n`);
    return 0;
  }
  await send(io, pickRun(place, live.run).dir, message);
  io.stderr.write(`${sent} (run ${live.run}, process ${live.pid})\n`);
  return 0;
}

/** The run words of a person are for: the live one, else the one `agentloop run` would carry on. UserError when there is none. */
export async function runToTell(io: Io): Promise<RunView> {
  const place = placeOf(io.cwd);
  const live = await liveRun(place);
  const view = await readRun(place, live?.run ?? lastRun(place), io.now(), { verify: false });
  if (view.alive || view.state.stopped?.reason !== 'complete') return view;
  throw new UserError(
    `Run ${view.state.run} is finished: nobody would read it.`,
    'Put it into the specification of what comes next: agentloop init "<what you want built>"',
  );
}

/** Puts words into the inbox of a run and says what becomes of them. */
export async function tellRun(io: Io, view: RunView, message: Words): Promise<number> {
  await send(io, view.folder.dir, message);
  const { run } = view.state;
  const when = view.alive
    ? `Run ${run} has it in a moment.`
    : `Nothing is running now; run ${run} has it when you start: agentloop run`;
  io.stderr.write(`${when}\n`);
  return 0;
}

/** Checks that a feature is in the list of a run, where there is one. UserError that names near ones. */
export function knownFeature(view: RunView, id: string): void {
  const ids = readListed(view.folder.dir).map((feature) => feature.id);
  if (ids.length === 0 || ids.includes(id)) return;
  const near = didYouMean(id, ids);
  throw new UserError(
    `There is no feature "${id}" in run ${view.state.run}.${near ? ` Did you mean ${near}?` : ''}`,
    `Features: ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ', …' : ''}.`,
  );
}

async function send(io: Io, runDir: string, message: Words): Promise<void> {
  const by = `${os.userInfo().username}@${os.hostname()}`;
  const at = new Date(io.now()).toISOString();
  await writeToInbox(path.join(runDir, 'inbox'), { ...message, by, at } as Message);
}

/** Runs of the initializer are over when they end: words are for the others. */
function lastRun(place: Place): string {
  const runs = listRuns(place.stateDir).filter((one) => !one.run.startsWith('init-'));
  const [last] = runs;
  if (last) return last.run;
  throw new UserError(`There is no run yet in ${place.top}.`, 'agentloop run');
}
