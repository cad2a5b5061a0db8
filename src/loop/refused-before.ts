import type { Candidate, Refused, Verdict } from '../judge/judge.ts';
import { harnessFiles } from '../project/feature.ts';
import type { Trees } from '../workspace/trees.ts';

type Refusal = Refused & Verdict;

/**
 * What was refused in one session. The same work claimed again is refused for the same reasons without being run: a
 * brain that only repeats itself costs nothing. An acceptance is never taken from here.
 */
export interface RefusedBefore {
  /** The verdict on the same work; undefined when there is none. */
  find(candidate: Candidate): Promise<Refusal | undefined>;
  keep(candidate: Candidate, refusal: Refusal): void;
}

/** An empty memory, for one session. */
export function refusedBefore(trees: Pick<Trees, 'changes'>): RefusedBefore {
  const kept: { readonly candidate: Candidate; readonly refusal: Refusal }[] = [];
  const own = new Set<string>(harnessFiles);
  return {
    async find(candidate) {
      for (const { candidate: before, refusal } of kept) {
        if (factsOf(before) !== factsOf(candidate)) continue;
        // What the brain says of its work goes into files of ours: with the same work they differ at most in that.
        const changes = await trees.changes(before.tree, candidate.tree);
        if (changes.every(({ path }) => own.has(path))) return refusal;
      }
      return undefined;
    },
    keep(candidate, refusal) {
      // A person may take a sealed test out at any time.
      if (refusal.reasons.some(({ code }) => code === 'sealed.failing')) return;
      kept.push({ candidate, refusal });
    },
  };
}

/** All that decides besides the tree: the definition of the judge stands in the base. */
function factsOf({ base, baseTree, feature, problems }: Candidate): string {
  return JSON.stringify([base, baseTree, feature, problems]);
}
