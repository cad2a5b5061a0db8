import { type BytePath, shown } from '../../workspace/trees.ts';
import type { Broken } from '../judge.ts';
import type { View } from '../view.ts';
import { addedWork } from './added-work.ts';
import type { CandidateCode } from './candidate-code.ts';
import { apart } from './mutation.ts';
import { type Mutant, placeOf } from './plan.ts';
import type { MutantRun } from './see-mutants.ts';
import type { Target } from './target.ts';

/** Code that no test asks for, beside data that made the new tests turn: names as people read them. */
export interface Unvouched {
  readonly data: readonly string[];
  /** Files with code in them, and lines where it is known which. */
  readonly code: readonly string[];
}

/** What one round lends: the new tests on other files put back, all tests on damaged code; undefined: not seen. */
export interface Hands {
  readonly view: View;
  readonly target: Target;
  putBack(paths: readonly BytePath[]): Promise<MutantRun['ended'] | Broken | undefined>;
  passAll(mutant: Mutant): Promise<boolean | Broken | undefined>;
}

/**
 * Nothing was noticed of the code, if there was any to damage: what do the new tests look at? Data speaks for itself, and
 * not for new functions beside it that no test asks for. Everything else is let go: pages and programs that we cannot
 * read are noticed too, old functions were there before, and some programs are only there to make the data.
 */
export async function lookBeside(
  hands: Hands,
  code: CandidateCode,
  runs: readonly MutantRun[],
): Promise<Unvouched | Broken | undefined> {
  const { view, target } = hands;
  const damaged = code.all.length > 0;
  if (damaged) {
    const back = await hands.putBack(code.others);
    if (typeof back === 'object' || back !== 'noticed') return typeof back === 'object' ? back : undefined;
  }
  const { data, rest, fresh, grown } = await addedWork(view, target.tree, code);
  if (data.length === 0 || (damaged ? !wasTried(fresh, runs) : grown.length === 0)) return undefined;
  if (!damaged || data.length < code.others.length) {
    const back = await hands.putBack(data);
    if (typeof back === 'object' || back !== 'noticed') return typeof back === 'object' ? back : undefined;
  }
  if (damaged) {
    const pass = await hands.passAll(perFile(fresh));
    if (typeof pass === 'object') return pass;
    const lines = new Set(fresh.map(({ path, line }) => `${shown(path)} line ${line}`));
    return pass === true ? { data: data.map(shown), code: [...lines] } : undefined;
  }
  const back = await hands.putBack(rest);
  if (typeof back === 'object') return back;
  return back === 'unnoticed' ? { data: data.map(shown), code: grown.map(shown) } : undefined;
}

/** A damage to a new function came to run, and no new test noticed. */
function wasTried(fresh: Mutant, runs: readonly MutantRun[]): boolean {
  const unnoticed = runs.filter(({ ended, back }) => ended === 'unnoticed' && !back);
  const places = new Set(unnoticed.flatMap(({ damages }) => damages.map(({ place }) => place)));
  return fresh.length > 0 && fresh.some((one) => places.has(placeOf(one)));
}

/** As many as can be done at once. */
function perFile(all: Mutant): Mutant {
  const files = [...new Set(all.map(({ path }) => path))];
  return files.flatMap((file) => apart(all.filter(({ path }) => path === file)));
}
