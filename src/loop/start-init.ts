import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { StopReason } from '../ledger/event.ts';
import { takeLock } from '../ledger/lock.ts';
import { openLedger } from '../ledger/log.ts';
import { limitsOf } from '../policy/limits.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { removeBrokenObjects, sayWhole } from '../workspace/broken-objects.ts';
import { endedLine, endLeftOver } from '../workspace/end-left-over.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit } from '../workspace/trees.ts';
import { bringIn, emptyBase } from '../workspace/vault.ts';
import { checkFence, checkPurses, type Filled, fillRole } from './choose-brain.ts';
import type { Crew } from './crew.ts';
import { endKilledInits, killedInits } from './end-killed-inits.ts';
import { commitProposal, existingFiles, refuseDirty } from './init-files.ts';
import { proposeFromPlan, readPlan } from './init-plan.ts';
import type { Proposal, Proposed } from './init-proposal.ts';
import { examinerOfInit, sealAll } from './init-sealed.ts';
import { proposeBySession } from './init-session.ts';
import { noBrain } from './no-brain.ts';
import { openCrew } from './open-crew.ts';
import { dayOf, freeName, makeRunDir, runDirOf, writeFeatures } from './run-dir.ts';
import { openSetting, raiseFence, type StartInput } from './setting.ts';
import type { SignalSource } from './signals.ts';
import { takeBackKilledInits } from './take-back-init.ts';
import { trailOf } from './trail.ts';
import type { Watcher } from './watcher.ts';

/** What `agentloop init` was asked to do. */
export interface InitInput extends StartInput {
  /** The specification itself; with `plan` there is none. */
  readonly spec?: { readonly text: string; readonly file?: string };
  /** An existing plan. */
  readonly plan?: { readonly text: string; readonly file: string };
  /** Check commands a person gave. */
  readonly checks: readonly string[];
  readonly force: boolean;
  /** Has sealed tests written for all features. */
  readonly sealed: boolean;
}

/** How `init` ended. */
export interface InitDone {
  readonly code: number;
  readonly run: string;
  readonly runDir: string;
  readonly commit?: Commit;
  readonly paths: readonly string[];
  /** Differences to files that were replaced, and notes for the person. */
  readonly notes: readonly string[];
}

/**
 * `agentloop init`: from a specification (one session of the initializer) or from a plan (no brain at all) to one commit
 * with the files that a run needs. Nothing of the user's is touched before the judge has seen the checks run.
 */
export async function startInit(
  input: InitInput,
  watcher: Watcher,
  signals: SignalSource,
): Promise<InitDone> {
  const setting = await openSetting(input);
  const { repo } = setting;
  await mendKilled(repo, input);
  const existing = await existingFiles(repo, input.force);
  await refuseDirty(repo);
  const plan = input.plan ? readPlan(repo, input.plan) : undefined;
  const initializer = input.plan ? { brain: noBrain } : await fillRole(setting, input, 'initializer');
  const { brain } = initializer;
  const limits = limitsOf(setting.config, input.now());
  checkPurses(setting, { initializer }, limits);
  const examiner = input.sealed ? await examinerOfInit(setting, input, brain) : undefined;
  const fence = await raiseFence(setting, input);
  checkFence({ initializer, ...(examiner ? { examiner } : {}) }, fence);
  await repo.ensure();
  const lock = await takeLock(join(repo.stateDir, 'lock'), { run: 'init', what: 'agentloop init' });
  if (lock.tookOver !== undefined) input.say(`Took over ${lock.tookOver}.`);
  try {
    await removeBrokenObjects(repo);
    const ended = endedLine(await endLeftOver(repo));
    if (ended !== undefined) input.say(ended);
    const head = await repo.user.resolve('HEAD');
    const base = head ?? (await emptyBase(repo));
    if (head !== undefined) await bringIn(repo, head);
    else
      input.say(
        'This repository has no commits yet: the first one is made now; files that are not committed are not seen.',
      );
    await endKilledInits({ setting, input, fence, watcher, signals });
    const taken = await readdir(join(repo.stateDir, 'runs')).catch(() => []);
    const run = freeName(`init-${dayOf(input.now())}`, taken);
    const runDir = runDirOf(repo, run);
    await makeRunDir(runDir);
    const ledger = await openLedger(join(runDir, 'events.jsonl'), {
      run,
      redact: setting.redact,
      now: input.now,
    });
    try {
      await ledger.append({
        type: 'run.started',
        kind: 'init',
        version: input.version,
        by: setting.by,
        pid: process.pid,
        base,
        baseRef: (await repo.user.currentBranch()) ?? 'HEAD',
        brain: brain.name,
        ...(brain.model === undefined ? {} : { model: brain.model }),
        fence: fence.mode,
        ...(await trailOf(setting, input)),
      });
      const crew = await openCrew({
        setting,
        input,
        ...initializer,
        fence,
        watcher,
        signals,
        ledger,
        run,
        runDir,
      });
      await crew.book.record({ type: 'limits.set', limits });
      try {
        const proposed = plan
          ? await proposeFromPlan(crew, existing, input, plan)
          : await proposeBySession(crew, existing, input);
        const end = await conclude(crew, proposed, existing, examiner);
        await sayWhole(repo);
        return { ...end, run, runDir };
      } catch (error) {
        if (error instanceof UserError) await stopRefused(crew, error);
        throw error;
      }
    } finally {
      await ledger.close();
    }
  } finally {
    await lock.release();
  }
}

/** What a killed `init` left in the working tree would look like a plan that is there. */
async function mendKilled(repo: Repository, { say }: InitInput): Promise<void> {
  if ((await killedInits(repo)).length === 0) return;
  const lock = await takeLock(join(repo.stateDir, 'lock'), { run: 'init', what: 'agentloop init' });
  try {
    const taken = await takeBackKilledInits(repo);
    if (taken.length > 0) say(`Took back what an init that was killed had written: ${taken.join(', ')}.`);
  } finally {
    await lock.release();
  }
}

async function conclude(
  crew: Crew,
  proposed: Proposed,
  existing: Proposal,
  examiner: Filled | undefined,
): Promise<Omit<InitDone, 'run' | 'runDir'>> {
  const stop = async (reason: StopReason, landed: number, more: object = {}): Promise<number> => {
    // A plan that was written leaves all its features to be done; for `init` that is success.
    const code = reason === 'complete' ? 0 : crew.exitCode(reason, landed);
    await crew.book.record({ type: 'run.stopped', reason, code, left: 0, landed: 0, ...more });
    return code;
  };
  if ('stopped' in proposed) {
    const { stopped: reason, fallsBack: _, ...told } = proposed;
    return { code: await stop(reason, 0, told), paths: [], notes: [proposed.detail] };
  }
  const done = await commitProposal(crew, proposed.proposal, existing);
  const list = parseFeatureList(proposed.proposal.get(files.featureList) ?? '', files.featureList);
  await writeFeatures(crew.runDir, list.features);
  const seals = examiner === undefined ? [] : await sealAll(crew, examiner, done.commit, list.features);
  const code = await stop('complete', 0);
  return {
    code,
    commit: done.commit,
    paths: done.paths,
    notes: [...proposed.notes, ...done.notes, ...seals],
  };
}

/** What a person is told and has to mend is an end of this init; without its last event it would look like a death. */
async function stopRefused(crew: Crew, { exit, message }: UserError): Promise<void> {
  const reason = exit === 'cannot-start' ? 'judge-broken' : 'blocked';
  // The reasons stand in the verdict before it, and in the message of the person.
  const detail = crew
    .redact(message.split('\n')[0] ?? '')
    .replace(/:$/, '')
    .slice(0, 8000);
  const code = crew.exitCode(reason, 0);
  await crew.book.record({ type: 'run.stopped', reason, code, left: 0, landed: 0, detail });
}
