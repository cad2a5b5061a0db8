import type { StopReason } from '../ledger/event.ts';
import type { Feature } from '../project/feature.ts';
import { markOf } from '../workspace/mark.ts';
import { endRun } from '../workspace/sweep.ts';
import { close, setBack } from './closing.ts';
import type { Crew } from './crew.ts';
import { settle } from './landing.ts';
import { next, type Step } from './next.ts';
import { endKilled, recover } from './recover.ts';
import { ruleFinal, seeBase } from './ruling.ts';
import { startWork, wakeWork } from './start-work.ts';
import { takeInbox } from './take-inbox.ts';
import { endRound, takeReview } from './take-review.ts';
import { waitFor } from './wait.ts';
import type { Asleep } from './wake-session.ts';

/** How an invocation ended. */
export interface RunEnd {
  readonly reason: StopReason;
  readonly code: number;
}

/**
 * Carries a run until there is a reason to stop: look at the ledger, decide, do one step, look again.
 *
 * 1. What an earlier process left open is brought to an end first.
 * 2. The base is seen by the judge before any work starts.
 * 3. `next` decides, and nothing else in here does; only a hard signal goes over its head.
 */
export async function carry(crew: Crew, review?: Feature): Promise<RunEnd> {
  if (crew.copier?.lost !== undefined) return finish(crew, { reason: 'taken-over' });
  let asleep = await recover(crew);
  if (review) await takeReview(crew, review);
  const stopTaking = await takeInbox(crew);
  const { wait } = crew.book.state;
  // Heard by a process that was killed since.
  if (wait?.why === 'paused')
    crew.watcher.say(`Still ${wait.reason}, since ${wait.since}; to go on: agentloop resume`);
  try {
    let seen = false;
    for (;;) {
      if (crew.signals.hard.aborted) return await finish(crew, { reason: crew.signals.why() });
      const step = await decide(crew, review?.id);
      if (step.do === 'stop') {
        if (review) await endRound(crew, review);
        return await finish(crew, step);
      }
      if (step.do === 'work' && !seen) seen = await seeBase(crew);
      else if (asleep && step.do !== 'wait') asleep = await goOn(crew, asleep, step);
      else await act(crew, step);
      if (step.do !== 'wait') await crew.copier?.push();
    }
  } finally {
    stopTaking();
  }
}

async function decide(crew: Crew, only: string | undefined): Promise<Step> {
  const { state } = crew.book;
  if (crew.signals.soft.aborted && !state.stopAsked) {
    await crew.book.record({ type: 'stop.asked', by: state.by, now: false });
  }
  if (!state.limits) throw new Error('limits.set comes before the first step');
  const todayUsd = state.limits.maxCostPerDayUsd === undefined ? 0 : crew.today.usd();
  return next(state, await features(crew), state.limits, crew.now(), {
    todayUsd,
    fallback: crew.fallback !== undefined,
    ...(only === undefined ? {} : { only }),
  });
}

/** A session that was killed goes on before anything else is begun; where there is no work left to do, it ends. */
async function goOn(crew: Crew, asleep: Asleep, step: Step): Promise<undefined> {
  if (step.do === 'work') await wakeWork(crew, asleep);
  await endKilled(crew);
}

async function act(crew: Crew, step: Exclude<Step, { do: 'stop' }>): Promise<void> {
  if (step.do === 'wait') return waitFor(crew, step);
  if (step.do === 'work') return startWork(crew, step.feature, step.fallback);
  await ruleFinal(crew);
  await setBack(crew);
}

async function features(crew: Crew): Promise<readonly Feature[]> {
  return (await crew.lists(crew.book.state.tip)).list.features;
}

/** The last words of an invocation: closing commit, publication, `run.stopped`. */
async function finish(
  crew: Crew,
  stop: { reason: StopReason; detail?: string; until?: number },
): Promise<RunEnd> {
  const { book, copier, repo, run } = crew;
  // Every command has ended and been swept up after; this is the proof that the run as a whole leaves nothing alive.
  const away = await endRun(markOf(repo.commonDir, run));
  if (away > 0) crew.watcher.say(`Ended ${away} of its processes that had got away from their commands.`);
  // What another machine carries on is no longer ours to add to.
  if (stop.reason !== 'taken-over') {
    await endKilled(crew);
    await close(crew);
    await settle(crew);
  }
  const left = (await features(crew)).filter((feature) => !feature.passes).length;
  const landed = [...book.state.features.values()].filter((known) => known.landed).length;
  const code = crew.exitCode(stop.reason, landed);
  const said = stop.detail ?? copier?.lost;
  const detail = said === undefined ? {} : { detail: said };
  const until = stop.until === undefined ? {} : { until: Math.round(stop.until) };
  await book.record({ type: 'run.stopped', reason: stop.reason, code, left, landed, ...detail, ...until });
  await copier?.push({ last: true });
  return { reason: stop.reason, code };
}
