import { join } from 'node:path';
import type { Brain } from '../brain/brain.ts';
import { parseDuration } from '../config.ts';
import { makeJudge } from '../judge/make-judge.ts';
import { sealedFinder } from '../judge/sealed/find.ts';
import type { OpenLedger } from '../ledger/log.ts';
import type { Feature } from '../project/feature.ts';
import { openCheckout } from '../workspace/checkout.ts';
import type { Fence } from '../workspace/fence.ts';
import { prepare } from '../workspace/prepare.ts';
import { openBook } from './book.ts';
import type { Consultants } from './choose-brain.ts';
import { makeCopier } from './copier.ts';
import type { Crew } from './crew.ts';
import { dayMeter } from './day-meter.ts';
import { askEvaluator } from './evaluator.ts';
import { listReader } from './list.ts';
import { makePauser } from './pauser.ts';
import { writeFeatures } from './run-dir.ts';
import type { Setting, StartInput } from './setting.ts';
import type { SignalSource } from './signals.ts';
import type { Watcher } from './watcher.ts';

/** What a crew is put together from. The ledger's first event is written already. */
export interface CrewParts {
  readonly setting: Setting;
  readonly input: StartInput;
  readonly brain: Brain;
  readonly fallback?: Brain | undefined;
  readonly consultants?: Consultants;
  readonly fence: Fence;
  readonly watcher: Watcher;
  readonly signals: SignalSource;
  readonly ledger: OpenLedger;
  readonly run: string;
  readonly runDir: string;
}

/** Puts everyone together who works on one run. */
export async function openCrew(parts: CrewParts): Promise<Crew> {
  const {
    setting,
    input,
    brain,
    fallback,
    consultants = {},
    fence,
    watcher,
    signals,
    ledger,
    run,
    runDir,
  } = parts;
  const { repo, config, redact } = setting;
  const lists = listReader(repo.trees);
  let features: readonly Feature[] = [];
  // The event that began this invocation was written before there was anyone to tell.
  const began = ledger.events.at(-1);
  const today = dayMeter(join(repo.stateDir, 'runs'), run, input.now);
  const book = openBook(ledger, (event, state) => {
    today.hear(event);
    watcher.event(event, state, features);
  });
  if (began) watcher.event(began, book.state, features);
  const sealed = sealedFinder(repo, config.judge.sealed.dir);
  const { evaluator } = consultants;
  const remote = config.workspace.pushCheckpoints;
  const judge = makeJudge({
    trees: repo.trees,
    checkout: (prepared) => openCheckout(repo, { name: 'judge', fence, run, prepared }),
    prepare: (tree, settings, signal) =>
      prepare(repo, tree, {
        fence,
        run,
        outputs: settings.outputs,
        inputs: settings.inputs,
        timeoutMs: parseDuration(settings.timeout) ?? 0,
        signal,
      }),
    sealed,
    findSecrets: setting.findSecrets,
    fence: fence.mode,
    version: input.version,
    evidenceDir: join(runDir, 'evidence'),
    cacheDir: join(repo.cacheDir, 'judge'),
    ...(evaluator ? { evaluate: (question, signal) => askEvaluator(crew, evaluator, question, signal) } : {}),
    now: input.now,
  });
  const crew: Crew = {
    ...makePauser(signals, input),
    run,
    runDir,
    repo,
    fence,
    brain,
    ...(fallback === undefined ? {} : { fallback }),
    consultants,
    judge,
    sealed,
    ...(remote === undefined ? {} : { copier: makeCopier(() => crew, remote) }),
    config,
    watcher,
    signals,
    redact,
    findSecrets: setting.findSecrets,
    book,
    lists: async (commit) => {
      const at = await lists(commit);
      if (at.list.features !== features) {
        features = at.list.features;
        await writeFeatures(runDir, features);
      }
      return at;
    },
    identity: (await repo.user.identity()) ?? { name: 'agentloop', email: 'agentloop@localhost' },
    today,
    exitCode: input.exitCode,
    now: input.now,
  };
  return crew;
}
