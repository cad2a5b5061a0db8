import { readFileSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { readStanding } from '../ledger/standing.ts';
import type { State } from '../ledger/state.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit } from '../workspace/trees.ts';
import { freeName } from './run-dir.ts';

/** What the person asked for. */
export interface Wanted {
  readonly name?: string;
  readonly fresh?: boolean;
  readonly base?: string;
  /** Goes on with the run of this name, also where it is finished. */
  readonly goOn?: boolean;
  /** Remote from which a run of another machine is to be taken up. */
  readonly from?: string;
  /** Goes on with the unfinished run of a remote, where there is one. */
  readonly resume?: 'auto';
  /** Names that a new run may not have, beside those of here. */
  readonly taken?: readonly string[];
}

/** Which run an invocation carries. `said` is a sentence for the person, when there is something to know. */
export type Choice =
  | { readonly kind: 'continue'; readonly run: string; readonly last: State; readonly said?: string }
  | {
      readonly kind: 'new';
      readonly run: string;
      readonly base: Commit;
      readonly baseRef: string;
      readonly said?: string;
    };

/** No first line is longer, in bytes. */
const firstLine = 64 * 1024;

/** `evidence` is where the evidence of all runs stands. What stands in the name of a branch too: git wants no `..` and no `.` or `.lock` at the end. */
const runName = /^(?!init-|evidence$)(?!.*\.\.)(?!.*\.(lock)?$)[a-z0-9][a-z0-9._-]{0,59}$/;

/**
 * Goes on with the unfinished run, or starts a new one. A finished run whose work is not merged is named and
 * refused: only a person knows whether the next run is to stand on it or beside it.
 */
export async function chooseRun(repo: Repository, wanted: Wanted, today: string): Promise<Choice> {
  if (wanted.name !== undefined && !runName.test(wanted.name)) {
    throw new UserError(
      `"${wanted.name}" cannot be the name of a run.`,
      'Use lower-case letters, digits, ".", "_" and "-", at most 60, starting with a letter or digit (and not with "init-"; "evidence" is taken), without "..", not ending in "." or ".lock".',
    );
  }
  const names = await runNames(repo);
  const fresh = async (said?: string): Promise<Choice> => {
    const baseRef = wanted.base ?? 'HEAD';
    const run = wanted.name ?? freeName(today, [...names, ...(wanted.taken ?? [])]);
    if (names.includes(run)) {
      throw new UserError(
        `There is a run named ${run} already.`,
        `agentloop status ${run}   (or choose another --name)`,
      );
    }
    const base = await findBase(repo, baseRef);
    const branch = baseRef === 'HEAD' ? await repo.user.currentBranch() : undefined;
    return { kind: 'new', run, base, baseRef: branch ?? baseRef, ...(said === undefined ? {} : { said }) };
  };
  if (wanted.fresh || wanted.base !== undefined) return fresh();
  if (wanted.name !== undefined && !names.includes(wanted.name)) return fresh();
  const last = await lastRun(repo, wanted.name === undefined ? names : [wanted.name]);
  if (last && (wanted.from !== undefined || wanted.goOn)) return { kind: 'continue', run: last.run, last };
  return last ? await afterRun(repo, last, fresh) : await fresh();
}

async function afterRun(
  repo: Repository,
  last: State,
  fresh: (said?: string) => Promise<Choice>,
): Promise<Choice> {
  const { run } = last;
  const head = await repo.user.resolve('HEAD');
  const landed = last.landings.some((landing) => landing.feature !== undefined);
  // Whoever stands on the tip of an unfinished run looks at it, or has taken it over as it is: it goes on from there.
  const standsOnIt = head === last.tip && last.stopped?.reason !== 'complete';
  const merged = head !== undefined && landed && !standsOnIt && (await repo.user.isAncestor(last.tip, head));
  if (merged) return fresh(`Run ${run} is merged; this is a new one.`);
  if (last.stopped?.reason === 'complete' && last.held !== undefined) {
    // Its work is in the vault alone: nobody could merge it, and a new run beside it would hide that.
    return {
      kind: 'continue',
      run,
      last,
      said: `Run ${run} is finished; its branch was held back and is tried again now.`,
    };
  }
  if (last.stopped?.reason === 'complete') {
    const branch = last.branch ?? run;
    throw new UserError(
      `Run ${run} is finished and its branch ${branch} is not merged into HEAD.`,
      `git merge ${branch}   then agentloop run\n` +
        `agentloop run --base ${branch}   (a new run on top of it)\n` +
        'agentloop run --new   (a new run beside it, from HEAD)',
    );
  }
  const moved = head !== undefined && head !== last.base && !standsOnIt;
  if (!landed && moved)
    return fresh(`HEAD has moved since run ${run}, which landed nothing; this is a new one.`);
  if (!moved) return { kind: 'continue', run, last };
  return {
    kind: 'continue',
    run,
    last,
    said: `HEAD has moved since run ${run} began; it goes on from its own branch ${last.branch ?? ''} (--new starts from HEAD).`,
  };
}

async function findBase(repo: Repository, ref: string): Promise<Commit> {
  const commit = await repo.user.resolve(ref);
  if (commit !== undefined) return commit;
  const branch = ref === 'HEAD' ? await repo.user.currentBranch() : undefined;
  const others = branch === undefined ? [] : await repo.user.refs('refs/heads/');
  if (branch !== undefined && others.length > 0) {
    throw new UserError(
      `You stand on branch ${branch}, which has no commit: it was deleted, or never had one.`,
      `git switch <branch>, or agentloop run --base ${others[0]?.ref.slice('refs/heads/'.length)}`,
      'cannot-start',
    );
  }
  if (ref === 'HEAD') {
    throw new UserError(
      'This repository has no commits yet.',
      'agentloop init "what you want built"   (it makes the first one)',
      'cannot-start',
    );
  }
  throw new UserError(
    `There is no commit called ${ref} in this repository.`,
    'git branch --all   (lists what there is)',
  );
}

/**
 * Names of the runs of this repository, without the initializer's. A folder without a whole line of ledger is a run that
 * was killed before its first event: it never was, and its name is free.
 */
async function runNames(repo: Repository): Promise<string[]> {
  const folder = join(repo.stateDir, 'runs');
  const names = await readdir(folder).catch(() => [] as string[]);
  const begun = names.filter((name) => hasLine(join(folder, name, 'events.jsonl')));
  return begun.filter((name) => !name.startsWith('init-'));
}

/** Whether a file holds a whole line; only its beginning is read. */
function hasLine(file: string): boolean {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size === 0 || size > firstLine) return size > 0;
  return readFileSync(file).includes('\n');
}

/** Changes with every run that is begun, and with every event of one: whoever worked here in between is noticed. */
export async function stampOfRuns(repo: Repository): Promise<string> {
  const names = await runNames(repo);
  const ledgers = names.map((name) => statSync(join(repo.stateDir, 'runs', name, 'events.jsonl')));
  return names.map((name, at) => `${name} ${ledgers[at]?.size}`).join('\n');
}

/** The run that was written to last; only its ledger is read. UserError when that cannot be read. */
async function lastRun(repo: Repository, names: readonly string[]): Promise<State | undefined> {
  let last: { file: string; at: number } | undefined;
  for (const name of names) {
    const file = join(repo.stateDir, 'runs', name, 'events.jsonl');
    const at = await stat(file).then(
      (found) => found.mtimeMs,
      () => undefined,
    );
    if (at !== undefined && (!last || at > last.at)) last = { file, at };
  }
  return last ? (await readStanding(last.file)).state : undefined;
}
