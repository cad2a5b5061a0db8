import type { Feature } from '../../project/feature.ts';
import { type Change, type Commit, type Entry, shown, type Tree } from '../../workspace/trees.ts';
import type { JudgeDeps } from '../deps.ts';
import { nameEvidence } from '../evidence.ts';
import type { Broken, Candidate } from '../judge.ts';
import { fileName } from '../protected.ts';
import { Eyes } from '../see.ts';
import { parse } from '../syntax.ts';
import type { View } from '../view.ts';
import type { FileOnBase } from './on-base.ts';
import { seeOnBase } from './see-on-base.ts';
import { titlesIn } from './titles.ts';
import { lookoutOf } from './view-sealed.ts';

/** Tests that were written for a feature before anyone worked on it. */
export interface Written {
  readonly run: string;
  readonly feature: Feature;
  readonly base: Commit;
  readonly baseTree: Tree;
  /** The base with what was written. */
  readonly tree: Tree;
}

/** What of it can be sealed; or, for their author, why nothing can. */
export type Examined =
  | {
      readonly ruling: 'kept';
      readonly tree: Tree;
      readonly entries: readonly Entry[];
      /** Titles that are known, by file. */
      readonly titles: Readonly<Record<string, readonly string[]>>;
      readonly notes: readonly string[];
    }
  | { readonly ruling: 'refused'; readonly why: readonly string[] };

const mostFiles = 100;

/**
 * Looks at tests of an examiner: only new test files and helpers count, a check must run them, and something in each
 * must fail while the feature is missing. A file that passes as a whole shows nothing and is left out.
 */
export async function examineTests(
  deps: JudgeDeps,
  { run, feature, base, baseTree, tree }: Written,
  signal: AbortSignal,
): Promise<Examined | Broken> {
  const changes = await deps.trees.changes(baseTree, tree);
  const candidate: Candidate = { run, session: 0, feature, base, baseTree, tree, problems: [], dropped: [] };
  const label = await nameEvidence(deps.evidenceDir, candidate);
  const eyes = new Eyes(deps, { candidate, changes, label, signal }, undefined);
  const soFar = { proof: undefined, notes: [] };
  const look = await eyes.see('base', {}, soFar);
  if ('ruling' in look) return look;
  if ('reasons' in look || look.base === undefined) return { ruling: 'refused', why: [] };
  await eyes.see('trees', look, soFar);
  const brought = broughtBy(eyes, changes);
  if (!brought.some(({ path }) => eyes.kind(path) === 'test')) {
    return {
      ruling: 'refused',
      why: ['There is no new test file: existing files and sources do not count.'],
    };
  }
  const files = brought.map((entry) => ({ entry, from: 'examiner' as const }));
  const all = { tree: await deps.trees.only(brought), files, dropped: [] };
  const before = await seeOnBase(lookoutOf(eyes, look.base), all);
  if ('ruling' in before) return before;
  const broken = new Set(await namesOfBroken(deps, tree, brought));
  const why = before.files.flatMap((file) => whyNot(file, broken));
  const bad = new Set(before.files.filter((file) => whyNot(file, broken).length > 0).map(({ file }) => file));
  const entries = brought.filter(({ path }) => !bad.has(fileName(path)));
  const good = before.files.filter(({ file, is }) => is !== 'empty' && !bad.has(file));
  if (good.length === 0)
    return { ruling: 'refused', why: why.length > 0 ? why : ['There is no test in any file.'] };
  const kept = await deps.trees.only(entries);
  const titles: Record<string, readonly string[]> = {};
  for (const { file } of good) {
    const text = (await deps.trees.read(tree, Buffer.from(file).toString('latin1')))?.toString('utf8') ?? '';
    titles[file] = titlesIn(file, text).tests;
  }
  return {
    ruling: 'kept',
    tree: kept,
    entries,
    titles,
    notes: [...why, ...good.flatMap(noteOn)].slice(0, 20),
  };
}

/** New plain files that are tests or are loaded by tests. */
function broughtBy(view: View, changes: readonly Change[]): readonly Entry[] {
  return changes
    .flatMap(({ old, new: now }) => (old === null && now !== null ? [now] : []))
    .filter(({ path, mode }) =>
      mode.startsWith('1006') || mode.startsWith('1007')
        ? ['test', 'helper'].includes(view.kind(path))
        : false,
    )
    .slice(0, mostFiles);
}

async function namesOfBroken(
  deps: JudgeDeps,
  tree: Tree,
  entries: readonly Entry[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { path } of entries) {
    const text = (await deps.trees.read(tree, path))?.toString('utf8') ?? '';
    if (parse(fileName(path), text)?.whole === false) names.push(fileName(path));
  }
  return names;
}

function whyNot({ file, is }: FileOnBase, broken: ReadonlySet<string>): readonly string[] {
  const name = shown(Buffer.from(file).toString('latin1'));
  if (is === 'unseen') return [`${name}: no check runs it. Put it where the checks look for tests.`];
  if (is === 'green') return [`${name}: all of it passes without the feature, so it shows nothing.`];
  return is === 'unloaded' && broken.has(file) ? [`${name}: it cannot be read as a program.`] : [];
}

function noteOn({ file, is, tests }: FileOnBase): readonly string[] {
  const passing = [...tests.values()].filter((status) => status === 'pass').length;
  if (is === 'unloaded')
    return [`${file} does not load before the feature is there; its tests are known then.`];
  return passing === 0 ? [] : [`${file}: ${passing} of its tests pass already and only guard what is there.`];
}
