import type { BytePath, Tree } from '../workspace/trees.ts';
import type { BaseSeen } from './base-seen.ts';
import { checkAsProof, type FreshTest, freshTests } from './fresh-tests.ts';
import { fileName } from './protected.ts';
import { byId, type CheckSeen, type SuiteSeen } from './seen.ts';
import { isTrouble, type Seen, type View, type Viewer } from './view.ts';

/**
 * Trees made narrow for the new tests: test files that reported on the base and are not wanted are left out, so that
 * whatever finds test files finds only the wanted ones, and no command has to be understood or changed. What the exit
 * code says of such a tree means nothing; identities decide. A narrow tree is believed only when every wanted test
 * was seen in it, and passes; else (commands that name files, tests that load other tests) the whole trees are run.
 */
export interface Focus {
  /** Names of the checks that hold new tests known by name. */
  readonly checks: readonly string[];
  /** Test files that are left out; none: the trees are whole. */
  readonly without: readonly BytePath[];
  /** The candidate's side, each time it was looked at again. */
  readonly green: readonly SuiteSeen[];
}

/** A run of the whole suite below this is worth repeating to tell luck from proof. */
const cheapMs = 4_000;

/** The sight `focus`: the new tests, seen green a second time. */
export const seeFocus: Viewer = async (view, seen) => {
  const { base, trees } = seen;
  const proving = seen.proving ?? (await view.suite('proving', trees.proving, base));
  if (isTrouble(proving)) return proving;
  const wanted = freshTests(base, proving).filter(({ name, check }) => name !== checkAsProof(check));
  const checks = [...new Set(wanted.map(({ check }) => check))];
  let times = checks.length > 0 && isCheap(proving, checks) ? 1 : 0;
  const without = wanted.length === 0 ? [] : await unwanted(view, trees.proving, base, wanted);
  if (without.length > 0) {
    const tree = await leaveOut(view, trees.proving, without);
    const green = await view.suite('focus', tree, base, { checks, again: true });
    if (isTrouble(green)) return green;
    const seenThere = wanted.map((test) => statusIn(green, test));
    if (seenThere.includes('pass') && !seenThere.includes(undefined))
      return { ...seen, proving, focus: { checks, without, green: [green] } };
    // It needs what was left out, or it fails by chance.
    if (seenThere.includes('fail')) times = 2;
  }
  const green: SuiteSeen[] = [];
  while (green.length < times) {
    const name = `focus-whole-${green.length + 1}`;
    const suite = await view.suite(name, trees.proving, base, { checks, again: true });
    if (isTrouble(suite)) return suite;
    green.push(suite);
  }
  return { ...seen, proving, focus: { checks, without: [], green } };
};

/**
 * The sight `red`: the new tests on the base's sources, twice where the first time leaves hope, so that a test that
 * fails by chance is no proof. When a narrow run leaves doubt, the whole is run instead.
 */
export const seeRed: Viewer = async (view, seen, soFar) => {
  const { base, trees, focus, proving } = seen;
  if (focus === undefined || proving === undefined) {
    const first = await seeFocus(view, seen, soFar);
    return isTrouble(first) ? first : seeRed(view, { ...seen, ...first } as Seen, soFar);
  }
  const fresh = freshTests(base, proving);
  const told = fresh.filter(({ name, check }) => name !== checkAsProof(check));
  const narrow = focus.without.length > 0;
  const runs: SuiteSeen[] = [];
  const run = async (name: string, tree: Tree, checks: readonly string[]) => {
    const suite = await view.suite(name, tree, base, { checks, again: true });
    if (!isTrouble(suite)) runs.push(suite);
    return suite;
  };
  if (told.length > 0) {
    const tree = narrow ? await leaveOut(view, trees.red, focus.without) : trees.red;
    const first = await run('red', tree, focus.checks);
    if (isTrouble(first)) return first;
    const doubt = narrow && told.some((test) => leavesDoubt(first, test));
    const again = doubt ? trees.red : tree;
    const worth = doubt || (hope(first, told) && (narrow || isCheap(first, focus.checks)));
    const second = worth ? await run('red-again', again, focus.checks) : first;
    if (isTrouble(second)) return second;
    // What the narrow run could not tell, it does not tell: only the whole counts.
    if (doubt) runs.shift();
    if (runs.some((one) => hope(one, told))) return { ...seen, red: runs };
  }
  const silent = fresh.filter(({ name, check }) => name === checkAsProof(check)).map(({ check }) => check);
  if (silent.length > 0) {
    const first = await run('red-checks', trees.red, silent);
    if (isTrouble(first)) return first;
    const second = isCheap(first, silent) ? await run('red-checks-again', trees.red, silent) : first;
    if (isTrouble(second)) return second;
  }
  return { ...seen, red: runs };
};

/** Test files of the base that hold none of the wanted tests. */
async function unwanted(
  view: View,
  tree: Tree,
  base: BaseSeen,
  wanted: readonly FreshTest[],
): Promise<readonly BytePath[]> {
  const keep = new Set(wanted.map(({ file }) => file));
  // Where a report does not tell files, nobody knows which one is wanted.
  if (keep.has('')) return [];
  // A helper that a runner takes for a test file is reported too, but by its own name only.
  const held = base.checks.flatMap((check) => [...(check.tests ?? [])]);
  const known = new Set(held.filter(([id, { file }]) => id !== file).map(([, { file }]) => file));
  const entries = await view.deps.trees.list(tree);
  return entries
    .map(({ path }) => path)
    .filter((path) => {
      const name = fileName(path);
      return known.has(name) && !keep.has(name) && view.kind(path) === 'test';
    });
}

/** The tree without these files. */
export function leaveOut(view: View, tree: Tree, paths: readonly BytePath[]): Promise<Tree> {
  return view.deps.trees.overlay(
    tree,
    paths.map((path) => ({ path, mode: '100644', oid: null })),
  );
}

function checkIn({ checks }: SuiteSeen, test: FreshTest): CheckSeen | undefined {
  return checks.find(({ name }) => name === test.check);
}

function statusIn(suite: SuiteSeen, test: FreshTest) {
  return byId(checkIn(suite, test)?.tests ?? null).get(test.name)?.status;
}

/** It may be red: it did not pass, is not skipped, and what did not come to run may not have loaded. */
function hope(suite: SuiteSeen, tests: readonly FreshTest[]): boolean {
  return tests.some((test) => {
    const is = checkIn(suite, test);
    if (is === undefined || is.timedOut) return false;
    const status = statusIn(suite, test);
    return status === 'fail' || (status === undefined && (is.exit !== 0 || is.report !== 'read'));
  });
}

/**
 * A test is not there, its file is not told to have failed, and yet the run is red: it may have been red because of
 * what was left out ("no tests found"), or because a runner stopped at a file that did not load.
 */
function leavesDoubt(suite: SuiteSeen, test: FreshTest): boolean {
  const is = checkIn(suite, test);
  if (is === undefined || statusIn(suite, test) !== undefined) return false;
  if (byId(is.tests).get(test.file)?.status === 'fail') return false;
  return is.exit !== 0 || is.report !== 'read';
}

/** Whether these checks took less time together than what is worth repeating. */
export function isCheap({ checks }: SuiteSeen, names: readonly string[]): boolean {
  const ran = checks.filter(({ name }) => names.includes(name));
  return ran.every(({ timedOut }) => !timedOut) && ran.reduce((sum, { ms }) => sum + ms, 0) < cheapMs;
}
