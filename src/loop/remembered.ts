import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { consultants } from '../brain/brain.ts';
import type { Config } from '../config.ts';
import type { Limits } from '../ledger/event.ts';

/**
 * What a run keeps from one invocation to the next: `agentloop run` alone goes on as the run began, with the same brains
 * and under the same caps. Whatever a flag, a variable or the configuration says now wins.
 */

const Named = z.object({
  brain: z.string().optional(),
  model: z.string().optional(),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
});
const Who = Named.extend({
  /** Folder from which the files that the brain's command names are taken. */
  cwd: z.string(),
  /** Who comes in its place; named from where it was. */
  fallback: Named.optional(),
});
const Remembered = Who.extend({
  brain: z.string(),
  evaluator: Who.optional(),
  examiner: Who.optional(),
  planner: Who.optional(),
  /** The folder of a person's sealed tests, absolute. */
  sealedDir: z.string().optional(),
  /** Names of variables and paths in HOME that they were given. */
  passEnv: z.array(z.string()),
  passHome: z.array(z.string()),
});
type Remembered = z.infer<typeof Remembered>;

/** The roles of a run. */
const cast = ['coder', ...consultants] as const;
type Member = (typeof cast)[number];

/** Which brains are to work on a run, and from where each of them was named. */
export interface Cast {
  readonly config: Config;
  readonly cwd: Readonly<Record<Member, string>>;
}

const fileIn = (runDir: string) => join(runDir, 'brain.json');

/**
 * Writes down which brains work on the run: all of it or nothing, since half of it would let another brain go on. Those
 * whose names hold a secret are not remembered.
 */
export async function rememberCast(
  runDir: string,
  { config, cwd }: Cast,
  redact: (text: string) => string,
): Promise<void> {
  const { passEnv, passHome } = config.fence;
  const who = (role: Member) => {
    const { brain, model, effort, fallback } = config.roles[role];
    return { brain, model, effort, fallback, cwd: cwd[role] };
  };
  const kept: Remembered = {
    ...who('coder'),
    brain: config.roles.coder.brain ?? 'anthropic',
    evaluator: who('evaluator'),
    examiner: who('examiner'),
    planner: who('planner'),
    sealedDir: config.judge.sealed.dir,
    passEnv,
    passHome,
  };
  const text = `${JSON.stringify(kept)}\n`;
  if (redact(text) !== text) return;
  await writeFile(`${fileIn(runDir)}.part`, text, { mode: 0o600, flush: true });
  await rename(`${fileIn(runDir)}.part`, fileIn(runDir));
}

/** The cast with those that worked on the run before, in the roles for which nobody names a brain now. */
export async function withRemembered(
  now: Cast,
  origins: Readonly<Record<string, string>>,
  runDir: string,
): Promise<Cast> {
  const before = await readRemembered(runDir);
  if (!before) return now;
  const { passEnv, passHome } = now.config.fence;
  let roles = { ...now.config.roles };
  const cwd = { ...now.cwd };
  for (const role of cast) {
    const known = role === 'coder' ? before : before[role];
    if (!known) continue;
    const { fallback } = roles[role];
    if (known.fallback && Object.keys(given(fallback)).length === 0)
      roles = { ...roles, [role]: { ...roles[role], fallback: known.fallback } };
    if (origins[`roles.${role}.brain`] !== 'default') continue;
    const { brain, model, effort } = known;
    roles = {
      ...roles,
      [role]: { ...roles[role], ...given({ brain, model, effort }), ...given(roles[role]) },
    };
    cwd[role] = known.cwd;
  }
  // What was passed to one program is not passed to another.
  const same = origins['roles.coder.brain'] === 'default';
  const fence = {
    ...now.config.fence,
    passEnv: passEnv.length > 0 || !same ? passEnv : before.passEnv,
    passHome: passHome.length > 0 || !same ? passHome : before.passHome,
  };
  const { judge } = now.config;
  const dir = origins['judge.sealed.dir'] === 'default' ? before.sealedDir : judge.sealed.dir;
  const sealed = { ...judge.sealed, ...(dir === undefined ? {} : { dir }) };
  return { config: { ...now.config, roles, fence, judge: { ...judge, sealed } }, cwd };
}

/** The folder of sealed tests that a run was told of. */
export async function rememberedSealedDir(runDir: string): Promise<string | undefined> {
  return (await readRemembered(runDir))?.sealedDir;
}

async function readRemembered(runDir: string): Promise<Remembered | undefined> {
  const text = await readFile(fileIn(runDir), 'utf8').catch(() => '{}');
  try {
    return Remembered.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What is said, without what is not: spread over something else it changes no more than it names. */
function given<T extends object>(role: T): Partial<T> {
  return Object.fromEntries(Object.entries(role).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The limits of an invocation that carries a run on: money and sessions count for the run, so its caps stay. */
export function carriedLimits(now: Limits, before: Limits | undefined): Limits {
  if (!before) return now;
  const { maxCostUsd, maxCostPerDayUsd, maxTokens, maxSessions, allowUnknownCost } = before;
  return {
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(maxCostPerDayUsd === undefined ? {} : { maxCostPerDayUsd }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(maxSessions === undefined ? {} : { maxSessions }),
    ...(allowUnknownCost === undefined ? {} : { allowUnknownCost }),
    ...now,
  };
}
