import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Probed } from './probed.ts';

/** How a base was probed, kept beside its runs. A file that is missing, older or broken is no result. */

const Replaced = z.object({ name: z.string(), by: z.string() });
const Watched = z.object({
  id: z.string(),
  process: z.string(),
  at: z.number(),
  load: z.array(Replaced),
  run: z.array(Replaced),
  silent: z.array(z.string()),
  shadows: z.array(Replaced.extend({ users: z.array(z.string()) })),
  equals: z.array(Replaced),
});
const File = z.object({
  file: z.string(),
  origin: z.string(),
  runner: z.string(),
  mayExit: z.boolean(),
  outcome: z.enum(['fails', 'passes', 'missing', 'unseen', 'apart']),
  green: z.array(z.string()),
  watched: z.array(Watched),
});
const Kept = z.object({
  form: z.literal(3),
  definition: z.string(),
  tree: z.string(),
  checks: z.array(
    z.object({
      name: z.string(),
      trouble: z.enum(['timeout', 'no-report']).exactOptional(),
      isolated: z.boolean(),
      files: z.array(File),
    }),
  ),
});

/** The probe of a tree under a definition (its hash); undefined when there is none. */
export async function readKeptProbe(
  cacheDir: string,
  tree: string,
  definition: string,
): Promise<Probed | undefined> {
  try {
    const read = Kept.parse(JSON.parse(await readFile(fileFor(cacheDir, tree, definition), 'utf8')));
    if (read.tree !== tree || read.definition !== definition) return undefined;
    return { tree, checks: read.checks };
  } catch {
    return undefined;
  }
}

/** Keeps it in one step: a reader never sees half a file. */
export async function keepProbe(cacheDir: string, definition: string, probed: Probed): Promise<void> {
  const file = fileFor(cacheDir, probed.tree, definition);
  const half = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(cacheDir, { recursive: true });
  try {
    await writeFile(half, JSON.stringify({ form: 3, definition, ...probed }));
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
}

function fileFor(cacheDir: string, tree: string, definition: string): string {
  const name = createHash('sha256').update(`${tree} ${definition}`).digest('hex');
  return join(cacheDir, `probe-${name}.json`);
}
