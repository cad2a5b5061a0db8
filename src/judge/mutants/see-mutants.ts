import { parseDuration } from '../../config.ts';
import type { Proof } from '../../ledger/event.ts';
import { shown } from '../../workspace/trees.ts';
import { fileName } from '../protected.ts';
import type { Viewer } from '../view.ts';
import { codeOf } from './candidate-code.ts';
import type { Unvouched } from './look-beside.ts';
import { ownVerifiers } from './own-verifiers.ts';
import { placeOf, planned } from './plan.ts';
import { Round } from './round.ts';
import { targetOf } from './target.ts';

/** What damaging the changed code showed of the proof. */
export interface MutantsSeen {
  /** What was to notice; undefined: nothing is to be tried. */
  readonly proof: Proof | undefined;
  /** The candidate brings tests of its own, new or edited: they are its to mend. */
  readonly ownTests: boolean;
  readonly hollow: boolean;
  /** Changed files that cannot be damaged, as people read them. */
  readonly others: readonly string[];
  /** How many mutants could be made; in how many functions and files outside of functions. */
  readonly made: number;
  readonly places: number;
  readonly runs: readonly MutantRun[];
  /** What a change without effect led to; undefined: it was not tried. */
  readonly neutral: NeutralSeen | undefined;
  /** Code for which only data speaks; undefined: none was seen to be. */
  readonly unvouched: Unvouched | undefined;
  readonly timeUp: boolean;
  readonly ms: number;
}

export interface MutantRun {
  readonly damages: readonly DamageDone[];
  /** `not-run`: a file did not load, the time was over: it says nothing. */
  readonly ended: 'noticed' | 'unnoticed' | 'not-run';
  /** Who noticed, twice. */
  readonly by: readonly string[];
  /** No code was damaged: other changed files were put back as the base has them. */
  readonly back: boolean;
}

/** Tests that did not pass, twice, although only the text of the code was another one. */
export interface NeutralSeen {
  /** Who failed. */
  readonly by: readonly string[];
  /** Who came to no end. */
  readonly stuck: readonly string[];
  /** They are judged by exit codes of commands that may look at the style of code. */
  readonly style: boolean;
}

export interface DamageDone {
  /** File and line, as people read them, and what the code did. */
  readonly says: string;
  /** The function it was in. */
  readonly place: string;
}

const untried: MutantsSeen = {
  proof: undefined,
  ownTests: false,
  hollow: false,
  others: [],
  made: 0,
  places: 0,
  runs: [],
  neutral: undefined,
  unvouched: undefined,
  timeUp: false,
  ms: 0,
};
/** The sight `mutants`. */
export const seeMutants: Viewer = async (view, seen, { proof }) => {
  const { enabled, time, most } = seen.base.definition.mutants;
  const target = enabled ? await targetOf(view, seen, proof) : undefined;
  if (target === undefined) return { ...seen, mutants: untried };
  const started = performance.now();
  const reported = (seen.proving?.checks ?? []).flatMap(({ tests }) => tests ?? []);
  const verifiers = proof?.kind === 'command' ? await ownVerifiers(view, target.tree) : [];
  const tests = new Set([...reported.map(({ file }) => file), ...verifiers]);
  const code = await codeOf(view, target.tree, tests);
  const round = new Round(view, target, started + (parseDuration(time) ?? 0));
  const trouble = await round.play(planned(code.all, most), code);
  if (trouble !== undefined) return trouble;
  const ownTests = view.changes.some(
    ({ path, new: now }) =>
      now !== null && (['test', 'helper'].includes(view.kind(path)) || tests.has(fileName(path))),
  );
  const mutants: MutantsSeen = {
    proof,
    ownTests,
    hollow: code.hollow,
    others: code.others.map(shown),
    made: code.all.length,
    places: new Set(code.all.map(placeOf)).size,
    runs: round.runs,
    neutral: round.neutral,
    unvouched: round.unvouched,
    timeUp: round.timeUp,
    ms: Math.round(performance.now() - started),
  };
  return { ...seen, mutants };
};
