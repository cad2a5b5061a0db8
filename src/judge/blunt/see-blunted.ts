import { parseDuration } from '../../config.ts';
import { type BaseSeen, pairs, withStatus } from '../base-seen.ts';
import { isCheap } from '../focus.ts';
import { byId, type SuiteSeen } from '../seen.ts';
import { isTrouble, type Seen, type Trouble, type View, type Viewer } from '../view.ts';
import type { OldTest } from './compare-bites.ts';
import { Field } from './field.ts';
import { reachOf } from './reach.ts';

/** Whether old tests notice damaged code with what the work put round them as they do with what the base had there. */
export interface BluntedSeen {
  /** Names of old tests that do not any more, each time they were looked at. */
  readonly tests: readonly string[];
  /** How many can feel what the work put round them, and how many of those were seen to notice a damage before. */
  readonly asked: number;
  readonly felt: number;
  /** Every run it took, on damaged code, and how long they took together, in ms. */
  readonly runs: readonly SuiteSeen[];
  readonly ms: number;
  readonly timeUp: boolean;
}

const untried: BluntedSeen = { tests: [], asked: 0, felt: 0, runs: [], ms: 0, timeUp: false };

/** The sight `blunted`. Nothing is run where no old test can feel a difference, or nothing can be damaged. */
export const seeBlunted: Viewer = async (view, seen) => {
  const both = await plainRuns(view, seen);
  if (isTrouble(both)) return both;
  const { base } = seen;
  const { enabled, time } = base.definition.mutants;
  const told = base.checks.filter(({ tests }) => tests !== null).map(({ name }) => name);
  const share = isCheap(both.judged, told);
  const reach = enabled ? await reachOf(view, seen, share) : undefined;
  const asked = reach === undefined ? [] : heldIn(base, both.delivered, reach.files);
  if (reach === undefined || asked.length === 0) return { ...seen, ...both, blunted: untried };
  const started = performance.now();
  const field = new Field(
    view,
    { ...seen, ...both },
    { reach, asked, deadline: started + (parseDuration(time) ?? 0) },
  );
  const trouble = await field.play();
  if (trouble !== undefined) return trouble;
  const blunted: BluntedSeen = {
    tests: field.blunt.map(({ id }) => id).sort(),
    asked: asked.length,
    felt: field.felt.size,
    runs: field.runs,
    ms: Math.round(performance.now() - started),
    timeUp: field.timeUp,
  };
  return { ...seen, ...both, blunted };
};

async function plainRuns(view: View, { base, trees, ...seen }: Seen) {
  const judged = seen.judged ?? (await view.suite('judged', trees.judged, base));
  if (isTrouble(judged)) return judged as Trouble;
  const delivered = seen.delivered ?? (await view.suite('delivered', trees.delivered, base));
  return isTrouble(delivered) ? delivered : { judged, delivered };
}

/** Tests of these files that pass on the base, and in the tree as delivered. */
function heldIn(base: BaseSeen, delivered: SuiteSeen, files: ReadonlySet<string>): readonly OldTest[] {
  return pairs(base, delivered).flatMap(({ was, is }) => {
    const now = byId(is.tests);
    return withStatus(was, 'pass')
      .map((id) => ({ id, file: was.tests?.get(id)?.file ?? '' }))
      .filter(({ id, file }) => files.has(file) && (now.get(id)?.status === 'pass' || id === file));
  });
}
