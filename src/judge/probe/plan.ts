import { randomBytes } from 'node:crypto';
import type { Entry, Tree, Trees } from '../../workspace/trees.ts';
import type { SuiteSeen } from '../seen.ts';
import { type FailingWithin, failWithin, pythonTests } from './fail-within.ts';
import { plantFor } from './plant.ts';
import { endsRed } from './plants/pytest.ts';
import { filesIn, originsIn } from './source-of.ts';

const largest = 1_000_000;

/** A test file as checks reported it: what is planted in it is looked for in their next reports. */
export interface Bed {
  /** As reports name it. */
  readonly file: string;
  readonly checks: readonly string[];
  readonly runner: string;
  readonly titles: readonly string[];
}

/** A bed with its plants. */
export interface Planted extends Bed {
  /** Part of the name of each test planted for it; nobody could know it before. */
  readonly id: string;
  /** The file of the tree that was planted. */
  readonly origin: string;
  /** Its own text ends the process: then the plants may not come to their turn. */
  readonly mayExit: boolean;
  /** Titles of its own tests that throw at their end, and so cannot pass. */
  readonly red: readonly string[];
}

const ends =
  /\bprocess\s*\.\s*(exit|reallyExit|kill|abort)\b|\b(os\._exit|sys\.exit|os\.abort|os\.kill|os\.Exit)\b/;

export interface Plan {
  /** The tree with the plants in it. */
  readonly tree: Tree;
  /** What watches the run is called so. */
  readonly word: string;
  readonly planted: readonly Planted[];
  /** Test files that no plant could be put into. */
  readonly leftOut: readonly string[];
}

/** The files that reported tests, other than themselves as a whole. */
export function bedsIn(suite: Pick<SuiteSeen, 'checks'>): readonly Bed[] {
  const beds = new Map<string, { checks: Set<string>; runner: string; titles: Set<string> }>();
  for (const { name, tests } of suite.checks) {
    for (const { id, file, runner } of tests ?? []) {
      if (runner === undefined || file === '' || id === file) continue;
      const bed = beds.get(file) ?? { checks: new Set(), runner, titles: new Set() };
      bed.checks.add(name);
      for (const part of id.slice(file.length).split(' › ')) bed.titles.add(part);
      beds.set(file, bed);
    }
  }
  return [...beds]
    .map(([file, { checks, runner, titles }]) => ({ file, checks: [...checks], runner, titles: [...titles] }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Plants must-fail tests into those of the beds that the tree has; names are made anew each time. */
export async function planFor(trees: Trees, tree: Tree, beds: readonly Bed[]): Promise<Plan> {
  const word = `p${randomBytes(8).toString('hex')}`;
  const files = await filesIn(trees, tree);
  const originOf = await originsIn(trees, tree, files);
  const planted = new Map<string, Planted>();
  const entries: { path: string; mode: Entry['mode']; oid: string }[] = [];
  const leftOut: string[] = [];
  for (const bed of beds) {
    const origin = originOf(bed.file, bed.runner);
    const entry = origin === undefined ? undefined : files.get(origin);
    const known = origin === undefined ? undefined : planted.get(origin);
    if (known !== undefined) {
      planted.set(`${origin} as ${bed.file}`, { ...known, ...bed });
      continue;
    }
    // A file the tree does not have is one that another tree brought.
    if (origin === undefined || entry === undefined) continue;
    const id = `${word}${String(planted.size).padStart(4, '0')}`;
    const text = await textOf(trees, tree, entry);
    const plant = plantFor(bed.runner);
    const planting =
      text === undefined ? undefined : plant?.({ file: origin, text, titles: bed.titles }, { id, word });
    if (text === undefined || planting === undefined) {
      leftOut.push(bed.file);
      continue;
    }
    const within = withinOf(origin, text, bed.runner);
    const content = 'append' in planting ? `${within.text}${planting.append}` : planting.text;
    const path = 'append' in planting ? entry.path : Buffer.from(planting.beside, 'utf8').toString('latin1');
    entries.push({ path, mode: entry.mode, oid: await trees.write(content) });
    planted.set(origin, { ...bed, id, origin, mayExit: ends.test(text), red: within.titles });
  }
  const made = entries.length === 0 ? tree : await trees.overlay(tree, entries);
  return { tree: made, word, planted: [...planted.values()], leftOut };
}

const onNode = new Set(['node-test', 'vitest', 'jest', 'mocha', 'ava']);

/** The file with its own tests failing at their end, where we know how to write that. */
function withinOf(file: string, text: string, runner: string): FailingWithin {
  const none = { text, titles: [] };
  if (runner === 'pytest') return endsRed.test(text) ? { text, titles: pythonTests(text) } : none;
  return (onNode.has(runner) ? failWithin(file, text) : undefined) ?? none;
}

async function textOf(trees: Trees, tree: Tree, { path, mode }: Entry): Promise<string | undefined> {
  if (mode !== '100644' && mode !== '100755') return undefined;
  const bytes = await trees.read(tree, path);
  if (bytes === undefined || bytes.length > largest) return undefined;
  const text = bytes.toString('utf8');
  // Other encodings would be spoilt.
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
