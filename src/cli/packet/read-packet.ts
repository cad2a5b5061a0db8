import { join } from 'node:path';
import type { EventType, Recorded } from '../../ledger/event.ts';
import { readLedger } from '../../ledger/read.ts';
import { readRequests } from '../../ledger/requests.ts';
import { commitChanges } from '../../workspace/commit-changes.ts';
import { openRepository, type Repository } from '../../workspace/repository.ts';
import { placeOf } from '../find-runs.ts';
import type { Io } from '../io.ts';
import { type RunView, readRun } from '../run-view.ts';
import type { EvidenceFigures, Gathered } from './gathered.ts';
import type { Packet } from './packet.ts';
import { packetOf } from './packet-of.ts';
import { figuresOf, findEvidence } from './read-evidence.ts';
import { type Told, toldIn } from './told.ts';

/** The packet of a run, with what it was made from. */
export interface ReadPacket {
  readonly packet: Packet;
  readonly view: RunView;
  readonly repo: Repository;
  /** What its sessions have said: the state forgets that once it has landed. */
  readonly told: Told;
}

/** Reads a run of the repository `io.cwd` lies in; without a name the live one, else the latest. UserError as `readRun`. */
export async function readPacket(io: Pick<Io, 'cwd' | 'env' | 'now'>, run?: string): Promise<ReadPacket> {
  const view = await readRun(placeOf(io.cwd), run, io.now());
  const repo = await openRepository(io.cwd, { env: io.env });
  const keep = ({ type }: Recorded) => isTold.has(type);
  const { events } = await readLedger(view.folder.ledger, { verify: false, keep });
  const gathered = await gather(repo, view);
  return { packet: packetOf(view, events, gathered), view, repo, told: toldIn(events) };
}

/** What the packet is made of beside the state: a ledger may have a million lines. */
const isTold: ReadonlySet<EventType> = new Set<EventType>([
  'run.started',
  'run.resumed',
  'session.started',
  'session.ended',
  'claim.made',
  'cost.updated',
  'wait.started',
  'wait.ended',
  'judge.ruled',
  'work.landed',
  'feature.reopened',
]);

/** What evidence and git know of the landings that stand. */
async function gather(repo: Repository, { state, folder }: RunView): Promise<Gathered> {
  const commits = new Map<string, NonNullable<Awaited<ReturnType<typeof commitChanges>>>>();
  const evidence = new Map<string, EvidenceFigures>();
  for (const { id, landed } of state.features.values()) {
    if (!landed) continue;
    const changes = await commitChanges(repo, landed.parent, landed.commit, landed.look);
    if (changes !== undefined) commits.set(landed.commit, changes);
    if (landed.evidence === undefined) continue;
    const found = await findEvidence(join(folder.dir, 'evidence'), id, landed.evidence);
    const figures = found && figuresOf(found);
    if (figures) evidence.set(landed.evidence, figures);
  }
  return { commits, evidence, requests: readRequests(folder.dir) };
}
