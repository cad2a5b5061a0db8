import { access } from 'node:fs/promises';
import * as path from 'node:path';
import { opinionOf } from '../hands/opinion.ts';
import { sleep as asTimersDo, type Sleep } from '../policy/sleep.ts';
import type { Assignment, BrainEvent } from './brain.ts';
import { failed } from './ends-once.ts';
import { handoffOf } from './outcome.ts';
import type { ReadScript } from './read-script.ts';
import type { ScriptStep } from './script-file.ts';
import { deleteIn, editIn, writeIn } from './scripted-files.ts';

/** ms between two looks for a file that is waited for. */
const lookEvery = 25;

/** What a step acts on. */
export interface Stage {
  readonly script: ReadScript;
  readonly assignment: Assignment;
  readonly signal: AbortSignal;
  /** ms since 1970. */
  now(): number;
  readonly sleep?: Sleep | undefined;
}

/**
 * Does one step and gives the event to show for it, if any; a `finished` or `failed` ends the round.
 * A step that cannot be done throws a sentence.
 */
export async function doStep(step: ScriptStep, stage: Stage): Promise<BrainEvent | undefined> {
  const { workspace } = stage.assignment;
  if (step.write !== undefined) {
    const { path: file, mode } = step.write;
    const bits = mode === undefined ? undefined : Number.parseInt(mode, 8);
    await writeIn(workspace, file, contentOf(step.write, stage.script), bits);
  }
  if (step.edit !== undefined) await editIn(workspace, step.edit);
  if (step.delete !== undefined) await deleteIn(workspace, step.delete);
  if (step.run !== undefined) return await run(step.run, stage);
  if (step.wait !== undefined) return await wait(step.wait, stage);
  if (step.say !== undefined) return { type: 'activity', text: step.say };
  if (step.usage !== undefined) return spend(step.usage, stage.assignment);
  if (step.fail !== undefined) return fail(step.fail, stage.now());
  if (step.crash) return failed({ kind: 'crashed', reason: 'The script says that the brain dies here.' });
  if (step.opinion !== undefined)
    return { type: 'finished', claim: 'done', handoff: {}, opinion: opinionOf(step.opinion) };
  if (step.claim !== undefined) {
    return { type: 'finished', claim: step.claim.claim, handoff: handoffOf(step.claim) };
  }
  return undefined;
}

function contentOf(write: NonNullable<ScriptStep['write']>, script: ReadScript): Buffer | string {
  if (write.from !== undefined) return script.beside.get(write.from) ?? '';
  const { content = '' } = write;
  return typeof content === 'string' ? content : content.map((line) => `${line}\n`).join('');
}

async function run(
  step: NonNullable<ScriptStep['run']>,
  { assignment, signal, now }: Stage,
): Promise<BrainEvent | undefined> {
  const { workspace, transcript, limits } = assignment;
  const timeoutMs = Math.max(1, limits.deadline - now());
  const { output, ...how } = await workspace.exec(step.command, {
    timeoutMs,
    idleMs: limits.idleMs,
    keepBytes: 8192,
    signal,
  });
  await transcript.write('step.ran', { ...how, output });
  if (how.fenceFailed !== undefined) {
    const help = 'agentloop doctor says what is missing.';
    return failed({ kind: 'fatal', reason: `The fence could not be put up: ${how.fenceFailed}`, help });
  }
  if (how.ended === 'aborted') return interrupted();
  if (how.ended !== null)
    return failed({ kind: 'over-limit', reason: `The command was ended: ${how.ended}.` });
  if (step.expect === undefined || how.code === step.expect) return undefined;
  const last = output.trimEnd().split('\n').pop()?.slice(0, 500) ?? '';
  throw new Error(`it ended with ${how.code ?? how.signal} instead of ${step.expect}: ${last}`);
}

async function wait(
  step: NonNullable<ScriptStep['wait']>,
  { script, assignment, signal, now, sleep = asTimersDo }: Stage,
): Promise<BrainEvent | undefined> {
  const end = step.ms === undefined ? undefined : now() + step.ms;
  const there = async (): Promise<boolean> =>
    step.file === undefined
      ? end !== undefined && end <= now()
      : await exists(path.resolve(script.folder, step.file));
  while (!(await there())) {
    const left = assignment.limits.deadline - now();
    if (left <= 0) return overTime();
    const next = end === undefined ? lookEvery : end - now();
    await sleep(Math.max(1, Math.min(next, left)), signal);
    if (signal.aborted) return interrupted();
  }
  return undefined;
}

function spend(step: NonNullable<ScriptStep['usage']>, assignment: Assignment): BrainEvent {
  const { usd, model, ...usage } = step;
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens;
  if (usd !== 0 || tokens > 0) {
    const no = assignment.mayspend(usd, tokens);
    if (no !== undefined) return failed({ kind: 'over-limit', reason: no });
  }
  return { type: 'spent', usage, usd, ...(model === undefined ? {} : { model }) };
}

function fail(step: NonNullable<ScriptStep['fail']>, now: number): BrainEvent {
  const { kind, reason, retryAfterMs, help } = step;
  if (kind === 'fatal') return failed({ kind, reason, help: help ?? 'Choose another brain with --brain.' });
  if (kind !== 'unavailable') return failed({ kind, reason });
  return failed({
    kind,
    reason,
    ...(retryAfterMs === undefined ? {} : { until: now + retryAfterMs }),
  });
}

/** The end of a round that the signal asked for. */
export function interrupted(): BrainEvent {
  return failed({ kind: 'interrupted', reason: 'Stopped while it worked.' });
}

/** The end of a round whose time is over. */
export function overTime(): BrainEvent {
  return failed({ kind: 'over-limit', reason: 'The time of the session is over.' });
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
