import { type BytePath, shown, type Tree } from '../../workspace/trees.ts';
import type { Broken } from '../judge.ts';
import type { View } from '../view.ts';
import type { CandidateCode } from './candidate-code.ts';
import { lookBeside, type Unvouched } from './look-beside.ts';
import { damaged } from './mutation.ts';
import { neutralText } from './neutral.ts';
import { type Mutant, placeOf } from './plan.ts';
import type { DamageDone, MutantRun, NeutralSeen } from './see-mutants.ts';
import type { Answer, Target } from './target.ts';

/** Once something was noticed: how many more are tried for the tests that noticed nothing yet. */
const mostAfter = 2;
/** After so many that did not run, it is asked whether the code runs at all when it is not quite the same. */
const mostIdle = 2;

/** All mutants of one candidate, in their time. */
export class Round {
  readonly runs: MutantRun[] = [];
  neutral: NeutralSeen | undefined;
  /** Code for which only data speaks. */
  unvouched: Unvouched | undefined;
  timeUp = false;
  #asked = false;
  readonly #view: View;
  readonly #target: Target;
  readonly #deadline: number;

  constructor(view: View, target: Target, deadline: number) {
    this.#view = view;
    this.#target = target;
    this.#deadline = deadline;
  }

  async play(plan: readonly Mutant[], code: CandidateCode): Promise<Broken | undefined> {
    let after = 0;
    for (const mutant of plan) {
      const { left, noticed } = this.#open();
      if (left === 0 || (noticed && (left === noticed || ++after > mostAfter))) return;
      const tree = await this.#damage(mutant);
      const damages = mutant.map((one) => ({
        says: `${shown(one.path)} line ${one.line}: ${one.what}`,
        place: placeOf(one),
      }));
      const trouble = await this.#try(tree, damages, false);
      if (trouble !== undefined) return trouble;
      const isLast = this.timeUp || mutant === plan.at(-1);
      const change = this.#wantsNeutral(isLast) ? await this.#changeNothing(code.programs) : undefined;
      if (change !== undefined || this.timeUp) return change;
    }
    const { left, noticed } = this.#open();
    if (left === 0 || noticed > 0 || code.others.length === 0) return;
    return this.#lookBeside(code);
  }

  /** What the tests look at may lie in files that nobody can damage: they are put back as they were. */
  async #lookBeside(code: CandidateCode): Promise<Broken | undefined> {
    const hands = {
      view: this.#view,
      target: this.#target,
      putBack: async (paths: readonly BytePath[]) => {
        const tree = await this.#putBack(paths);
        const damages = paths.map((path) => ({ says: `${shown(path)}: is as it was before`, place: '' }));
        const before = this.runs.length;
        // Where that is what stands there, it was seen that they pass.
        if (tree === this.#target.tree) this.runs.push({ damages, ended: 'unnoticed', by: [], back: true });
        else {
          const trouble = await this.#try(tree, damages, true);
          if (trouble !== undefined) return trouble;
        }
        return this.runs[before]?.ended;
      },
      passAll: async (mutant: Mutant) => {
        const tree = await this.#damage(mutant, this.#target.whole);
        const left = this.#deadline - performance.now();
        this.timeUp = left < 1;
        return this.timeUp ? undefined : this.#target.passAll('mutant-whole', tree, Math.ceil(left));
      },
    };
    const found = await lookBeside(hands, code, this.runs);
    if (found !== undefined && 'ruling' in found) return found;
    this.unvouched = found;
    return;
  }

  /** How many can still show anything, and how many of them did. */
  #open(): { left: number; noticed: number } {
    const blind = new Set([...(this.neutral?.by ?? []), ...(this.neutral?.stuck ?? [])]);
    const noticed = new Set(this.runs.flatMap(({ by }) => by.filter((name) => !blind.has(name))));
    return { left: this.#target.names.filter((name) => !blind.has(name)).length, noticed: noticed.size };
  }

  #wantsNeutral(isLast: boolean): boolean {
    if (this.neutral !== undefined || !this.#asked) return false;
    if (this.runs.some(({ by }) => by.length > 0)) return true;
    const idle = this.runs.filter(({ ended }) => ended === 'not-run').length;
    return isLast ? idle > 0 || this.runs.length === 0 : idle >= mostIdle && idle === this.runs.length;
  }

  /** It has its own time: it is what mutants that took all of theirs are measured by. */
  async #changeNothing(programs: readonly BytePath[]): Promise<Broken | undefined> {
    const { ask, capMs, tree } = this.#target;
    this.neutral = { by: [], stuck: [], style: false };
    const texts = new Map<BytePath, string>();
    for (const path of programs) {
      const other = neutralText(path, await this.#read(path));
      if (other !== undefined) texts.set(path, other);
    }
    if (texts.size === 0) return;
    const changed = await this.#write(tree, texts);
    const first = await ask('neutral', changed, capMs);
    if ('ruling' in first) return first;
    if (first.by.length + first.stuck.length === 0) return;
    const again = await ask('neutral-again', changed, capMs);
    if ('ruling' in again) return again;
    const twice = (of: 'by' | 'stuck') => first[of].filter((name) => again[of].includes(name));
    const [by, stuck] = [twice('by'), twice('stuck')];
    const style = by.length > 0 && (await this.#target.mayLookAtStyle());
    this.neutral = style ? { by: [], stuck, style } : { by, stuck, style };
    return;
  }

  async #try(tree: Tree, damages: readonly DamageDone[], back: boolean): Promise<Broken | undefined> {
    const answer = await this.#ask(tree, `mutant-${this.runs.length + 1}`);
    if (answer === undefined) return;
    if ('ruling' in answer) return answer;
    // Who fails by chance would notice anything once.
    const again =
      answer.by.length === 0 ? answer : await this.#ask(tree, `mutant-${this.runs.length + 1}-again`);
    if (again !== undefined && 'ruling' in again) return again;
    const by = answer.by.filter((name) => (again ?? answer).by.includes(name));
    const ended = by.length > 0 ? 'noticed' : answer.ran ? 'unnoticed' : 'not-run';
    this.runs.push({ damages, ended, by, back });
    return;
  }

  /** Undefined when there is no time left, or none was left in the middle. */
  async #ask(tree: Tree, name: string): Promise<Answer | Broken | undefined> {
    const left = this.#deadline - performance.now();
    const { capMs } = this.#target;
    this.timeUp = left < 1;
    if (this.timeUp) return undefined;
    this.#asked = true;
    const answer = await this.#target.ask(name, tree, Math.ceil(Math.min(left, capMs)));
    this.timeUp = !('ruling' in answer) && !answer.ran && performance.now() > this.#deadline;
    return this.timeUp ? undefined : answer;
  }

  async #damage(mutant: Mutant, tree = this.#target.tree): Promise<Tree> {
    const texts = new Map<BytePath, string>();
    for (const path of new Set(mutant.map((one) => one.path))) {
      const here = mutant.filter((one) => one.path === path);
      texts.set(path, damaged(await this.#read(path), here));
    }
    return this.#write(tree, texts);
  }

  async #read(path: BytePath): Promise<string> {
    return (await this.#view.deps.trees.read(this.#target.tree, path))?.toString('utf8') ?? '';
  }

  async #write(tree: Tree, texts: ReadonlyMap<BytePath, string>): Promise<Tree> {
    const { trees } = this.#view.deps;
    const listed = new Map((await trees.list(tree)).map((entry) => [entry.path, entry.mode]));
    const entries = [];
    for (const [path, text] of texts) {
      entries.push({ path, mode: listed.get(path) ?? '100644', oid: await trees.write(text) });
    }
    return trees.overlay(tree, entries);
  }

  /** As the tests were red on it. */
  async #putBack(paths: readonly BytePath[]): Promise<Tree> {
    const { trees } = this.#view.deps;
    const { tree, red } = this.#target;
    const list = async (of: Tree) => new Map((await trees.list(of)).map((entry) => [entry.path, entry]));
    const [now, before] = [await list(tree), await list(red)];
    const entries = paths.map((path) => ({
      path,
      mode: before.get(path)?.mode ?? now.get(path)?.mode ?? ('100644' as const),
      oid: before.get(path)?.oid ?? null,
    }));
    return trees.overlay(tree, entries);
  }
}
