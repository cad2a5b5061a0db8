import type { BytePath, Change, Entry, Tree, Trees } from '../workspace/trees.ts';
import { ownConfigDiffers, packageByBase, packageWithNeeds, sectionsByBase } from './merge-manifest.ts';
import type { Kind } from './protected.ts';

/**
 * The trees on which a candidate is judged. Often several are the same, and then they are run once.
 * `delivered`: as it would land.
 * `judged`: the same with everything that belongs to the rules as the base has it.
 * `proving`: `judged` with the candidate's tests, which may show the feature but not vouch for anything old.
 * `red`: the base's sources with the candidate's tests. A new test must fail here.
 */
export interface Arrangement {
  readonly delivered: Tree;
  readonly judged: Tree;
  readonly proving: Tree;
  readonly red: Tree;
  /** `red` holds something of the candidate besides the files of the harness. */
  readonly bringsTests: boolean;
  /** Paths whose version in `judged` is not the candidate's. */
  readonly restored: readonly BytePath[];
  /** Test files and helpers of the base that the candidate changed or took away. */
  readonly editedTests: readonly BytePath[];
  /** Those edits only add lines. */
  readonly additive: boolean;
  /** Agentloop's own configuration in package.json was changed. */
  readonly ownConfigChanged: boolean;
  /** New configuration or manifests of the candidate's own steer what runs, because the base had nothing to hold. */
  readonly ownRules: boolean;
}

/** Whose version of a file stands in a tree; `mixed`: a manifest with parts of both. */
export type Whose = 'base' | 'candidate' | 'mixed';
export interface Placing {
  readonly judged: Whose;
  readonly proving: Whose;
  readonly red: Whose;
}

/** Whose version of each changed file counts where. */
export type Place = (kind: Kind, change: Change) => Placing;

/** Makes the trees. `place` decides; here is only how. */
export async function arrange(
  trees: Trees,
  from: Sides,
  kind: (path: BytePath, isLink?: boolean) => Kind,
  place: Place,
): Promise<Arrangement> {
  const placed = from.changes.map((change) => {
    const own = kind(change.path, change.new?.mode === '120000');
    return { change, kind: own, placing: place(own, change) };
  });
  const build = (which: keyof Placing) => buildTree(trees, from, which, placed);
  const [judged, proving, red] = [await build('judged'), await build('proving'), await build('red')];
  const moved = new Set(judged.moved);
  const edited = placed.filter(
    ({ change, kind }) => change.old !== null && (kind === 'test' || kind === 'helper'),
  );
  const texts = (path: BytePath) =>
    Promise.all([textOf(trees, from.base, path), textOf(trees, from.candidate, path)]);
  const additions = await Promise.all(
    edited.map(async ({ change }) => onlyAdds(...(await texts(change.path)))),
  );
  const touchesManifest = placed.some(({ change }) => change.path === 'package.json');
  return {
    delivered: from.candidate,
    judged: judged.tree,
    proving: proving.tree,
    red: red.tree,
    bringsTests: placed.some(({ kind, placing }) => kind !== 'harness' && placing.red !== 'base'),
    restored: placed
      .filter(({ change, kind }) => moved.has(change.path) && (change.old !== null || kind === 'config'))
      .map(({ change }) => change.path),
    editedTests: edited.map(({ change }) => change.path),
    additive: additions.every(Boolean),
    ownConfigChanged: touchesManifest && ownConfigDiffers(...(await texts('package.json'))),
    ownRules: placed.some(
      ({ change, kind, placing }) =>
        change.old === null && (kind === 'config' || kind === 'manifest') && placing.judged === 'candidate',
    ),
  };
}

interface Sides {
  readonly base: Tree;
  readonly candidate: Tree;
  readonly changes: readonly Change[];
}
interface Placed {
  readonly change: Change;
  readonly placing: Placing;
}

async function buildTree(trees: Trees, from: Sides, which: keyof Placing, placed: readonly Placed[]) {
  const home = which === 'red' ? 'base' : 'candidate';
  const entries: Put[] = [];
  for (const { change, placing } of placed) {
    if (placing[which] === home) continue;
    const entry = await entryFor(trees, from, change, placing[which], home);
    if (entry !== undefined) entries.push(entry);
  }
  const tree = entries.length === 0 ? from[home] : await trees.overlay(from[home], entries);
  return { tree, moved: entries.map(({ path }) => path) };
}

interface Put {
  readonly path: BytePath;
  readonly mode: Entry['mode'];
  readonly oid: string | null;
}

async function entryFor(
  trees: Trees,
  { base, candidate }: Sides,
  { path, old, new: now }: Change,
  whose: Whose,
  home: 'base' | 'candidate',
): Promise<Put | undefined> {
  const mode = old?.mode ?? now?.mode ?? '100644';
  if (whose === 'base') return { path, mode, oid: old?.oid ?? null };
  if (whose === 'candidate') return { path, mode: now?.mode ?? mode, oid: now?.oid ?? null };
  const [before, after] = [await textOf(trees, base, path), await textOf(trees, candidate, path)];
  if (before === undefined || after === undefined) return undefined;
  const merged = mix(path, before, after, home);
  return merged === undefined ? undefined : { path, mode, oid: await trees.write(merged) };
}

/** Undefined: the tree keeps the version it starts from. */
function mix(path: BytePath, before: string, after: string, home: 'base' | 'candidate'): string | undefined {
  if (home === 'base') return path.endsWith('package.json') ? packageWithNeeds(before, after) : undefined;
  return path.endsWith('package.json') ? packageByBase(before, after) : sectionsByBase(before, after);
}

async function textOf(trees: Trees, tree: Tree, path: BytePath): Promise<string | undefined> {
  return (await trees.read(tree, path))?.toString('utf8');
}

/** Every line of the old text is in the new one, in order. */
function onlyAdds(old: string | undefined, now: string | undefined): boolean {
  if (old === undefined || now === undefined) return false;
  const lines = now.split('\n');
  let at = 0;
  for (const line of old.trimEnd().split('\n')) {
    at = lines.indexOf(line, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
