import type { Rework } from './metrics.ts';

/** A commit of the history, as far as its message tells. */
export interface HistoryCommit {
  readonly commit: string;
  /** Committer date, ms since 1970. */
  readonly at: number;
  readonly subject: string;
  readonly run?: string;
  readonly session?: string;
  /** Of `Agentloop-Feature`, or all of `Agentloop-Features` in a squash. */
  readonly features: readonly string[];
  readonly isSquash: boolean;
  /** Commits that its message says it reverts. */
  readonly reverts: readonly string[];
}

export const reworkDays = 14;
const span = reworkDays * 86_400_000;

/**
 * How much accepted work was done over or taken back within 14 days, by the trailers and the words of git in the history
 * alone: the same feature (id and title) landed again, or a commit says that it reverts it. The same landing on several
 * branches counts once; a squash is no second landing. `since`: what landed earlier is not looked at.
 */
export function reworkIn(history: readonly HistoryCommit[], since = 0): Rework {
  const oldest = history.toSorted((a, b) => a.at - b.at);
  const landings = new Map<string, { commits: Set<string>; at: number; subject: string; name: string }>();
  for (const { commit, at, subject, run, session, features, isSquash } of oldest) {
    const [feature] = features;
    if (feature === undefined || isSquash) continue;
    const key = `${run} ${session} ${feature}`;
    const known = landings.get(key);
    if (known) known.commits.add(commit);
    else landings.set(key, { commits: new Set([commit]), at, subject, name: `${run} ${feature}` });
  }
  const all = [...landings.values()];
  const looked = all.filter(({ at }) => at >= since);
  const reworked = looked.filter((one) => {
    const within = (at: number) => at >= one.at && at - one.at <= span;
    const again = all.some((other) => other !== one && other.subject === one.subject && within(other.at));
    const back = oldest.some(
      ({ at, reverts }) =>
        within(at) && reverts.some((commit) => one.commits.has(commit) || squashed(commit, one.name)),
    );
    return again || back;
  });
  return {
    looked: looked.length,
    reworked: reworked.length,
    rate: looked.length === 0 ? null : reworked.length / looked.length,
    features: reworked.map(({ name }) => name),
  };

  /** Whether this commit is a squash that holds the feature. */
  function squashed(commit: string, name: string): boolean {
    const one = history.find((other) => other.commit === commit);
    return one?.isSquash === true && one.features.some((feature) => `${one.run} ${feature}` === name);
  }
}
