import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../config.ts';
import { UserError } from '../errors.ts';
import type { Checkout } from '../workspace/checkout.ts';
import type { PrepareFailed } from '../workspace/prepare.ts';
import type { Tree } from '../workspace/trees.ts';
import { broken } from './codes.ts';
import { checkMs, type Definition, judgeEnv, verifyMs } from './definition.ts';
import type { JudgeDeps } from './deps.ts';
import type { Broken } from './judge.ts';
import type { Watch } from './probe/watch.ts';
import { toItsEnd } from './read-into-shell.ts';
import { type RunOptions, runCheck, runCommand } from './run-check.ts';
import type { CheckSeen, SuiteSeen, VerifySeen } from './seen.ts';

/** One tree to be run, under a name that its logs begin with. */
export interface ToRun {
  readonly tree: Tree;
  readonly definition: Definition;
  readonly label: string;
  readonly signal: AbortSignal;
  /** A command may take this many ms at most, whatever its own time is. */
  readonly capMs?: number;
  /** Looks on while checks run. */
  readonly watch?: Watch;
}

/** init.sh did not get through: whose fault that is depends on the tree. */
export interface Unprepared {
  readonly unprepared: PrepareFailed;
}

/**
 * Every check on a tree. Each stands alone, in a checkout filled anew: none can spoil the next one, and none leans on
 * what an earlier one built.
 */
export async function runSuite(deps: JudgeDeps, run: ToRun): Promise<SuiteSeen | Unprepared | Broken> {
  return inCheckout(deps, run, async (fill, options) => {
    const checks: CheckSeen[] = [];
    for (const check of run.definition.checks) {
      const seen = await runCheck(await fill(), capped(check, run.capMs), options(check.name));
      if ('ruling' in seen) return seen;
      checks.push(seen);
    }
    return { tree: run.tree, checks };
  });
}

/** The verify command of a feature on a tree. */
export async function runVerify(
  deps: JudgeDeps,
  run: ToRun,
  command: string,
): Promise<VerifySeen | Unprepared | Broken> {
  return inCheckout(deps, run, async (fill, options) => {
    const ms = Math.min(verifyMs(run.definition), run.capMs ?? Number.POSITIVE_INFINITY);
    const end = toItsEnd(command);
    const seen = await runCommand(await fill(), end?.command ?? command, ms, {
      ...options('verify'),
      ...(end === undefined ? {} : { input: end.input }),
    });
    if ('ruling' in seen) return seen;
    const { exit, cut } = end?.read(seen.exit) ?? { exit: seen.exit, cut: false };
    const ended = 'What the command reads into its shell ended it with 0 before its end.';
    return { tree: run.tree, name: 'verify', ...seen, exit, ...(cut ? { instead: ended } : {}) };
  });
}

function capped(check: Check, capMs: number | undefined): Check {
  return capMs === undefined || capMs >= checkMs(check) ? check : { ...check, timeout: `${capMs}ms` };
}

async function inCheckout<T>(
  deps: JudgeDeps,
  { tree, definition, label, signal, watch }: ToRun,
  work: (fill: () => Promise<Checkout>, options: (log: string) => RunOptions) => Promise<T>,
): Promise<T | Unprepared | Broken> {
  if (signal.aborted) return broken('judge.interrupted', '');
  await mkdir(deps.evidenceDir, { recursive: true });
  const prepared = await deps.prepare(tree, definition.prepare, signal);
  if ('reason' in prepared) {
    const stopped = signal.aborted || prepared.ended === 'aborted';
    return stopped ? broken('judge.interrupted', '') : { unprepared: prepared };
  }
  const manifest = (await deps.trees.read(tree, 'package.json'))?.toString('utf8');
  await using checkout = await deps.checkout(prepared);
  const fill = async () => {
    await checkout.fill(tree);
    return checkout;
  };
  try {
    return await work(fill, (log) => ({
      env: judgeEnv(definition),
      manifest,
      log: join(deps.evidenceDir, `${label}.${log}.log`),
      signal,
      ...(watch === undefined ? {} : { watch }),
    }));
  } catch (error) {
    // Without a fence init.sh may have to run in the checkout itself, and can fail there.
    if (!(error instanceof UserError)) throw error;
    const failed = { key: prepared.key, code: null, ended: null, reason: error.message, output: error.help };
    return { unprepared: failed };
  }
}
