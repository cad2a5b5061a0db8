import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fold } from '../ledger/fold.ts';
import { readLedger } from '../ledger/read.ts';
import type { State } from '../ledger/state.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { readCopy, remoteRuns } from '../workspace/fetch-copy.ts';
import { userGit } from '../workspace/push.ts';
import type { Repository } from '../workspace/repository.ts';

/** What a remote has of runs. */
export interface RunsThere {
  /** Names of all runs there: no new one may have such a name. */
  readonly names: readonly string[];
  /** The one to go on with: the last one whose work is not in HEAD. */
  readonly unfinished?: string;
}

/** Names come with dates, so that the last ones are the newest; older ones are not looked into. */
const mostLooked = 20;

/**
 * Looks among the runs whose checkpoints stand on a remote for the one that `--resume auto` goes on with: the one that was
 * written to last, unless its work is in HEAD, or it landed nothing and HEAD has moved since. `name`: only this one.
 * UserError when the remote cannot be asked; a run whose ledger cannot be read is none to go on with, and `say` tells.
 */
export async function findUnfinished(
  repo: Repository,
  remote: string,
  name: string | undefined,
  say: (text: string) => void,
): Promise<RunsThere> {
  const names = await remoteRuns(repo, remote);
  const wanted = name === undefined ? names.slice(-mostLooked) : names.filter((one) => one === name);
  const states: State[] = [];
  for (const run of wanted) {
    try {
      const state = await stateOf((await readCopy(repo, remote, run)).bytes);
      if (state?.kind === 'run') states.push(state);
    } catch (error) {
      say(
        `Run ${run} on ${remote} is passed over: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const [last] = states.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  if (last === undefined || (await isOver(repo, last))) return { names };
  return { names, unfinished: last.run };
}

/** Whether nothing of it waits to be brought into HEAD, however that was done: merged, squashed or rebased. */
async function isOver(repo: Repository, state: State): Promise<boolean> {
  const landed = [...state.features.values()].filter((one) => one.landed).map(({ id }) => id);
  const head = await repo.user.resolve('HEAD');
  if (head === undefined) return false;
  if (landed.length === 0) return head !== state.base;
  const { code, stdout } = await userGit(repo, ['cat-file', 'blob', `${head}:${files.featureList}`], {
    timeoutMs: 10_000,
  });
  if (code !== 0) return false;
  const { features } = parseFeatureList(stdout.toString('utf8'), files.featureList);
  const passing = new Set(features.filter(({ passes }) => passes).map(({ id }) => id));
  return landed.every((id) => passing.has(id));
}

/** The state of a copied ledger; its chain and its lines are checked as those of any. */
async function stateOf(bytes: Buffer): Promise<State | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'agentloop-copy-'));
  try {
    const file = join(folder, 'events.jsonl');
    await writeFile(file, bytes, { mode: 0o600 });
    return fold((await readLedger(file)).events);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
