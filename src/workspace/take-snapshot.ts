import { ignoreRules } from './ignored.ts';
import { isDotGit } from './names-of-git.ts';
import { inSubmodule, nestedRepository, newFiles } from './new-files.ts';
import type { Edit } from './overlay.ts';
import type { Repository } from './repository.ts';
import type { Slot } from './slot.ts';
import type { Problem, Snapshot } from './snapshot.ts';
import { hashByGit, type Taken, takeFile } from './take-file.ts';
import type { BytePath, Entry, Tree } from './trees.ts';
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
}

/**
 * What stands in a slot's folder, as a tree in the vault.
 * 1. Only files are looked at: no git dir, index, config or attribute of the workspace has a say.
 * 2. No link is followed, no special file opened, nothing outside the folder read.
 * 3. Tracked files are taken whatever a brain's own git or ignore rules say; new ones unless the base ignores them.
 * 4. What cannot be taken is a problem, told by name, and stays as it was in the tree.
 */
export async function takeSnapshot(
  repo: Repository,
  slot: Pick<Slot, 'tree' | 'index'>,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const { base, filled, skip } = options;
  await repo.nodes.load(filled);
  const callOff = new AbortController();
  const changing = changedFiles(repo, slot, callOff.signal);
  // Whatever happens before it is awaited: its failure is not nobody's.
  changing.catch(() => undefined);
  const beside = strangers(slot.tree, repo.nodes, filled, { skip });
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
  const candidates = beside.filter((one) => one.inPlaceOf !== 'submodule' && !blocked.includes(one));
  const ask = await ignoreRules(repo, base);
  const fresh = await newFiles(slot.tree, candidates, { ask, skip, tell });
  const files = changed.filter(({ path }) => find(repo.nodes, filled, path)?.mode !== '160000');
  const wanted = [...files, ...fresh.map((path) => ({ path, gone: false }))].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const edits = await takeAll(repo, slot.tree, wanted, options, tell);
  const tree = await repo.trees.overlay(filled, edits);
  return { tree, changed: tree !== filled, problems: [...problems.values()] };
}

function entriesOf(top: string, { path, kind }: Stranger): readonly { readonly name: BytePath }[] {
  return kind === 'folder' ? (look(top, path) ?? [{ name: '?' }]) : [];
}

/** A path to take, and whether git saw that nothing stands there any more: then it is not looked at again. */
interface Wanted {
  readonly path: BytePath;
  readonly gone: boolean;
}

/**
 * Tracked files that are not as they were filled, by stat data first and content where those cannot tell. A file
 * behind a link counts as gone. None when it is called off.
 */
async function changedFiles(
  repo: Repository,
  slot: Pick<Slot, 'tree' | 'index'>,
  signal: AbortSignal,
): Promise<Wanted[]> {
  try {
    const place = { index: slot.index, workTree: slot.tree, signal };
    const out = await repo.vault.run(['diff-files', '--raw', '-z'], place);
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

/** Files from which on git hashes them all: it takes longer to start, and leaves us free to do other things. */
const manyFiles = 256;

async function takeAll(
  repo: Repository,
  top: string,
  wanted: readonly Wanted[],
  { filled, maxFileBytes, maxTotalBytes }: SnapshotOptions,
  tell: (problem: Problem) => void,
): Promise<Edit[]> {
  const edits: Edit[] = [];
  const large: { path: BytePath; mode: Entry['mode'] }[] = [];
  const smallUpTo = wanted.length < manyFiles ? 1024 * 1024 : -1;
  let left = maxTotalBytes;
  for (const { path, gone } of wanted) {
    const before = find(repo.nodes, filled, path)?.oid;
    const caps = { maxFileBytes, left, smallUpTo };
    const taken: Taken = gone ? { is: 'no-file' } : takeFile(repo.objects, top, { path, before }, caps);
    if (taken.is === 'problem') tell(taken.problem);
    if (taken.is === 'no-file') edits.push({ path, mode: '100644', oid: null });
    if (taken.is === 'entry') edits.push(taken.entry);
    if (taken.is === 'large') large.push({ path, mode: taken.mode });
    if (taken.is === 'entry' || taken.is === 'large') left -= taken.bytes;
  }
  const oids = await hashByGit(
    repo,
    top,
    large.map(({ path }) => path),
  );
  for (const [at, { path, mode }] of large.entries()) {
    const oid = oids?.[at];
    if (oid === undefined) tell({ path, kind: 'unreadable', detail: 'changed or went while it was read' });
    else edits.push({ path, mode, oid });
  }
  return edits;
}
