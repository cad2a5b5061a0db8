import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proof, Reason, Suspicion } from '../ledger/event.ts';
import type { Change } from '../workspace/trees.ts';
import { allWithStatus, type BaseSeen } from './base-seen.ts';
import type { BluntedSeen } from './blunt/see-blunted.ts';
import { definitionHash, judgeEnv } from './definition.ts';
import type { JudgeDeps } from './deps.ts';
import type { Candidate } from './judge.ts';
import type { Sights } from './layer.ts';
import type { MutantsSeen } from './mutants/see-mutants.ts';
import type { SealedSeen } from './sealed/view-sealed.ts';
import type { CheckSeen, SuiteSeen, TestSeen, VerifySeen } from './seen.ts';

/** Everything a verdict rests on. */
export interface Facts {
  readonly candidate: Candidate;
  readonly changes: readonly Change[];
  readonly seen: Partial<Sights>;
  readonly reasons: readonly Reason[];
  readonly proof: Proof | undefined;
  readonly restored: readonly string[];
  readonly knownRed: number;
  readonly flaky: readonly string[];
  readonly notes: readonly string[];
  readonly suspicions: readonly Suspicion[];
}

/** A name that evidence and logs of one ruling begin with: `<feature>-<session>-<n>`, n the first that is free. */
export async function nameEvidence(folder: string, { feature, session }: Candidate): Promise<string> {
  await mkdir(folder, { recursive: true });
  const taken = await readdir(folder);
  for (let n = 1; ; n += 1) {
    const name = `${feature.id}-${session}-${n}`;
    if (!taken.some((file) => file.startsWith(`${name}.`))) return name;
  }
}

/**
 * Writes `<name>.json` and gives its sha256. It names trees, not commits, so that its hash can stand in the commit
 * that lands; fields are always in this order.
 */
export async function writeEvidence(deps: JudgeDeps, name: string, facts: Facts): Promise<string> {
  const { candidate, seen, reasons, proof } = facts;
  const { base, trees } = seen;
  const text = `${JSON.stringify(
    {
      version: 1,
      ruling: reasons.length === 0 ? 'accepted' : 'refused',
      run: candidate.run,
      session: candidate.session,
      feature: { id: candidate.feature.id, proof: candidate.feature.proof, verify: candidate.feature.verify },
      at: new Date(deps.now()).toISOString(),
      base: { commit: candidate.base, tree: candidate.baseTree },
      candidate: { tree: candidate.tree, files: facts.changes.length },
      trees: trees && { judged: trees.judged, proving: trees.proving, red: trees.red },
      environment: base && surroundings(deps, base),
      commands: base?.definition.checks.map(({ name: check, command, report }) => ({
        check,
        command,
        report,
      })),
      onBase: base && countsOf(base),
      runs: runsOf(seen),
      mutants: seen.mutants?.proof && triedOn(seen.mutants),
      bite: seen.blunted && seen.blunted.asked > 0 ? bitten(seen.blunted) : undefined,
      tests: base && seen.delivered && difference(base, seen.delivered),
      sealed: seen.sealed && sealedOf(seen.sealed),
      proof,
      reasons,
      restored: facts.restored,
      dropped: candidate.dropped,
      knownRed: facts.knownRed,
      flaky: facts.flaky,
      notes: facts.notes,
      suspicions: facts.suspicions,
      opinion: seen.opinion,
    },
    null,
    2,
  )}\n`;
  await writeFile(join(deps.evidenceDir, `${name}.json`), text, { flag: 'wx' });
  return createHash('sha256').update(text).digest('hex');
}

function surroundings(deps: JudgeDeps, { definition }: BaseSeen) {
  const { fence, version } = deps;
  const judge = definitionHash(definition, deps);
  return { agentloop: version, node: process.version, fence, judge, variables: judgeEnv(definition) };
}

function countsOf(base: BaseSeen) {
  const count = (status: Parameters<typeof allWithStatus>[1]) => allWithStatus(base, status).length;
  const withoutIdentities = base.checks.filter((check) => check.tests === null).map(({ name }) => name);
  return {
    runs: base.runs,
    passing: count('pass'),
    failing: count('fail'),
    skipped: count('skip') + count('todo'),
    flaky: count('flaky'),
    withoutIdentities,
  };
}

/** How many mutants were possible and were run, what noticed them, and the time it took. */
function triedOn({ made, runs, ms, timeUp, neutral, unvouched }: MutantsSeen) {
  const count = (wanted: string) => runs.filter(({ ended }) => ended === wanted).length;
  const ran = runs.map(({ damages, ended, by }) => ({
    ended,
    by,
    damages: damages.slice(0, 20).map(({ says }) => says),
  }));
  return { made, run: runs.length, noticed: count('noticed'), ms, timeUp, neutral, unvouched, runs: ran };
}

/** How many old tests could feel what was added round them, and what damaging the sources showed of them. */
function bitten({ tests, asked, felt, runs, ms, timeUp }: BluntedSeen) {
  const ran = runs.map((run) => ({ tree: run.tree, checks: run.checks.map(ended) }));
  return { asked, felt, blunt: tests, ms, timeUp, runs: ran };
}

const suites = ['judged', 'delivered', 'proving'] as const;
const verifies = ['verify-judged', 'verify-proving', 'verify-delivered', 'verify-red'] as const;

/** Each run once, with all the names under which it was looked at. */
function runsOf(seen: Partial<Sights>) {
  const runs = new Map<SuiteSeen | VerifySeen, string[]>();
  for (const name of [...suites, ...verifies]) {
    const run = seen[name];
    if (run !== undefined) runs.set(run, [...(runs.get(run) ?? []), name]);
  }
  for (const run of seen.focus?.green ?? []) runs.set(run, ['focus']);
  for (const run of seen.red ?? []) runs.set(run, ['red']);
  if (seen.probe !== undefined && seen.probe.suite.checks.length > 0) runs.set(seen.probe.suite, ['probe']);
  return [...runs].map(([run, as]) => ({
    as,
    tree: run.tree,
    checks:
      'checks' in run ? run.checks.map((check) => ({ ...ended(check), ...counted(check) })) : [ended(run)],
  }));
}

/** Which sealed files were laid over it, and what they said; nothing where the feature has none. */
function sealedOf({ tree, files, holds, failing, runs }: SealedSeen) {
  if (tree === undefined) return undefined;
  const seen = runs.map((run) => ({ tree: run.tree, checks: run.checks.map(ended) }));
  return { tree, files, holds, failing: failing.map(({ title }) => title), runs: seen };
}

function ended({ name, exit, timedOut, ms, log }: Omit<VerifySeen, 'tree'>) {
  return { check: name, exit, timedOut, ms, log };
}

function counted({ tests }: CheckSeen) {
  const count = (status: string) => (tests ?? []).filter((test) => test.status === status).length;
  return tests === null
    ? {}
    : {
        pass: count('pass'),
        fail: count('fail'),
        skip: count('skip'),
        todo: count('todo'),
        slowest: slowest(tests),
      };
}

const slow = { atLeastMs: 100, most: 5 };

/** The tests that took longest, where the runner tells; none that was quick. */
function slowest(tests: readonly TestSeen[]) {
  return tests
    .flatMap(({ id, ms = 0 }) => (ms >= slow.atLeastMs ? [{ id, ms }] : []))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, slow.most);
}

/** Test identities that the candidate adds, loses, or whose status it changes. */
function difference(base: BaseSeen, suite: SuiteSeen) {
  const was = new Map(
    base.checks.flatMap((check) => [...(check.tests ?? [])]).map(([id, test]) => [id, test.status]),
  );
  const is = new Map(
    suite.checks.flatMap((check) => check.tests ?? []).map(({ id, status }) => [id, status]),
  );
  return {
    added: [...is.keys()].filter((id) => !was.has(id)).sort(),
    changed: [...is.keys()]
      .filter((id) => was.has(id) && was.get(id) !== is.get(id))
      .sort()
      .map((id) => ({ id, was: was.get(id), is: is.get(id) })),
    removed: [...was.keys()].filter((id) => !is.has(id)).sort(),
  };
}
