/** How a run is cut into requests. */
export type Split = 'auto' | 'one' | 'per-feature';

/** A commit of the run branch, as far as cutting goes. */
export interface Cuttable {
  readonly commit: string;
  /** Undefined: a commit of the harness. */
  readonly feature?: string;
  /** Lines added and removed. */
  readonly lines: number;
}

/** A stretch of the run branch that is one request; its tip is a tree that a verdict speaks for. */
export interface Part {
  readonly tip: string;
  readonly features: readonly string[];
}

const mostParts = 4;
/** What is read in one go: features and lines. */
const small = { features: 3, lines: 400 } as const;

/**
 * Cuts a run branch into at most four stretches in the order in which it landed, each on top of the one before: nothing is
 * applied anew, so that every request shows just what was judged. A stretch begins where a feature depends on nothing in
 * the one before it (`auto`), or with every feature (`per-feature`); then the smallest neighbours are joined. `fixed`: tips
 * of requests that are there already; only what came after the last of them is cut.
 */
export function splitRun(
  commits: readonly Cuttable[],
  dependsOn: (feature: string) => readonly string[],
  how: Split,
  fixed: readonly string[] = [],
): readonly Part[] {
  const cuts = fixed
    .map((tip) => commits.findIndex(({ commit }) => commit === tip) + 1)
    .filter((at) => at > 0);
  const before = cuts.map((to, at) => commits.slice(at === 0 ? 0 : cuts[at - 1], to));
  const rest = commits.slice(cuts.at(-1) ?? 0);
  const isSmall =
    featuresOf(commits).length <= small.features &&
    commits.reduce((sum, { lines }) => sum + lines, 0) <= small.lines;
  const one = how === 'one' || (how === 'auto' && isSmall);
  // A run that is one request stays one, however it grows.
  const stretches = one ? [rest] : fresh(rest, dependsOn, how);
  const all = joined([...before, ...stretches.filter((part) => part.length > 0)], before.length);
  return withFeatures(all).map((part) => ({ tip: part.at(-1)?.commit ?? '', features: featuresOf(part) }));
}

function fresh(
  commits: readonly Cuttable[],
  dependsOn: (feature: string) => readonly string[],
  how: Split,
): readonly (readonly Cuttable[])[] {
  const found: Cuttable[][] = [];
  for (const one of commits) {
    const last = found.at(-1);
    const own = featuresOf(last ?? []);
    const depends = one.feature !== undefined && dependsOn(one.feature).some((id) => own.includes(id));
    const again = one.feature !== undefined && own.includes(one.feature);
    const joins = one.feature === undefined || own.length === 0 || again || (how === 'auto' && depends);
    if (last && joins) last.push(one);
    else found.push([one]);
  }
  return found;
}

/** Joins the smallest neighbours until there are few enough; the first `keep` stay as they are, but for the last of them. */
function joined(parts: readonly (readonly Cuttable[])[], keep: number): readonly (readonly Cuttable[])[] {
  const all = [...parts];
  while (all.length > mostParts) {
    const first = Math.min(keep, mostParts) - (keep >= mostParts ? 1 : 0);
    let best = first;
    const size = (at: number) =>
      [...(all[at] ?? []), ...(all[at + 1] ?? [])].reduce((sum, { lines }) => sum + lines, 0);
    for (let at = first; at + 1 < all.length; at += 1) if (size(at) < size(best)) best = at;
    all.splice(best, 2, [...(all[best] ?? []), ...(all[best + 1] ?? [])]);
  }
  return all;
}

/** A stretch of harness files alone is nothing to review: it goes with its neighbour. */
function withFeatures(parts: readonly (readonly Cuttable[])[]): readonly (readonly Cuttable[])[] {
  const found: (readonly Cuttable[])[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && (featuresOf(part).length === 0 || featuresOf(last).length === 0))
      found.splice(-1, 1, [...last, ...part]);
    else found.push(part);
  }
  return found;
}

function featuresOf(commits: readonly Cuttable[]): readonly string[] {
  return [...new Set(commits.flatMap(({ feature }) => (feature === undefined ? [] : [feature])))];
}
