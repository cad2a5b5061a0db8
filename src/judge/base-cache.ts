import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { removeHalves } from '../workspace/halves.ts';
import type { CheckSeen, SuiteSeen } from './seen.ts';

/** Runs of a base, kept between sessions and runs. A file that is missing, older or broken is no result. */
export interface Kept {
  readonly runs: readonly SuiteSeen[];
  /** It was judged as delivered when it landed: one run is enough until a refusal rests on it. */
  readonly landed: boolean;
  /** Tests already known as flaky when it landed, by check. */
  readonly flaky: Readonly<Record<string, readonly string[]>>;
}

const Test = z.object({ id: z.string(), status: z.enum(['pass', 'fail', 'skip', 'todo']), file: z.string() });
const KeptCheck = z.object({
  name: z.string(),
  exit: z.int().nullable(),
  timedOut: z.boolean(),
  ms: z.number(),
  report: z.enum(['read', 'none', 'broken']),
  tests: z.array(Test).nullable(),
  isolated: z.boolean(),
  touched: z.array(z.string()).default([]),
});
const KeptFile = z.object({
  tree: z.string(),
  definition: z.string(),
  landed: z.boolean(),
  flaky: z.record(z.string(), z.array(z.string())),
  runs: z.array(z.object({ checks: z.array(KeptCheck) })),
});

/** What is known of a tree under a definition (its hash). */
export async function readKept(
  cacheDir: string,
  tree: string,
  definition: string,
): Promise<Kept | undefined> {
  try {
    const read = KeptFile.parse(JSON.parse(await readFile(fileFor(cacheDir, tree, definition), 'utf8')));
    if (read.tree !== tree || read.definition !== definition) return undefined;
    const runs = read.runs.map(({ checks }) => ({
      tree,
      checks: checks.map((check) => ({ ...check, output: '' })),
    }));
    return { runs, landed: read.landed, flaky: read.flaky };
  } catch {
    return undefined;
  }
}

/** Replaces what is kept in one step: two judges may write at once, and a reader never sees half a file. */
export async function writeKept(
  cacheDir: string,
  tree: string,
  definition: string,
  kept: Kept,
): Promise<void> {
  const file = fileFor(cacheDir, tree, definition);
  const half = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const { landed, flaky } = kept;
  const runs = kept.runs.map(({ checks }) => ({ checks: checks.map(withoutOutput) }));
  await mkdir(cacheDir, { recursive: true });
  removeHalves(cacheDir, /\.json\.(\d+)\./);
  try {
    await writeFile(half, JSON.stringify({ tree, definition, landed, flaky, runs }));
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
}

function withoutOutput({ name, exit, timedOut, ms, report, tests, isolated, touched }: CheckSeen) {
  return { name, exit, timedOut, ms, report, tests, isolated, touched };
}

function fileFor(cacheDir: string, tree: string, definition: string): string {
  return join(cacheDir, `${createHash('sha256').update(`${tree} ${definition}`).digest('hex')}.json`);
}
