import type { BytePath, Change, Entry, Tree, Trees } from '../workspace/trees.ts';
import {
  fillsPlaceholder,
  ownConfigDiffers,
  packageByBase,
  packageWithNeeds,
  sectionsByBase,
} from './merge-manifest.ts';
import { fileName } from './protected.ts';
import type { Asked } from './standing/asks.ts';
import type { Standing } from './standing/standing.ts';
import { type Sides, standingsOf } from './standing/standings.ts';

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
  /** Test files and helpers of the base that the candidate added to, or that a person let it edit. */
  readonly editedTests: readonly BytePath[];
  /** Those edits only add. */
  readonly additive: boolean;
  /** What a person has to allow before this can land. */
  readonly asked: readonly Asked[];
  /** Paths of the base's rules and tests that a person let it edit or remove. */
  readonly allowed: readonly BytePath[];
  /** Test files of the base that were renamed: the new path by the old one. */
  readonly moved: ReadonlyMap<string, string>;
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
export type Place = (standing: Standing) => Placing;

/** Makes the trees. `place` decides; here is only how. */
export async function arrange(trees: Trees, from: Sides, place: Place): Promise<Arrangement> {
  const { standings, asked, moved, renamedInRed } = await standingsOf(trees, from);
  const placed = standings.map((standing) => ({ ...standing, placing: place(standing) }));
  const build = (which: keyof Placing) => buildTree(trees, from, which, placed);
  const [judged, proving, red] = [await build('judged'), await build('proving'), await build('red')];
  const put = new Set(judged.put);
  const edited = placed.filter(
    ({ change, kind, is }) => isTest(kind) && change.old !== null && /^(grown|edited|removed)$/.test(is),
  );
  const text = (tree: Tree) => textOf(trees, tree, 'package.json');
  const touches = placed.some(({ change }) => change.path === 'package.json');
  const manifests = touches ? [await text(from.base), await text(from.candidate)] : [];
  return {
    delivered: from.candidate,
    judged: judged.tree,
    proving: proving.tree,
    red: renamedInRed.length === 0 ? red.tree : await trees.overlay(red.tree, renamedInRed),
    bringsTests: placed.some(({ kind, placing }) => kind !== 'harness' && placing.red !== 'base'),
    restored: placed
      .filter(({ change, kind }) => put.has(change.path) && (change.old !== null || kind === 'config'))
      .map(({ change }) => change.path),
    editedTests: edited.map(({ change }) => change.path),
    additive: edited.every(({ is, allowed }) => is === 'grown' || allowed),
    asked,
    allowed: placed
      .filter(({ allowed, change, kind }) => allowed && (change.old !== null || kind === 'config'))
      .map(({ change }) => change.path),
    moved: new Map([...moved].map(([old, now]) => [fileName(old), fileName(now)])),
    ownConfigChanged: ownConfigDiffers(manifests[0], manifests[1]),
    ownRules:
      fillsPlaceholder(manifests[0], manifests[1]) ||
      placed.some(
        ({ change, kind, placing }) =>
          change.old === null && (kind === 'config' || kind === 'manifest') && placing.judged === 'candidate',
      ),
  };
}

function isTest(kind: Standing['kind']): boolean {
  return kind === 'test' || kind === 'helper';
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
  return { tree, put: entries.map(({ path }) => path) };
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
