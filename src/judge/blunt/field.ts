import type { BytePath, Entry, Tree } from '../../workspace/trees.ts';
import { isCheap, leaveOut } from '../focus.ts';
import type { Broken } from '../judge.ts';
import type { MutationKind } from '../mutants/mutation.ts';
import { capFor } from '../mutants/target.ts';
import { fileName } from '../protected.ts';
import type { SuiteSeen } from '../seen.ts';
import { isTrouble, type Seen, type View } from '../view.ts';
import { Sources } from './broad-damage.ts';
import { doNotFailIn, failIn, noneIsThere, type OldTest, someAreMissing } from './compare-bites.ts';
import type { Reach } from './reach.ts';

interface Asking {
  readonly reach: Reach;
  readonly asked: readonly OldTest[];
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}
interface Round {
  readonly kinds: readonly MutationKind[];
  readonly careful?: true;
}
type Sides = Seen & { readonly judged: SuiteSeen; readonly delivered: SuiteSeen };

const results: Round = { kinds: ['result'] };
const others: readonly Round[] = [{ kinds: ['flow'] }, { kinds: ['operator', 'value', 'stand-in'] }];

/**
 * Old tests on damaged code, with the base's rules and as delivered. Damages of one kind come all at once, kind after
 * kind, until each test was seen to notice one; of mere neighbours, and where a run is not cheap, until half of them were.
 */
export class Field {
  readonly runs: SuiteSeen[] = [];
  readonly felt = new Set<string>();
  blunt: readonly OldTest[] = [];
  timeUp = false;
  readonly #view: View;
  readonly #seen: Sides;
  readonly #asking: Asking;
  readonly #checks: readonly string[];
  readonly #capMs: number;
  /** Test files that are left out, so that runners find the wanted ones alone. */
  #without: readonly BytePath[] = [];

  constructor(view: View, seen: Sides, asking: Asking) {
    this.#view = view;
    this.#seen = seen;
    this.#asking = asking;
    const ids = new Set(asking.asked.map(({ id }) => id));
    this.#checks = seen.base.checks
      .filter(({ tests }) => [...(tests?.keys() ?? [])].some((id) => ids.has(id)))
      .map(({ name }) => name);
    const ms = seen.judged.checks.filter(({ name }) => this.#checks.includes(name)).map((check) => check.ms);
    this.#capMs = capFor(Math.max(0, ...ms));
  }

  /** Plays all rounds; gives what kept the judge from seeing, if anything did. */
  async play(): Promise<Broken | undefined> {
    const { trees, base } = this.#seen;
    this.#without = await this.#unreached();
    const reported = new Set(
      base.checks.flatMap(({ tests }) => [...(tests ?? [])].map(([, { file }]) => file)),
    );
    const sources = await Sources.read(this.#view, trees.delivered, reported);
    const rounds: Round[] = [results, ...others];
    for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) {
      const damage = await sources.damage(round.kinds, round.careful === true);
      if (damage.length === 0) continue;
      const run = await this.#byRules(damage);
      if (run === undefined || 'ruling' in run) return run;
      const { asked } = this.#asking;
      if (round === results && someAreMissing(run, asked)) rounds.unshift({ ...round, careful: true });
      const noticed = failIn(run, asked).filter(({ id }) => !this.felt.has(id));
      const trouble = noticed.length === 0 ? undefined : await this.#compare(damage, noticed);
      if (trouble !== undefined || this.timeUp || this.blunt.length > 0) return trouble;
      if (this.#isEnough(isCheap(run, this.#checks))) return undefined;
    }
    return undefined;
  }

  /** Half of all noticed something, and where a run is cheap, each that is reached as more than a neighbour. */
  #isEnough(cheap: boolean): boolean {
    const { asked, reach } = this.#asking;
    const near = asked.filter(({ id, file }) => reach.near.has(file) && !this.felt.has(id));
    return this.felt.size * 2 >= asked.length && !(cheap && near.length > 0);
  }

  /** With the base's rules; whole where nothing that is wanted runs in a narrow tree. */
  async #byRules(damage: readonly Entry[]): Promise<SuiteSeen | Broken | undefined> {
    const run = await this.#run('judged', damage);
    if (run === undefined || 'ruling' in run || this.#without.length === 0) return run;
    if (!noneIsThere(run, this.#asking.asked)) return run;
    this.#without = [];
    return this.#run('judged', damage);
  }

  /** As delivered; what does not notice there is looked at once more on both sides, as it may be chance. */
  async #compare(damage: readonly Entry[], noticed: readonly OldTest[]): Promise<Broken | undefined> {
    let left = noticed;
    const sides = ['delivered', 'judged', 'delivered'] as const;
    for (const side of sides) {
      const run = await this.#run(side, damage);
      if (run === undefined || 'ruling' in run) return run;
      left = side === 'judged' ? failIn(run, left) : doNotFailIn(run, this.#seen.delivered, left);
      if (left.length === 0) break;
    }
    for (const { id } of noticed) this.felt.add(id);
    this.blunt = left;
    return undefined;
  }

  /** Undefined when there is no time left. */
  async #run(
    side: 'judged' | 'delivered',
    damage: readonly Entry[],
  ): Promise<SuiteSeen | Broken | undefined> {
    const left = this.#asking.deadline - performance.now();
    this.timeUp = left < 1;
    if (this.timeUp) return undefined;
    const { trees, base } = this.#seen;
    const narrow: Tree = await leaveOut(this.#view, trees[side], this.#without);
    const tree = await this.#view.deps.trees.overlay(narrow, damage);
    const capMs = Math.ceil(Math.min(left, this.#capMs));
    const options = { checks: this.#checks, again: true, capMs } as const;
    const suite = await this.#view.suite(`bite-${this.runs.length + 1}`, tree, base, options);
    // Damaged sources may break what init.sh does: that says nothing of tests.
    const run = !isTrouble(suite) ? suite : 'ruling' in suite ? suite : { tree, checks: [] };
    if (!('ruling' in run)) this.runs.push(run);
    return run;
  }

  /** Test files that need not run: old ones that feel nothing, and new ones that cannot reach others. */
  async #unreached(): Promise<readonly BytePath[]> {
    const { base, trees } = this.#seen;
    const { reach } = this.#asking;
    const old = new Set(
      base.checks.flatMap(({ tests }) =>
        [...(tests ?? [])].filter(([id, { file }]) => id !== file).map(([, { file }]) => file),
      ),
    );
    const added = new Set(
      reach.withNew ? [] : this.#view.changes.filter((change) => change.old === null).map(({ path }) => path),
    );
    return (await this.#view.deps.trees.list(trees.delivered))
      .map(({ path }) => path)
      .filter((path) => this.#view.kind(path) === 'test' && !reach.files.has(fileName(path)))
      .filter((path) => old.has(fileName(path)) || added.has(path));
  }
}
