import { join } from 'node:path';
import { parseDuration } from '../config.ts';
import type { BaseRuling, Broken } from '../judge/judge.ts';
import { openLone, refuseUnreadable } from '../workspace/lone-repository.ts';
import { prepare } from '../workspace/prepare.ts';
import { loneJudge } from './lone-judge.ts';
import { openSetting, raiseFence, type StartInput } from './setting.ts';

/** What a run from HEAD would find before its first session. */
export interface BaseLook {
  /** Time init.sh took, in ms, or what it made before; its words where it failed. Undefined: there is none. */
  readonly init: { readonly ms: number; readonly reused: boolean } | { readonly failed: string } | undefined;
  /** Undefined where init.sh failed or there are no checks. */
  readonly ruling: BaseRuling | Broken | undefined;
  /** What the judge had seen of this tree before is not run again. */
  readonly ms: number;
}

/**
 * Runs init.sh in a clean checkout of HEAD and the checks there, twice, as a run would: behind the fence, without keys,
 * without a lock. Undefined: there is no commit yet. UserError for what is not to be had.
 */
export async function lookAtBase(
  input: Omit<StartInput, 'exitCode'>,
  signal: AbortSignal,
): Promise<BaseLook | undefined> {
  const began = input.now();
  const setting = await openSetting(input);
  const head = await setting.repo.user.resolve('HEAD');
  if (head === undefined) return undefined;
  const fence = await raiseFence(setting, { ...input, say: () => undefined });
  await using lone = await openLone(setting.repo);
  await refuseUnreadable(lone.repo, head);
  const settings = setting.config.prepare;
  const prepared = await prepare(lone.repo, await lone.repo.trees.treeOf(head), {
    fence,
    run: lone.run,
    outputs: settings.outputs,
    inputs: settings.inputs,
    timeoutMs: parseDuration(settings.timeout) ?? 0,
    signal,
  });
  const ms = () => input.now() - began;
  if ('reason' in prepared) {
    const failed = `${prepared.reason}\n${prepared.output}`.trimEnd();
    return { init: { failed }, ruling: undefined, ms: ms() };
  }
  const init = prepared.key === 'none' ? undefined : { ms: prepared.ms, reused: prepared.reused };
  if (setting.config.judge.checks.length === 0) return { init, ruling: undefined, ms: ms() };
  const { judge } = loneJudge({
    lone,
    store: setting.repo,
    sealedDir: setting.config.judge.sealed.dir,
    fence,
    version: input.version,
    evidenceDir: join(lone.folder, 'evidence'),
    now: input.now,
  });
  return { init, ruling: await judge.base(head, signal), ms: ms() };
}
