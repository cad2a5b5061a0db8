import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config.ts';
import type { Limits } from '../ledger/event.ts';

/**
 * What a run keeps from one invocation to the next: `agentloop run` alone goes on as the run began, with the same brain
 * and under the same caps. Whatever a flag, a variable or the configuration says now wins.
 */

const Remembered = z.object({
  brain: z.string(),
  model: z.string().optional(),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
  /** Folder from which the files that the brain's command names are taken. */
  cwd: z.string(),
  /** Names of variables and paths in HOME that it was given. */
  passEnv: z.array(z.string()),
  passHome: z.array(z.string()),
});
export type Remembered = z.infer<typeof Remembered>;

const fileIn = (runDir: string) => join(runDir, 'brain.json');

/** Writes down which brain works on the run. One whose name holds a secret is not remembered. */
export async function rememberBrain(
  runDir: string,
  used: { readonly config: Config; readonly cwd: string },
  redact: (text: string) => string,
): Promise<void> {
  const { roles, fence } = used.config;
  const { brain = 'anthropic', model, effort } = roles.coder;
  const { passEnv, passHome } = fence;
  const text = `${JSON.stringify({ brain, model, effort, cwd: used.cwd, passEnv, passHome })}\n`;
  if (redact(text) === text) await writeFile(fileIn(runDir), text, { mode: 0o600 });
}

/** Which brain worked on the run before; undefined when that is not known. */
export async function rememberedBrain(runDir: string): Promise<Remembered | undefined> {
  const text = await readFile(fileIn(runDir), 'utf8').catch(() => '{}');
  try {
    return Remembered.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The limits of an invocation that carries a run on: money and sessions count for the run, so its caps stay. */
export function carriedLimits(now: Limits, before: Limits | undefined): Limits {
  if (!before) return now;
  const { maxCostUsd, maxSessions, allowUnknownCost } = before;
  return {
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(maxSessions === undefined ? {} : { maxSessions }),
    ...(allowUnknownCost === undefined ? {} : { allowUnknownCost }),
    ...now,
  };
}

/** The configuration with the brain of before, and what was passed to it unless something is passed now. */
export function withRemembered(
  config: Config,
  { cwd: _cwd, passEnv, passHome, ...before }: Remembered,
): Config {
  const { roles, fence } = config;
  return {
    ...config,
    roles: { ...roles, coder: { ...before, ...roles.coder } },
    fence: {
      ...fence,
      passEnv: fence.passEnv.length > 0 ? fence.passEnv : passEnv,
      passHome: fence.passHome.length > 0 ? fence.passHome : passHome,
    },
  };
}
