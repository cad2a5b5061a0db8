import { isUtf8 } from 'node:buffer';
import type { Suspicion } from '../../ledger/event.ts';
import { clip } from '../../project/plain-text.ts';
import type { BytePath, Change } from '../../workspace/trees.ts';
import { fileName, type Kind } from '../protected.ts';
import type { Look, Seen, View } from '../view.ts';
import { addressesReader } from './addresses-reader.ts';
import { assertsNothing } from './asserts-nothing.ts';
import { equalsAnything } from './equals-anything.ts';
import { hiddenCode } from './hidden-code.ts';
import { killsParent } from './kills-parent.ts';
import { codeOf } from './kinds.ts';
import { linesOfSources } from './lines-of-sources.ts';
import { linesOfTests } from './lines-of-tests.ts';
import { oddValues } from './odd-values.ts';
import { patchesTests } from './patches-tests.ts';
import { patchesTestsPython } from './patches-tests-python.ts';
import { pragmas } from './pragmas.ts';
import { readsTests, testsText } from './reads-tests.ts';
import { type Around, type Scanner, scanned, suspicionsIn } from './scan.ts';
import { sniffsTests } from './sniffs-tests.ts';
import { specialCases } from './special-cases.ts';
import { swallowsErrors } from './swallows-errors.ts';
import { usesTestLibrary } from './uses-test-library.ts';

const scanners: readonly Scanner[] = [
  patchesTests,
  patchesTestsPython,
  sniffsTests,
  readsTests,
  killsParent,
  equalsAnything,
  specialCases,
  addressesReader,
  assertsNothing,
  testsText,
  hiddenCode,
  usesTestLibrary,
  oddValues,
  linesOfSources,
  linesOfTests,
  pragmas,
  swallowsErrors,
];

/** Suspicions of one verdict, and of one kind in one file. */
const most = 50;
const mostOfKind = 3;
/** What is read at most: a work that is larger is looked at in part. */
const mostFiles = 400;
const mostBytes = 1_000_000;
const mostInAll = 6_000_000;
const mostTests = 150;

/** Reads what the work adds. Only lines of its own count: what the base did before, it does again without a word. */
export async function seeSuspicions(view: View, seen: Seen): Promise<Look> {
  const { candidate, changes } = view;
  const looked = changes.filter(
    ({ path, new: now }) => now !== null && now.mode !== '120000' && view.kind(path) !== 'harness',
  );
  if (looked.length === 0) return { ...seen, suspicions: [] };
  const before = await linesBefore(view, changes);
  const around = await aroundOf(view);
  const found: Suspicion[] = [];
  // What runs is read before what only describes.
  const ordered = looked.toSorted((a, b) => rankOf(view.kind(a.path)) - rankOf(view.kind(b.path)));
  let bytes = 0;
  for (const [at, { path, old }] of ordered.entries()) {
    if (at >= mostFiles || bytes >= mostInAll) {
      const says = `${looked.length - at} changed files from here on were not read: the work is too large.`;
      found.push({ kind: 'hidden-code', path: clip(fileName(path), 900), says });
      break;
    }
    const text = await textAt(view, candidate.tree, path);
    if (text === undefined) continue;
    bytes += text.length;
    const kind = view.kind(path);
    const file = scanned(
      { path: fileName(path), kind, text, isNew: old === null },
      before.get(isTest(kind) ? 'tests' : 'others') ?? new Map(),
    );
    for (const scanner of scanners) {
      if (scanner.of.includes(kind))
        found.push(...suspicionsIn(file, await scanner.look(file, around), mostOfKind));
    }
  }
  const certainFirst = found.toSorted(
    (a, b) => Number(codeOf(b.kind) !== undefined) - Number(codeOf(a.kind) !== undefined),
  );
  return { ...seen, suspicions: certainFirst.slice(0, most) };
}

function rankOf(kind: Kind): number {
  return kind === 'source' ? 0 : 1;
}

function isTest(kind: Kind): boolean {
  return kind === 'test' || kind === 'helper';
}

/** Every line that the changed files had on the base, and how often: a line that only moved is not the work's own. */
async function linesBefore(
  view: View,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, Map<string, number>>> {
  const pools = new Map([
    ['tests', new Map<string, number>()],
    ['others', new Map<string, number>()],
  ]);
  for (const { path, old } of changes) {
    const text = old === null ? undefined : await textAt(view, view.candidate.baseTree, path);
    const pool = pools.get(isTest(view.kind(path)) ? 'tests' : 'others');
    for (const line of text?.split('\n') ?? []) pool?.set(line.trim(), (pool.get(line.trim()) ?? 0) + 1);
  }
  return pools;
}

async function aroundOf(view: View): Promise<Around> {
  const { trees } = view.deps;
  const { tree, baseTree } = view.candidate;
  const entries = [await trees.list(baseTree), await trees.list(tree)];
  let known: { readonly tests: readonly BytePath[]; readonly names: ReadonlySet<string> } | undefined;
  // A large tree takes its time, and most work asks nothing of it.
  const files = () => {
    if (known) return known;
    const paths = [...new Set(entries.flatMap((list) => list.map(({ path }) => path)))];
    known = {
      tests: paths.filter((path) => view.kind(path) === 'test'),
      names: new Set(paths.map(fileName)),
    };
    return known;
  };
  let testFiles: ReadonlySet<string> | undefined;
  const changed = new Set(view.changes.map(({ path }) => path));
  let texts: Promise<{ path: string; text: string }[]> | undefined;
  const read = async () => {
    // What the work brings along is the likeliest to be answered to.
    const ordered = files()
      .tests.toSorted((a, b) => Number(changed.has(b)) - Number(changed.has(a)))
      .slice(0, mostTests);
    const all = ordered.map(async (path) => ({
      path: fileName(path),
      text: (await textAt(view, tree, path)) ?? (await textAt(view, baseTree, path)) ?? '',
    }));
    return Promise.all(all);
  };
  return {
    get testFiles() {
      testFiles ??= new Set(files().tests.map(fileName));
      return testFiles;
    },
    has: (path) => files().names.has(path),
    async holdsTests(path) {
      const name = Buffer.from(path).toString('latin1');
      const text = (await textAt(view, tree, name)) ?? (await textAt(view, baseTree, name)) ?? '';
      return /(?<![.\w])(?:test|it|describe|suite)(?:\.\w+)*\s*\(|\bdef test_|\bunittest\b|\bpytest\b/.test(
        text,
      );
    },
    tests: () => {
      texts ??= read();
      return texts;
    },
  };
}

/** Undefined for what is no text, or too large. */
async function textAt(view: View, tree: string, path: BytePath): Promise<string | undefined> {
  const blob = await view.deps.trees.read(tree, path);
  if (blob === undefined || blob.length > mostBytes || blob.includes(0) || !isUtf8(blob)) return undefined;
  return blob.toString('utf8');
}
