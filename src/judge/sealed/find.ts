import type { Feature } from '../../project/feature.ts';
import type { Repository } from '../../workspace/repository.ts';
import { type Entry, shown, type Tree } from '../../workspace/trees.ts';
import { forAll, ownFiles } from './own-folder.ts';
import { readKept, writeKept } from './store.ts';

/** What is laid over a candidate of one feature. */
export interface Sealed {
  /** Names the files in evidence and caches. */
  readonly tree: Tree;
  readonly files: readonly SealedFile[];
  /** Titles that a person took out. */
  readonly dropped: readonly string[];
}

export interface SealedFile {
  readonly entry: Entry;
  /** Where it was found: written by the examiner, or in the folder of a person. */
  readonly from: 'examiner' | 'folder';
}

/**
 * The sealed tests of a feature as they are now; undefined where there are none. What an examiner wrote gives way to
 * a person's file at the same path. UserError when the folder cannot be read.
 */
export type FindSealed = (feature: Feature) => Promise<Sealed | undefined>;

/**
 * Finds them in the vault of `store` and, where a person named one, in a folder (absolute). What is found stands in the
 * vault of `repo`.
 */
export function sealedFinder(
  repo: Repository,
  dir: string | undefined,
  store: Repository = repo,
): FindSealed {
  return async (feature) => {
    const kept = await readKept(store, feature);
    const dropped = new Set(kept?.dropped ?? []);
    const found = new Map<string, SealedFile>();
    for (const entry of kept?.entries ?? []) {
      if (store !== repo) await repo.trees.write((await store.objects.get(entry.oid)).body);
      found.set(entry.path, { entry, from: 'examiner' });
    }
    for (const place of dir === undefined ? [] : [forAll, feature.id]) {
      for (const { path, mode, content } of ownFiles(dir as string, place)) {
        const oid = await repo.trees.write(content);
        found.set(path, { entry: { path, mode, oid }, from: 'folder' });
      }
    }
    const files = [...found.values()].filter(({ entry }) => !dropped.has(shown(entry.path)));
    if (files.length === 0) return undefined;
    const tree = await repo.trees.only(files.map(({ entry }) => entry));
    return { tree, files, dropped: [...dropped] };
  };
}

/**
 * Takes sealed tests of a feature out: a title, a file, or (undefined) all there are now. A file in a person's folder
 * stays where it is and is passed over.
 */
export async function dropSealed(
  repo: Repository,
  find: FindSealed,
  feature: Feature,
  what: string | undefined,
): Promise<void> {
  const kept = await readKept(repo, feature);
  const now = (await find(feature))?.files.map(({ entry }) => shown(entry.path)) ?? [];
  const gone = what === undefined ? now : [what];
  const entries = (kept?.entries ?? []).filter(({ path }) => !gone.includes(shown(path)));
  const dropped = [...new Set([...(kept?.dropped ?? []), ...gone])];
  await writeKept(repo, feature, { entries, titles: kept?.titles ?? {}, dropped });
}
