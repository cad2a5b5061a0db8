import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Feature } from '../../project/feature.ts';
import { readRef, setRef } from '../../workspace/refs.ts';
import type { Repository } from '../../workspace/repository.ts';
import type { Entry, Tree } from '../../workspace/trees.ts';

/**
 * Where sealed tests of the examiner are kept: in the vault, which no workspace can reach, a tree for each feature
 * under `refs/sealed/<feature>`. Nothing there is ever published.
 */
const prefix = 'refs/sealed/';
const notes = 'sealed.json';
const folder = 'files/';

const Notes = z.object({
  feature: z.string(),
  pin: z.string(),
  titles: z.record(z.string(), z.array(z.string())),
  dropped: z.array(z.string()),
});

/** The sealed tests of one feature as they are kept. */
export interface Kept {
  readonly feature: string;
  /** Stands for the words of the feature they were written for: a feature of other words has none. */
  readonly pin: string;
  /** The files, at their paths in the repository; none where a person took them all out. */
  readonly entries: readonly Entry[];
  /** Titles of the tests by file, as far as they are known. */
  readonly titles: Readonly<Record<string, readonly string[]>>;
  /** Titles and files that a person took out, also of a folder of their own. */
  readonly dropped: readonly string[];
}

/** A name for what a feature asks for, whatever else is set in its list. */
export function pinOf({ title, description, steps }: Feature): string {
  return createHash('sha256')
    .update(JSON.stringify([title, description, steps]))
    .digest('hex');
}

/** What is kept for a feature; undefined where nothing is, or where it was written for other words. */
export async function readKept(repo: Repository, feature: Feature): Promise<Kept | undefined> {
  const tree = await readRef(repo.vault, prefix + feature.id);
  const kept = tree === undefined ? undefined : await readTree(repo, tree);
  return kept?.pin === pinOf(feature) ? kept : undefined;
}

/** Keeps this for a feature, in the place of what was kept. It is on the disk when this returns. */
export async function writeKept(
  repo: Repository,
  feature: Feature,
  { entries, titles, dropped }: Pick<Kept, 'entries' | 'titles' | 'dropped'>,
): Promise<void> {
  const about = { feature: feature.id, pin: pinOf(feature), titles, dropped };
  const tree = await repo.trees.only([
    { path: notes, mode: '100644', oid: await repo.trees.write(`${JSON.stringify(about)}\n`) },
    ...entries.map((entry) => ({ ...entry, path: folder + entry.path })),
  ]);
  await repo.objects.makeDurable();
  const ref = prefix + feature.id;
  await setRef(repo.vault, ref, tree, await readRef(repo.vault, ref));
}

/** Undefined for a tree that is none of this form: an older agentloop's, or damaged. */
async function readTree(repo: Repository, tree: Tree): Promise<Kept | undefined> {
  const text = await repo.trees.read(tree, notes);
  const read = text === undefined ? undefined : Notes.safeParse(JSON.parse(text.toString('utf8'))).data;
  if (read === undefined) return undefined;
  const entries = (await repo.trees.list(tree))
    .filter(({ path }) => path.startsWith(folder))
    .map((entry) => ({ ...entry, path: entry.path.slice(folder.length) }));
  return { ...read, entries };
}
