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
});
export type Remembered = z.infer<typeof Remembered>;

const fileIn = (runDir: string) => join(runDir, 'brain.json');

/** Writes down which brain works on the run. One whose name holds a secret is not remembered. */
export async function rememberBrain(
  runDir: string,
  used: { readonly role: Config['roles']['coder']; readonly cwd: string },
  redact: (text: string) => string,
): Promise<void> {
  const { brain = 'anthropic', model, effort } = used.role;
  const text = `${JSON.stringify({ brain, model, effort, cwd: used.cwd })}\n`;
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
