import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { filterRules } from './filtered.ts';
import { ignoreRules } from './ignored.ts';
import { isDotGit } from './names-of-git.ts';
import { inSubmodule, nestedRepository, newFiles } from './new-files.ts';
import type { Repository } from './repository.ts';
import type { SeenFiles } from './seen.ts';
import type { Slot } from './slot.ts';
import type { Meanwhile, Problem, Snapshot } from './snapshot.ts';
import { takeAll, type Wanted } from './take-all.ts';
import { timeBefore } from './touched.ts';
import type { BytePath, Tree } from './trees.ts';
import { underAll } from './under-all.ts';
import { find } from './vault-trees.ts';
import { look, type Stranger, strangers } from './walk.ts';

export interface SnapshotOptions {
  /** Tree whose ignore rules hold for new files. */
  readonly base: Tree;
  /** Tree the folder was filled with, and the slot's index with it. */
  readonly filled: Tree;
  /** Prepared folders: never taken, unless the tree has them. */
  readonly skip: ReadonlySet<BytePath>;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  /** Set while commands may still run in the folder; `seen` remembers from one such snapshot to the next. */
  readonly meanwhile?: Meanwhile & { readonly seen: SeenFiles };
}

/**
 * What stands in a slot's folder, as a tree in the vault.
 * 1. Only files are looked at: no git dir, index, config or attribute of the workspace has a say.
 * 2. No link is followed, no special file opened, nothing outside the folder read.
 * 3. Tracked files are taken whatever a brain's own git or ignore rules say; new ones unless the base ignores them.
 * 4. What cannot be taken is a problem, told by name, and stays as it was in the tree.
 * 5. While commands still run (`meanwhile`), files that change before the end of it stay as they were too: what was
 *    taken is what stood there all together at one moment.
 */
export async function takeSnapshot(
  repo: Repository,
  slot: Pick<Slot, 'tree' | 'index' | 'dir'>,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const { base, filled, skip, meanwhile } = options;
  const gone: Snapshot = { tree: filled, changed: false, problems: [], gone: true };
  if (!isThere(slot)) return gone;
  const at = timeBefore(join(slot.dir, 'looked'));
  await repo.nodes.load(filled);
  const callOff = new AbortController();
  const patience = meanwhile ? [AbortSignal.timeout(longestLook), meanwhile.signal] : [];
  const changing = changedFiles(repo, slot, callOff.signal, patience);
  // Whatever happens before it is awaited: its failure is not nobody's.
  changing.catch(() => undefined);
  const beside = strangers(slot.tree, repo.nodes, filled, { skip, clean: repo.clean.walk(slot.tree, at) });
  const problems = new Map<BytePath, Problem>();
  const tell = (one: Problem) => problems.set(one.path, one);
  const placed = beside.filter(({ inPlaceOf }) => inPlaceOf !== undefined);
  const blocked = placed.filter((one) => entriesOf(slot.tree, one).some(({ name }) => isDotGit(name)));
  // Git looks into a repository that stands where it knows a file, and a pipe in there can make it wait for ever.
  if (blocked.length > 0) callOff.abort();
  for (const { path } of blocked) tell(nestedRepository(path));
  for (const one of placed) {
    const holds = one.kind !== 'folder' || entriesOf(slot.tree, one).length > 0;
    if (one.inPlaceOf === 'submodule' && holds) tell(inSubmodule(one.path));
  }
  const changed = await changing;
  meanwhile?.signal.throwIfAborted();
  const candidates = beside.filter((one) => one.inPlaceOf !== 'submodule' && !blocked.includes(one));
  const ask = await ignoreRules(repo, base);
  const fresh = await newFiles(slot.tree, candidates, { ask, skip, tell });
  const files = changed.filter(({ path }) => find(repo.nodes, filled, path)?.mode !== '160000');
  const all = [...files, ...fresh.map((path) => ({ path, gone: false }))];
  const wanted = (await withoutFiltered(repo, base, all, tell)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const edits = await takeAll(repo, slot.tree, wanted, { ...options, at, tell });
  if (!isThere(slot)) return gone;
  const tree = await repo.trees.overlay(filled, edits);
  return { tree, changed: tree !== filled, problems: [...problems.values()] };
}

/** Without files whose stored form only a filter of git can make, by the rules of the base. They may go, though. */
async function withoutFiltered(
  repo: Repository,
  base: Tree,
  all: readonly Wanted[],
  tell: (problem: Problem) => void,
): Promise<Wanted[]> {
  const ask = all.length === 0 ? undefined : await filterRules(repo, base);
  const filtered = await ask?.(all.flatMap(({ path, gone }) => (gone ? [] : [path])));
  return all.filter(({ path }) => {
    const filter = filtered?.get(path);
    if (filter !== undefined)
      tell({
        path,
        kind: 'filtered',
        detail: `goes through the git filter "${filter}", which is not run here`,
      });
    return filter === undefined;
  });
}

/** Time for git to look at a folder in which commands still run, in ms: a pipe they put there could hold it for ever. */
const longestLook = 60_000;

/** Without its folder or index everything would look deleted, or nothing changed. */
function isThere({ tree, index }: Pick<Slot, 'tree' | 'index'>): boolean {
  return lstatSync(tree, { throwIfNoEntry: false })?.isDirectory() === true && existsSync(index);
}

function entriesOf(top: string, { path, kind }: Stranger): readonly { readonly name: BytePath }[] {
  return kind === 'folder' ? (look(top, path) ?? [{ name: '?' }]) : [];
}

/**
 * Tracked files that are not as they were filled, by stat data first and content where those cannot tell. A file
 * behind a link counts as gone. None when it is called off.
 */
async function changedFiles(
  repo: Repository,
  slot: Pick<Slot, 'tree' | 'index'>,
  signal: AbortSignal,
  patience: readonly AbortSignal[],
): Promise<Wanted[]> {
  try {
    const out = await underAll([signal, ...patience], (either) =>
      repo.vault.run(['diff-files', '--raw', '-z'], {
        index: slot.index,
        workTree: slot.tree,
        signal: either,
      }),
    );
    const parts = out.split('\0');
    // ":<mode> <mode> <oid> <oid> <status>", then the path.
    return parts.flatMap((path, at) =>
      at % 2 === 1 ? [{ path, gone: parts[at - 1]?.endsWith(' D') === true }] : [],
    );
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}
