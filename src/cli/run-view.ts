import * as path from 'node:path';
import { UserError } from '../errors.ts';
import { answeredIn } from '../ledger/inbox.ts';
import { lockHolder } from '../ledger/lock.ts';
import { readStanding } from '../ledger/standing.ts';
import { listRuns, type Place, pickRun, type RunFolder } from './find-runs.ts';
import type { Standing } from './headline.ts';
import { readListed } from './listed.ts';

/** Everything a person can be told about one run, read without git and without a schema. */
export interface RunView extends Standing {
  readonly place: Place;
  readonly folder: RunFolder;
  /** A last line of the ledger that is being written, or was cut off by a crash. */
  readonly torn?: string;
}

/** The lock of a repository: who works in it. */
export function lockFile(place: Pick<Place, 'stateDir'>): string {
  return path.join(place.stateDir, 'lock');
}

/**
 * The run a living process of this repository carries; undefined when none does. In doubt (another machine) it lives.
 * A lock is taken before its run is chosen and may not name it: then it is the one that has been written to since.
 */
export async function liveRun(
  place: Place,
): Promise<{ readonly run: string; readonly pid: number } | undefined> {
  const holder = await lockHolder(lockFile(place));
  if (holder === undefined || holder.state === 'dead') return undefined;
  const runs = listRuns(place.stateDir);
  const [latest] = runs;
  const named = runs.find((one) => one.run === holder.run);
  const since = Date.parse(holder.since);
  const run = named ?? (latest && latest.written >= since ? latest : undefined);
  return run && { run: run.run, pid: holder.pid };
}

/**
 * Reads a run; without a name the live one, else the latest. UserError when there is none or its ledger is odd.
 * `verify: false` believes the chain of hashes, for screens that must be fast.
 */
export async function readRun(
  place: Place,
  name: string | undefined,
  now: number,
  { verify = true }: { readonly verify?: boolean } = {},
): Promise<RunView> {
  const live = await liveRun(place);
  const folder = pickRun(place, name ?? live?.run);
  const { state, torn } = await readStanding(folder.ledger, { verify });
  if (!state) {
    throw new UserError(
      `The run ${folder.run} has not begun: its ledger ${folder.ledger} holds no run.started.`,
      'agentloop run',
    );
  }
  return {
    place,
    folder,
    state,
    features: readListed(folder.dir),
    alive: live?.run === folder.run,
    answered: await answeredIn(path.join(folder.dir, 'inbox')),
    now,
    ...(torn === undefined ? {} : { torn }),
  };
}
