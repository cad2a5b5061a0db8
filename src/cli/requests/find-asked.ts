import { UserError } from '../../errors.ts';
import type { Forge, Request } from '../../forge/forge.ts';
import { type KnownRequest, readRequests } from '../../ledger/requests.ts';
import { listRuns, type Place } from '../find-runs.ts';

/** A request that a person has named, and the run it is of. */
export interface Asked {
  readonly request: Request;
  readonly known: KnownRequest;
  readonly run: string;
  readonly runDir: string;
}

/** The number in `12`, `#12`, `!12` or the address of a request. UserError when there is none. */
export function numberIn(text: string): number {
  const found = /^(?:[#!]|https?:\/\/\S+\/(?:pull|pulls|merge_requests)\/)?(\d{1,9})\/?$/.exec(
    text.trim(),
  )?.[1];
  if (found !== undefined) return Number(found);
  throw new UserError(
    `"${text}" is neither the number nor the address of a request.`,
    'agentloop address 12',
  );
}

/**
 * The request of this number, if a run of this repository has opened it, it is open, and nobody else has moved its branch:
 * a session would work beside what they did. UserError otherwise.
 */
export async function findAsked(place: Place, forge: Forge, number: number): Promise<Asked> {
  const request = await forge.request(number);
  if (request === undefined)
    throw new UserError(`There is no request #${number} at ${forge.where}.`, 'agentloop pr   (opens one)');
  for (const { run, dir } of listRuns(place.stateDir)) {
    const known = readRequests(dir).find((one) => one.number === number && one.where === forge.where);
    if (known === undefined) continue;
    if (request.state !== 'open')
      throw new UserError(
        `#${number} is ${request.state}: there is nothing left to address.`,
        'agentloop status',
      );
    if (!known.pushed.includes(request.commit))
      throw new UserError(
        `Somebody has pushed to ${request.head}: it is at ${request.commit.slice(0, 10)}, which we did not put there. A session would not know of it.`,
        `git fetch ${request.head}   (look at it, and go on by hand)`,
      );
    return { request, known, run, runDir: dir };
  }
  throw new UserError(
    `No run of this repository has opened #${number} at ${forge.where}.`,
    'agentloop run --from <remote>   (takes up a run of another machine)',
  );
}
