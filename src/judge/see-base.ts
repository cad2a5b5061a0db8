import type { Check } from '../config.ts';
import type { Tree } from '../workspace/trees.ts';
import { readKept, writeKept } from './base-cache.ts';
import { type BaseSeen, combine, withStatus } from './base-seen.ts';
import { broken } from './codes.ts';
import { couldNotRun, type Definition, definitionHash, readDefinition } from './definition.ts';
import type { JudgeDeps } from './deps.ts';
import type { Broken } from './judge.ts';
import { runSuite } from './run-suite.ts';
import { byId, type CheckSeen, exitedGreen, type SuiteSeen } from './seen.ts';

/**
 * Known-good first. A judge that cannot see green where green is known must say that it is broken, never "refused":
 * so the base is run before any verdict, in the same environment, twice. What differs between the two is flaky and
 * proves nothing either way.
 *
 * A tree that landed was run as delivered a moment ago, every test held against the base before it, so it is not run
 * again at once. That one run cannot tell a flaky test, though: before a candidate is refused over it, `least: 2` asks
 * for the second.
 */
export async function seeBase(
  deps: JudgeDeps,
  tree: Tree,
  signal: AbortSignal,
  least: 1 | 2 = 1,
): Promise<{ readonly base: BaseSeen; readonly cached: boolean } | Broken> {
  const definition = await readDefinition(deps.trees, tree, deps.checks);
  if ('ruling' in definition) return definition;
  if (definition.checks.length === 0)
    return { base: combine(definition, [{ tree, checks: [] }]), cached: true };
  const hash = definitionHash(definition, deps);
  const kept = await readKept(deps.cacheDir, tree, hash);
  const { landed, flaky } = kept ?? { landed: false, flaky: {} };
  const runs: SuiteSeen[] = [...(kept?.runs ?? [])];
  const before = runs.length;
  while (runs.length < (landed ? least : 2)) {
    const label = `base-${tree.slice(0, 12)}-${runs.length + 1}`;
    const seen = await runSuite(deps, { tree, definition, label, signal });
    if ('ruling' in seen) return seen;
    if ('unprepared' in seen)
      return broken('judge.prepare-failed', `${seen.unprepared.reason}\n${seen.unprepared.output}`);
    const trouble = troubleOn(definition, seen);
    if (trouble !== undefined) return trouble;
    runs.push(seen);
    await writeKept(deps.cacheDir, tree, hash, { runs, landed, flaky });
  }
  return unstable(runs) ?? { base: combine(definition, runs, flaky), cached: runs.length === before };
}

/** Keeps the run of a tree that is about to land as that of the next base. */
export async function keepLanded(deps: JudgeDeps, base: BaseSeen, seen: SuiteSeen): Promise<void> {
  const hash = definitionHash(base.definition, deps);
  if ((await readKept(deps.cacheDir, seen.tree, hash)) !== undefined) return;
  const flaky = Object.fromEntries(base.checks.map((check) => [check.name, withStatus(check, 'flaky')]));
  await writeKept(deps.cacheDir, seen.tree, hash, { runs: [seen], landed: true, flaky });
}

/** Why a run of a base says nothing about it; undefined: it does. */
export function troubleOn({ checks }: Definition, seen: SuiteSeen): Broken | undefined {
  for (const is of seen.checks) {
    const check = checks.find(({ name }) => name === is.name);
    const about = `${JSON.stringify(is.name)}: ${check?.command ?? ''}\n${is.output}`;
    if (couldNotRun(is)) return broken('judge.check-missing', about);
    if (is.timedOut) return broken('judge.check-timeout', about);
    if (is.report === 'broken') return broken('judge.no-report', `${is.trouble}. ${about}`);
    if (is.report === 'none' && promises(check)) return broken('judge.no-report', about);
  }
  return undefined;
}

function promises(check: Check | undefined): boolean {
  return check !== undefined && check.report !== 'auto' && check.report !== 'none';
}

/** A check that ends differently, and no test of it says why. */
function unstable(runs: readonly SuiteSeen[]): Broken | undefined {
  const [first, ...others] = runs;
  for (const one of first?.checks ?? []) {
    for (const run of others) {
      const other = run.checks.find(({ name }) => name === one.name);
      if (other === undefined || !differs(one, other)) continue;
      return broken(
        'judge.unstable',
        `${JSON.stringify(one.name)} ended with ${one.exit}, then with ${other.exit}. ${other.output}`,
      );
    }
  }
  return undefined;
}

function differs(one: CheckSeen, other: CheckSeen): boolean {
  if ((one.tests === null) !== (other.tests === null)) return true;
  if (exitedGreen(one) === exitedGreen(other)) return false;
  const [a, b] = [byId(one.tests), byId(other.tests)];
  return [...a.keys(), ...b.keys()].every((id) => a.get(id)?.status === b.get(id)?.status);
}
