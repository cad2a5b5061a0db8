import type { Limits } from '../ledger/event.ts';
import { type Choice, chooseRun } from './choose-run.ts';
import { type Cast, withRemembered } from './remembered.ts';
import { withRemembered as pushingAsBefore } from './remembered-remote.ts';
import { dayOf, runDirOf } from './run-dir.ts';
import type { Setting } from './setting.ts';

/** Where nobody names a brain now, the one that worked on the run before goes on. */
export async function castOf(choice: Choice, { config, origins, repo }: Setting, cwd: string): Promise<Cast> {
  const now = { config, cwd: { coder: cwd, examiner: cwd, evaluator: cwd, planner: cwd } };
  if (choice.kind === 'new') return now;
  const runDir = runDirOf(repo, choice.run);
  return withRemembered({ ...now, config: await pushingAsBefore(config, runDir) }, origins, runDir);
}

/** What `agentloop run` alone would take up: its cast and, where a run goes on, the name and the limits of that. */
export interface NextCast extends Cast {
  readonly run?: string;
  readonly limits?: Limits;
}

/** Who would work if `agentloop run` were called now, without a flag; `now` in ms. UserError where no run could begin. */
export async function castOfNext(setting: Setting, cwd: string, now: number): Promise<NextCast> {
  const choice = await chooseRun(setting.repo, {}, dayOf(now));
  const cast = await castOf(choice, setting, cwd);
  if (choice.kind === 'new') return cast;
  const { limits } = choice.last;
  return { ...cast, run: choice.run, ...(limits === undefined ? {} : { limits }) };
}
