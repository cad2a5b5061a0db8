import { UserError } from '../errors.ts';
import { putCopy } from '../workspace/ledger-copy.ts';
import { type Pushed, pushRun, userGit } from '../workspace/push.ts';
import { ledgerRef } from '../workspace/refs.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Crew } from './crew.ts';
import { pushableWork } from './pushable.ts';
import { segmentsOf } from './segments-of.ts';

/** Carries copies of the run to a remote, one push at a time. A push that fails is told, and tried again with the next. */
export interface Copier {
  readonly remote: string;
  /** Set when another machine has gone on with the run: a sentence. This one must not. */
  readonly lost: string | undefined;
  /**
   * Pushes what stands in ledger, vault and user's repository now. `last`: nothing is recorded any more, and where the run
   * was told to stop at once it has seconds only.
   */
  push(options?: { readonly last?: boolean }): Promise<Pushed['is']>;
}

/** Time for one push, and for the last one of a run that has to end, in ms. */
const patience = { usual: 120_000, hurried: 4_000 };

/** A copier for a run. `crew` is asked for when something is pushed. */
export function makeCopier(crew: () => Crew, remote: string): Copier {
  const from: Sources = { ledger: segmentsOf(), work: pushableWork() };
  let lost: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting: Promise<Pushed['is']> | undefined;
  const once = async (last: boolean): Promise<Pushed['is']> => {
    const { run, signals, book } = crew();
    if (lost !== undefined) return 'taken-over';
    const came = await copy(crew(), remote, from, last).catch(
      (error: unknown): Pushed => ({
        is: 'failed',
        said: error instanceof Error ? error.message : String(error),
      }),
    );
    if (came.is === 'taken-over') {
      lost = `Another machine has gone on with run ${run}: its ledger on ${remote} does not go on from the one of here (or is that of another run of this name). See both: git ls-remote ${remote} '${ledgerRef(run)}' and agentloop events ${run}`;
      signals.raiseHard('taken-over');
      return came.is;
    }
    const held = came.is === 'pushed' ? came.held : came.said;
    const before = book.state.copy;
    const calledOff = came.is === 'failed' && signals.hard.aborted;
    if (!last && !calledOff && (before?.remote !== remote || before.held !== held))
      await book.record({ type: 'copy.pushed', remote, ...(held === undefined ? {} : { held }) });
    return came.is;
  };
  return {
    remote,
    get lost() {
      return lost;
    },
    push({ last = false } = {}) {
      // One that has not begun brings all that stands there when it does: behind a slow network no second one has to wait.
      if (waiting && !last) return waiting;
      const mine = turn.then(() => {
        waiting = undefined;
        return once(last);
      });
      turn = mine.catch(() => undefined);
      waiting = mine;
      return mine;
    },
  };
}

/** What is pushed, read with what was learned before. */
interface Sources {
  readonly ledger: ReturnType<typeof segmentsOf>;
  readonly work: ReturnType<typeof pushableWork>;
}

async function copy(crew: Crew, remote: string, { ledger, work }: Sources, last: boolean): Promise<Pushed> {
  const { book, repo, run, signals, now, redact, runDir } = crew;
  const segments = await ledger(`${runDir}/events.jsonl`, repo, redact);
  const { tip, published, held, branch } = book.state;
  await putCopy(repo, { run, segments, tip, date: now() });
  const said = await repo.user.fetchFrom(repo.vault.dir, [`${ledgerRef(run)}:${ledgerRef(run)}`]);
  if (said !== undefined) return { is: 'failed', said };
  const own = published !== undefined && held === undefined && branch !== undefined;
  const { sessions, held: secret } = await work(crew);
  const pushed = await pushRun(repo, {
    remote,
    run,
    sessions,
    ...(own ? { branch: { name: branch, commit: published } } : {}),
    timeoutMs: last && signals.hard.aborted ? patience.hurried : patience.usual,
    ...(last ? {} : { signal: signals.hard }),
  });
  return pushed.is === 'pushed' && secret !== undefined ? { ...pushed, held: pushed.held ?? secret } : pushed;
}

/** Whether the user's repository has such a remote. */
export async function hasRemote(repo: Repository, remote: string): Promise<boolean> {
  return (await userGit(repo, ['remote', 'get-url', '--', remote], { timeoutMs: 10_000 })).code === 0;
}

/** UserError when the user's repository has no such remote. */
export async function checkRemote(repo: Repository, remote: string, option: string): Promise<void> {
  if (await hasRemote(repo, remote)) return;
  throw new UserError(
    `${option}: this repository has no remote called "${remote}".`,
    'git remote -v   (lists what there is)',
  );
}

/**
 * The first push of an invocation says that this machine carries the run from here on. One that took the run up from
 * another machine must get through: else both might go on. UserError when it did not.
 */
export async function claimCopy(crew: Crew, mustGetThrough: boolean): Promise<void> {
  const came = await crew.copier?.push();
  if (!mustGetThrough || came === 'pushed' || came === 'taken-over') return;
  throw new UserError(
    `Run ${crew.run} was taken up, but nothing can be pushed to ${crew.copier?.remote}: ${crew.book.state.copy?.held ?? ''}`,
    'Mend that and say it again: the other machine must be able to see that this one carries the run.',
    'cannot-start',
  );
}
