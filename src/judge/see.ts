import type { BytePath, Change, Tree } from '../workspace/trees.ts';
import { type Arrangement, arrange, type Place } from './arrange.ts';
import type { BaseSeen } from './base-seen.ts';
import { broken, reason } from './codes.ts';
import type { Definition } from './definition.ts';
import type { JudgeDeps } from './deps.ts';
import type { Candidate } from './judge.ts';
import type { Sight, Sights } from './layer.ts';
import { fileName, type Kind } from './protected.ts';
import { runSuite, runVerify, type ToRun, type Unprepared } from './run-suite.ts';
import { seeBase } from './see-base.ts';
import { seeSecrets } from './see-secrets.ts';
import { whoDecidesInstead } from './see-verify.ts';
import type { SuiteSeen, VerifySeen } from './seen.ts';
import { withMoved } from './standing/moved.ts';
import { rulesOf } from './standing/rules-of-base.ts';
import { isTrouble, type Look, type SoFar, type SuiteOptions, type Trouble, type View } from './view.ts';
import { viewers } from './viewers.ts';

/** Sees what layers ask for. Trees that are the same are run once, whatever they are called. */
export class Eyes implements View {
  readonly deps: JudgeDeps;
  readonly candidate: Candidate;
  readonly changes: readonly Change[];
  readonly signal: AbortSignal;
  readonly #place: ((base: BaseSeen) => Place) | undefined;
  readonly #label: string;
  readonly #suites = new Map<string, SuiteSeen>();
  readonly #verifies = new Map<string, VerifySeen>();
  #kind: (path: BytePath, isLink?: boolean) => Kind = () => 'source';

  constructor(
    deps: JudgeDeps,
    about: { candidate: Candidate; changes: readonly Change[]; label: string; signal: AbortSignal },
    place: ((base: BaseSeen) => Place) | undefined,
  ) {
    this.deps = deps;
    this.candidate = about.candidate;
    this.changes = about.changes;
    this.#label = about.label;
    this.signal = about.signal;
    this.#place = place;
  }

  /** `seen` with one sight more. */
  async see(sight: Sight, seen: Partial<Sights>, soFar: SoFar): Promise<Look> {
    // Needs no run, so that nothing with a secret in it is ever started.
    if (sight === 'secrets')
      return { ...seen, secrets: await seeSecrets(this.deps, this.candidate, this.changes) };
    if (sight === 'base') return this.base(seen, 1);
    const { base, trees } = seen;
    if (base === undefined) return this.base(seen, 1);
    if (sight === 'trees') return { ...seen, ...(await this.#arrange(base)) };
    if (trees === undefined) return { ...seen, ...(await this.#arrange(base)) };
    const viewer = viewers[sight];
    if (viewer !== undefined) return viewer(this, { ...seen, base, trees }, soFar);
    const tree = treeOf(sight, trees);
    const run = await (sight.startsWith('verify-')
      ? this.verify(sight, tree, base)
      : this.suite(sight, tree, base));
    if (isTrouble(run)) return run;
    const widened = sight === 'proving' && 'checks' in run ? await this.#withTestsOf(run, trees) : trees;
    return { ...seen, trees: widened, [sight]: run };
  }

  /** The base; with `least: 2` also where one run was enough so far. */
  async base(seen: Partial<Sights>, least: 1 | 2): Promise<Look> {
    const look = await seeBase(this.deps, this.candidate.baseTree, this.signal, least);
    if ('ruling' in look) return look;
    const { definition } = look.base;
    if (definition.checks.length === 0 && this.candidate.feature.verify === undefined) {
      return broken('judge.no-checks', `${this.candidate.feature.id} has no verify command either.`);
    }
    return { ...seen, base: withMoved(look.base, seen.trees?.moved ?? new Map()) };
  }

  async #arrange(base: BaseSeen): Promise<{ readonly base: BaseSeen; readonly trees: Arrangement }> {
    const { trees } = this.deps;
    const { baseTree, tree } = this.candidate;
    const rules = await rulesOf(trees, base, baseTree, this.changes);
    this.#kind = rules.kind;
    const sides = {
      base: baseTree,
      candidate: tree,
      changes: this.changes,
      rules,
      allow: base.definition.allow,
    };
    const arranged = await arrange(trees, sides, this.#place?.(base) ?? asDelivered);
    return { base: withMoved(base, arranged.moved), trees: arranged };
  }

  kind(path: BytePath, isLink = false): Kind {
    return this.#kind(path, isLink);
  }

  async suite(
    name: string,
    tree: Tree,
    base: BaseSeen,
    { checks, again, watch, capMs }: SuiteOptions = {},
  ): Promise<SuiteSeen | Trouble> {
    const key = [tree, ...(checks ?? [])].join(' ');
    const known = this.#suites.get(key);
    if (known !== undefined && again !== true) return known;
    const { definition } = base;
    const wanted = definition.checks.filter((check) => checks === undefined || checks.includes(check.name));
    const run = this.#toRun(name, tree, { ...definition, checks: wanted });
    const more = { ...(watch === undefined ? {} : { watch }), ...(capMs === undefined ? {} : { capMs }) };
    const suite = await runSuite(this.deps, { ...run, ...more });
    if ('ruling' in suite) return suite;
    if ('unprepared' in suite) return this.#unprepared(suite, base);
    this.#suites.set(key, suite);
    return suite;
  }

  async verify(
    name: string,
    tree: Tree,
    base: BaseSeen,
    { again, capMs }: Pick<SuiteOptions, 'again' | 'capMs'> = {},
  ): Promise<VerifySeen | Trouble> {
    const known = this.#verifies.get(tree);
    if (known !== undefined && again !== true) return known;
    const command = this.candidate.feature.verify ?? '';
    const toRun = this.#toRun(name, tree, base.definition);
    const run = await runVerify(this.deps, capMs === undefined ? toRun : { ...toRun, capMs }, command);
    if ('ruling' in run) return run;
    if ('unprepared' in run) return this.#unprepared(run, base);
    const { trees } = this.deps;
    const instead = run.instead ?? (await whoDecidesInstead(trees, tree, command, this.changes));
    const seen = instead === undefined ? run : { ...run, instead };
    this.#verifies.set(tree, seen);
    return seen;
  }

  /** New files that reported tests, whatever they are called, belong to the candidate's tests too. */
  async #withTestsOf(suite: SuiteSeen, trees: Arrangement): Promise<Arrangement> {
    const files = new Set(suite.checks.flatMap((check) => (check.tests ?? []).map((test) => test.file)));
    const more = this.changes.filter(
      ({ path, old, new: now }) =>
        old === null && now !== null && this.#kind(path) === 'source' && files.has(fileName(path)),
    );
    const entries = more.flatMap(({ new: now }) => (now === null ? [] : [now]));
    if (entries.length === 0) return trees;
    return { ...trees, bringsTests: true, red: await this.deps.trees.overlay(trees.red, entries) };
  }

  /** With what the base needs, init.sh got through a moment ago: then it is not the candidate that failed. */
  async #unprepared({ unprepared }: Unprepared, base: BaseSeen): Promise<Trouble> {
    const ofBase = await this.deps.prepare(base.tree, base.definition.prepare, this.signal);
    if (this.signal.aborted) return broken('judge.interrupted', '');
    if (ofBase.key === unprepared.key || 'reason' in ofBase) {
      return broken('judge.prepare-failed', `${unprepared.reason}\n${unprepared.output}`);
    }
    return {
      reasons: [reason('check.prepare-failed', { output: `${unprepared.reason}\n${unprepared.output}` })],
    };
  }

  #toRun(name: string, tree: Tree, definition: Definition): ToRun {
    return { tree, definition, label: `${this.#label}.${name}`, signal: this.signal };
  }
}

/** Without a layer that decides otherwise, everything counts as the candidate has it. */
const asDelivered: Place = ({ kind }) => ({
  judged: 'candidate',
  proving: 'candidate',
  red: kind === 'test' || kind === 'helper' || kind === 'harness' ? 'candidate' : 'base',
});

function treeOf(sight: Sight, trees: Arrangement): string {
  const name = sight.replace(/^verify-/, '');
  return name === 'judged' || name === 'proving' || name === 'red' ? trees[name] : trees.delivered;
}
