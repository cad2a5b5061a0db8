import { join } from 'node:path';
import type { Brain } from '../brain/brain.ts';
import { UserError } from '../errors.ts';
import { takeLock } from '../ledger/lock.ts';
import { type OpenLedger, openLedger } from '../ledger/log.ts';
import { limitsOf } from '../policy/limits.ts';
import { type Feature, harnessFiles } from '../project/feature.ts';
import { removeBrokenObjects, sayWhole } from '../workspace/broken-objects.ts';
import { endedLine, endLeftOver } from '../workspace/end-left-over.ts';
import type { Fence } from '../workspace/fence.ts';
import { unusual } from '../workspace/unsupported.ts';
import { bringIn } from '../workspace/vault.ts';
import { castOf } from './cast-of.ts';
import { checkFence, checkPurses, chooseConsultants, fillRole } from './choose-brain.ts';
import { type Choice, chooseRun, stampOfRuns, type Wanted } from './choose-run.ts';
import { checkRemote, claimCopy } from './copier.ts';
import { listReader, refuseUnprovable } from './list.ts';
import { openCrew } from './open-crew.ts';
import { carriedLimits, rememberCast } from './remembered.ts';
import { checkRemembered, rememberRemote } from './remembered-remote.ts';
import { restoreRun, tellLostSealed } from './restore-run.ts';
import { carry, type RunEnd } from './run.ts';
import { dayOf, makeRunDir, runDirOf } from './run-dir.ts';
import { sayStrangers } from './sealed-folder.ts';
import { openSetting, raiseFence, type Setting, type StartInput } from './setting.ts';
import type { SignalSource } from './signals.ts';
import { dropUnheard } from './take-inbox.ts';
import { takenUp } from './taken-up.ts';
import { trailOf } from './trail.ts';
import type { Watcher } from './watcher.ts';

export interface RunInput extends StartInput {
  /** Has its say when all is known and nothing is written yet: a UserError from it ends the invocation. */
  admit?(known: { readonly setting: Setting; readonly fence: Fence }): Promise<void>;
  readonly wanted: Wanted;
  /** A round of review: its feature is added to the list, gets one session, and the invocation ends. */
  readonly review?: Feature;
}

/** How an invocation of `agentloop run` ended, and where its run stands. */
export interface RunDone extends RunEnd {
  readonly run: string;
  readonly runDir: string;
}

/**
 * `agentloop run`: everything that can be wrong is found out before anything is written; then the lock is taken,
 * the run chosen, its ledger opened, and the loop carries it to a stop.
 */
export async function startRun(input: RunInput, watcher: Watcher, signals: SignalSource): Promise<RunDone> {
  const opened = await openSetting(input);
  const { repo } = opened;
  const { wanted, taken } = await takenUp(opened, input);
  const stamp = await stampOfRuns(repo);
  const choice = await chooseRun(repo, wanted, dayOf(input.now()));
  const cast = await castOf(choice, opened, input.cwd);
  const setting = { ...opened, config: cast.config };
  const coder = await fillRole(setting, { ...input, cwd: cast.cwd.coder }, 'coder');
  const consultants = await chooseConsultants(setting, input, cast.cwd);
  const before = choice.kind === 'continue' ? choice.last.limits : undefined;
  const limits = carriedLimits(limitsOf(setting.config, input.now()), before);
  checkPurses(setting, { coder, ...consultants }, limits);
  const { pushCheckpoints: remote } = setting.config.workspace;
  const isNamed = opened.config.workspace.pushCheckpoints !== undefined;
  if (remote !== undefined && isNamed) await checkRemote(repo, remote, '--push-checkpoints');
  else if (remote !== undefined) await checkRemembered(repo, remote, choice.run);
  const fence = await raiseFence(setting, input);
  checkFence({ coder, ...consultants }, fence);
  await input.admit?.({ setting, fence });
  await repo.ensure();
  const lock = await takeLock(join(repo.stateDir, 'lock'), { run: choice.run, what: 'agentloop run' });
  if (lock.tookOver !== undefined) input.say(`Took over ${lock.tookOver}.`);
  try {
    await removeBrokenObjects(repo);
    const runDir = runDirOf(repo, choice.run);
    for (const sentence of await dropUnheard(runDir)) input.say(sentence);
    const ended = endedLine(await endLeftOver(repo));
    if (ended !== undefined) input.say(ended);
    // Chosen before the lock was ours: another process may have worked here in between.
    if ((await stampOfRuns(repo)) !== stamp) {
      throw new UserError(
        'Another agentloop has just worked in this repository.',
        'agentloop status',
        'cannot-start',
      );
    }
    if (choice.said !== undefined) input.say(choice.said);
    const restored = choice.kind === 'continue' ? await restoreRun(repo, choice.last) : [];
    for (const sentence of restored) input.say(sentence);
    if (choice.kind === 'new') {
      await bringIn(repo, choice.base);
      // A list that is missing or broken is told before there is a run.
      refuseUnprovable(await listReader(repo.trees)(choice.base));
      const tree = await repo.trees.treeOf(choice.base);
      for (const sentence of await unusual(repo, tree, harnessFiles)) input.say(sentence);
    }
    await makeRunDir(runDir);
    const ledger = await openLedger(join(runDir, 'events.jsonl'), {
      run: choice.run,
      redact: setting.redact,
      now: input.now,
    });
    try {
      await rememberCast(runDir, cast, setting.redact);
      await rememberRemote(runDir, remote);
      await begin(ledger, choice, { setting, input, brain: coder.brain, fence: fence.mode });
      const crew = await openCrew({
        setting,
        input,
        ...coder,
        consultants,
        fence,
        watcher,
        signals,
        ledger,
        run: choice.run,
        runDir,
      });
      await crew.book.record({ type: 'limits.set', limits });
      if (restored.length > 0) await tellLostSealed(crew);
      await claimCopy(crew, taken);
      sayStrangers(setting.config, (await crew.lists(crew.book.state.tip)).list, input.say);
      const end = await carry(crew, input.review);
      await sayWhole(repo);
      return { ...end, run: choice.run, runDir };
    } finally {
      await ledger.close();
    }
  } finally {
    await lock.release();
  }
}

/** The first event of an invocation: a new run, or one that goes on. */
async function begin(
  ledger: OpenLedger,
  choice: Choice,
  who: { setting: Setting; input: StartInput; brain: Brain; fence: string },
): Promise<void> {
  const { setting, input, brain } = who;
  const common = {
    version: input.version,
    by: setting.by,
    pid: process.pid,
    brain: brain.name,
    ...(brain.model === undefined ? {} : { model: brain.model }),
    fence: who.fence,
    ...(await trailOf(setting, input)),
  };
  if (ledger.seq > 0) {
    const repaired = ledger.repaired === undefined ? {} : { repaired: ledger.repaired };
    await ledger.append({ type: 'run.resumed', ...common, ...repaired });
    return;
  }
  const base = choice.kind === 'new' ? choice : { base: '', baseRef: '' };
  await ledger.append({
    type: 'run.started',
    kind: 'run',
    ...common,
    base: base.base,
    baseRef: base.baseRef,
    branch: setting.config.git.branch.replace('{run}', choice.run),
  });
}
