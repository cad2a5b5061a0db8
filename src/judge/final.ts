import type { Proof, Reason } from '../ledger/event.ts';
import type { Feature } from '../project/feature.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import { readKept, writeKept } from './base-cache.ts';
import { type BaseCheck, type BaseSeen, combine } from './base-seen.ts';
import { broken, reason } from './codes.ts';
import { comparedByCheck, comparedByTest } from './compare.ts';
import { type Definition, definitionHash } from './definition.ts';
import type { JudgeDeps } from './deps.ts';
import { checkAsProof } from './fresh-tests.ts';
import type { Broken, FinalRuling } from './judge.ts';
import { runSuite, runVerify, type ToRun } from './run-suite.ts';
import { sealedOnTip } from './sealed/on-tip.ts';
import { seeBase, troubleOn } from './see-base.ts';
import { byId, exitedGreen, isGreen, type SuiteSeen } from './seen.ts';
import { asMoved, proofAsMoved } from './standing/since.ts';

export interface Landed {
  readonly feature: Feature;
  readonly proof: Proof;
}

/**
 * The whole once more, on the tip: what held at the start and after the last landing, and the green half of every
 * proof, sealed tests included. What is red is run a second time before anything is called lost: a feature is not taken back for a flake.
 */
export async function finalRuling(
  deps: JudgeDeps,
  tip: Commit,
  start: Commit,
  each: readonly Landed[],
  signal: AbortSignal,
): Promise<FinalRuling | Broken> {
  const tree = await deps.trees.treeOf(tip);
  const atStart = await seeBase(deps, await deps.trees.treeOf(start), signal);
  if ('ruling' in atStart) return atStart;
  const { definition } = atStart.base;
  const held = await heldOn(deps, await asMoved(deps.trees, atStart.base, tree), tree);
  const landed = await Promise.all(
    each.map(async (one) => ({
      ...one,
      proof: await proofAsMoved(deps.trees, atStart.base, one.proof, tree),
    })),
  );
  const look = (n: number) =>
    runAll(deps, { tree, definition, label: `final-${tree.slice(0, 12)}-${n}`, signal }, landed);
  const first = await look(1);
  if ('ruling' in first) return first;
  await keepRun(deps, definition, first.suite);
  const label = `final-${tree.slice(0, 12)}-sealed`;
  const at = { tree, suite: first.suite, start: atStart.base, label, signal };
  const sealed = await sealedOnTip(
    deps,
    at,
    landed.map(({ feature }) => feature),
  );
  if ('ruling' in sealed) return sealed;
  if (lostIn(held, first, landed).length === 0) return rulingOf(sealed);
  const second = await look(2);
  if ('ruling' in second) return second;
  const twice = withLostProofs(lostIn(held, better(first, second), landed), [first, second], landed);
  return rulingOf([
    ...twice,
    ...sealed.filter((one) => twice.every(({ feature }) => feature !== one.feature)),
  ]);
}

function rulingOf(lost: FinalRuling['lost']): FinalRuling {
  return { ruling: lost.length === 0 ? 'held' : 'lost', lost };
}

/** A proof that is red in one of two runs is a matter of luck: it shows nothing, and no second run makes up for it. */
function withLostProofs(
  lost: FinalRuling['lost'],
  runs: readonly All[],
  landed: readonly Landed[],
): FinalRuling['lost'] {
  const known = new Set(lost.map(({ feature }) => feature));
  const unlucky = landed
    .filter(({ feature }) => !known.has(feature.id))
    .flatMap((one) => {
      const [reasons] = runs.map((run) => proofLost(run, one)).filter((found) => found.length > 0);
      return reasons === undefined ? [] : [{ feature: one.feature.id, reasons }];
    });
  return [...lost, ...unlucky];
}

/** The suite and the verify commands (by feature: whether it was green, and what it printed). */
interface All {
  readonly suite: SuiteSeen;
  readonly verifies: ReadonlyMap<string, { readonly green: boolean; readonly output: string }>;
}

async function runAll(deps: JudgeDeps, run: ToRun, landed: readonly Landed[]): Promise<All | Broken> {
  const suite = await runSuite(deps, run);
  if ('ruling' in suite) return suite;
  if ('unprepared' in suite) return broken('judge.prepare-failed', suite.unprepared.output);
  const verifies = new Map<string, { green: boolean; output: string }>();
  for (const { feature } of landed) {
    if (feature.verify === undefined) continue;
    const seen = await runVerify(deps, { ...run, label: `${run.label}.${feature.id}` }, feature.verify);
    if ('ruling' in seen) return seen;
    if ('unprepared' in seen) return broken('judge.prepare-failed', seen.unprepared.output);
    verifies.set(feature.id, { green: exitedGreen(seen), output: seen.output });
  }
  return { suite, verifies };
}

const where = ' on the tip of the run branch';

function lostIn(held: BaseSeen, { suite, verifies }: All, landed: readonly Landed[]): FinalRuling['lost'] {
  const lost = landed.flatMap((one) => {
    const reasons = proofLost({ suite, verifies }, one);
    return reasons.length === 0 ? [] : [{ feature: one.feature.id, reasons }];
  });
  const general = [...comparedByCheck(held, suite, where), ...comparedByTest(held, suite, where)];
  const last = landed.at(-1);
  // What broke belongs to nobody's proof: the landing that came last is the nearest place to look.
  if (general.length > 0 && lost.length === 0 && last !== undefined)
    return [{ feature: last.feature.id, reasons: general }];
  return lost;
}

/** Why the green half of a proof does not hold; nothing where it does. */
function proofLost({ suite, verifies }: All, { feature, proof }: Landed): readonly Reason[] {
  const reasons: Reason[] = [];
  const verify = verifies.get(feature.id);
  if (verify?.green === false) reasons.push(reason('proof.verify-red', { output: verify.output }));
  const red = proof.kind === 'tests' ? proof.turned.filter((name) => !isHeld(suite, name)) : [];
  if (red.length > 0) {
    const says = `What proved ${feature.id} is not green any more${where}.`;
    reasons.push(reason('tests.failing', { says, tests: red, output: outputOf(suite) }));
  }
  return reasons;
}

function isHeld({ checks }: SuiteSeen, name: string): boolean {
  return checks.some((check) =>
    name === checkAsProof(check.name) ? isGreen(check) : byId(check.tests).get(name)?.status === 'pass',
  );
}

function outputOf({ checks }: SuiteSeen): string {
  return checks.find((check) => !isGreen(check))?.output ?? '';
}

/** What held at the start, and what held when the tip landed. */
async function heldOn(deps: JudgeDeps, start: BaseSeen, tip: Tree): Promise<BaseSeen> {
  const kept = await readKept(deps.cacheDir, tip, definitionHash(start.definition, deps));
  if (kept === undefined) return start;
  const landed = combine(start.definition, kept.runs, kept.flaky);
  return {
    ...start,
    checks: start.checks.map((was) =>
      both(
        was,
        landed.checks.find(({ name }) => name === was.name),
      ),
    ),
  };
}

function both(was: BaseCheck, later: BaseCheck | undefined): BaseCheck {
  if (later?.tests == null) return was;
  const flaky = [...(was.tests ?? [])].filter(([, { status }]) => status === 'flaky');
  return { ...later, tests: new Map([...(was.tests ?? []), ...later.tests, ...flaky]) };
}

/** The better of two runs, check by check and test by test. */
function better(a: All, b: All): All {
  const checks = a.suite.checks.map((one) => {
    const other = b.suite.checks.find(({ name }) => name === one.name);
    if (other === undefined || isGreen(one)) return one;
    if (isGreen(other) || one.tests === null || other.tests === null) return other;
    const passing = new Set(one.tests.filter(({ status }) => status === 'pass').map(({ id }) => id));
    const there = byId(other.tests);
    const again = other.tests.map((test) =>
      passing.has(test.id) ? { ...test, status: 'pass' as const } : test,
    );
    return { ...other, tests: [...again, ...one.tests.filter(({ id }) => !there.has(id))] };
  });
  const verifies = new Map(
    [...a.verifies].map(([id, one]) => [id, one.green ? one : (b.verifies.get(id) ?? one)]),
  );
  return { suite: { ...a.suite, checks }, verifies };
}

/** The run of the tip is a run of the next base as well, unless it is one that says nothing about a base. */
async function keepRun(deps: JudgeDeps, definition: Definition, suite: SuiteSeen): Promise<void> {
  if (suite.checks.length === 0 || troubleOn(definition, suite) !== undefined) return;
  const hash = definitionHash(definition, deps);
  const kept = (await readKept(deps.cacheDir, suite.tree, hash)) ?? { runs: [], landed: false, flaky: {} };
  if (kept.runs.length >= 2) return;
  await writeKept(deps.cacheDir, suite.tree, hash, { ...kept, runs: [...kept.runs, suite] });
}
