import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { messageOf } from '../../errors.ts';
import { untilInstant } from '../../policy/limits.ts';
import { files } from '../../project/feature.ts';
import type { Io } from '../io.ts';
import { readPacket } from '../packet/read-packet.ts';
import { annotationsOf } from './annotations.ts';
import { stepSummary } from './step-summary.ts';
import { annotationLine, isActions } from './workflow-command.ts';
import { writeOutputs } from './write-outputs.ts';

/**
 * Tells the CI that the environment speaks of how a run has ended: outputs, the summary of the step, annotations. Does
 * nothing elsewhere, and never throws; `say` hears what could not be told.
 */
export async function tellCi(
  io: Pick<Io, 'cwd' | 'env' | 'now' | 'runner'>,
  run: string,
  { limits }: Pick<Config, 'limits'>,
  say: (text: string) => void,
): Promise<void> {
  const { env } = io;
  if (!isActions(env) && env['GITLAB_CI'] !== 'true') return;
  try {
    const { packet, view, repo } = await readPacket(io, run);
    const { reason, features, cost, branch, accepted } = packet;
    const trouble = await writeOutputs(env, {
      status: reason ?? 'died',
      resume: reason === 'until' && features.open > 0 && isForLackOfTime(view.state.limits?.until, limits),
      accepted: accepted.length,
      remaining: features.total - features.pass,
      cost: cost.usd.toFixed(4),
      run,
      ...(branch === null ? {} : { branch }),
    });
    if (trouble !== undefined) say(trouble);
    const summary = isActions(env) ? env['GITHUB_STEP_SUMMARY'] : undefined;
    if (summary) await appendFile(summary, stepSummary(packet));
    const list = await readFile(join(repo.top, files.featureList), 'utf8').catch(() => '');
    io.runner?.say(annotationsOf(packet, list, files.featureList).map(annotationLine));
  } catch (error) {
    say(`CI could not be told how it ended: ${messageOf(error)}`);
  }
}

/**
 * Whether the time of the invocation is what ended it, and not the hour that `--until` names: then another one goes on.
 * `ended`: the instant it had to end, in ms.
 */
export function isForLackOfTime(
  ended: number | undefined,
  { maxDuration, until }: Config['limits'],
): boolean {
  if (ended === undefined || maxDuration === undefined) return false;
  if (until === undefined) return true;
  if (/^\d\d:\d\d/.test(until)) return untilInstant(until, ended - 1) !== ended;
  return Date.parse(until) !== ended;
}
