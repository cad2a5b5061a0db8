import { createHash } from 'node:crypto';
import { type Check, type Config, parseDuration } from '../config.ts';
import { UserError } from '../errors.ts';
import { loadConfig } from '../project/config-file.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import type { Tree, Trees } from '../workspace/trees.ts';
import { broken } from './codes.ts';
import type { Broken } from './judge.ts';
import type { CheckSeen } from './seen.ts';

/** What the base says about how it is judged. Nothing of it ever comes from a candidate. */
export interface Definition {
  readonly checks: readonly Check[];
  readonly protect: readonly string[];
  readonly timezone: string;
  readonly allow: readonly string[];
  readonly suspicions: Config['judge']['suspicions'];
  readonly mutants: Config['judge']['mutants'];
  readonly prepare: Config['prepare'];
}

/** Raised when what is seen or how it is kept changes, so that older results are not believed. */
const formOfResults = 2;
const leastVerifyMs = 600_000;

/**
 * Reads it from a tree. Broken when its configuration is not valid, or when nothing in it could ever be run.
 * `instead`: checks that a person gave in place of the tree's own.
 */
export async function readDefinition(
  trees: Trees,
  tree: Tree,
  instead?: readonly Check[],
): Promise<Definition | Broken> {
  const text = async (path: string) => (await trees.read(tree, path))?.toString('utf8');
  try {
    const { config } = loadConfig({
      file: await text(files.config),
      packageJson: await text('package.json'),
    });
    const { protect, timezone, allow, suspicions, mutants } = config.judge;
    const checks = instead ?? config.judge.checks;
    if (checks.length === 0 && !anyVerify(await text(files.featureList)))
      return broken('judge.no-checks', '');
    return { checks, protect, timezone, allow, suspicions, mutants, prepare: config.prepare };
  } catch (error) {
    if (error instanceof UserError) return broken('judge.config-broken', error.message);
    throw error;
  }
}

function anyVerify(list: string | undefined): boolean {
  return (
    list !== undefined &&
    parseFeatureList(list, files.featureList).features.some((one) => one.verify !== undefined)
  );
}

/** How long a check may take, in ms. */
export function checkMs(check: Check): number {
  return parseDuration(check.timeout) ?? leastVerifyMs;
}

/** How long a verify command may take, in ms: as long as the longest check. */
export function verifyMs({ checks }: Definition): number {
  return Math.max(leastVerifyMs, ...checks.map(checkMs));
}

/** The environment of every check and verify command, beside the clean one of the checkout. */
export function judgeEnv({ timezone }: Definition): Readonly<Record<string, string>> {
  return { TZ: timezone, CI: '1', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
}

/** A name for everything besides the tree that decides what is seen: results are cached under it. */
export function definitionHash(
  { checks, protect, timezone, prepare }: Definition,
  { fence, version }: { readonly fence: string; readonly version: string },
): string {
  const all = { formOfResults, checks, protect, timezone, prepare, node: process.version, fence, version };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** Whether a command was not there to be run, as the shell says it. With tests in its report it was there. */
export function couldNotRun(seen: Pick<CheckSeen, 'exit' | 'tests'>): boolean {
  return (seen.exit === 126 || seen.exit === 127) && (seen.tests ?? []).length === 0;
}
