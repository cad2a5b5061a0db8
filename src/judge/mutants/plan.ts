import { apart, kinds, type Mutation } from './mutation.ts';

/** A mutation with the file it is in. */
export interface Placed extends Mutation {
  readonly path: string;
  readonly line: number;
}

/** The candidate with one damage, or with many at once. */
export type Mutant = readonly Placed[];

/**
 * Which mutants to try, the most telling first, `most` at the most. First everything of one kind at once: whoever looks
 * at any of it must notice, so that weak tests are known after a few runs, however large the change is. Then one by
 * one, spread over functions, in case damages hid each other or kept the code from running at all.
 */
export function planned(all: readonly Placed[], most: number): readonly Mutant[] {
  const files = [...new Set(all.map(({ path }) => path))];
  const together = kinds
    .map((kind) =>
      files.flatMap((path) => apart(all.filter((one) => one.path === path && one.kind === kind))),
    )
    .filter((mutant) => mutant.length > 0);
  const single = spread(all).map((one) => [one]);
  const tried = new Set<string>();
  return [...together, ...single]
    .filter((mutant) => {
      const key = mutant.map(({ path, from, to, text }) => [path, from, to, text].join(' ')).join('\n');
      return !tried.has(key) && tried.add(key);
    })
    .slice(0, most);
}

/** One of each function and kind, then another one of each, and so on. */
function spread(all: readonly Placed[]): readonly Placed[] {
  const groups = new Map<string, Placed[]>();
  for (const kind of kinds) {
    for (const one of all.filter((placed) => placed.kind === kind)) {
      const key = placeOf(one);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
  }
  const longest = Math.max(0, ...[...groups.values()].map((group) => group.length));
  return Array.from({ length: longest }).flatMap((_, at) =>
    [...groups.values()].flatMap((group) => group.slice(at, at + 1)),
  );
}

/** A function of a file, or all that stands outside of functions. */
export function placeOf({ path, scope }: Placed): string {
  return `${path} ${scope}`;
}
