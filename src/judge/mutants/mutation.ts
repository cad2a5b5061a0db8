/**
 * One small damage to a program. It takes nothing away that others could miss by name: what was declared stays declared
 * and a module that loaded still loads, so that a test which only looks whether something is there notices nothing.
 */
export interface Mutation extends Damage {
  /** Where the innermost function round it begins; -1 outside of all. */
  readonly scope: number;
  /** Names of what it stands in, from the outside in. */
  readonly owners: readonly string[];
}

export interface Damage {
  /** What is replaced, in chars from the start of the text. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** What the code does now, to be read after "line 12: ". */
  readonly what: string;
  readonly kind: MutationKind;
}

/** A damage to what stands at a node, or between two. */
export function damage(
  kind: MutationKind,
  { from, to }: { readonly from: number; readonly to: number },
  text: string,
  what: string,
): Damage {
  return { from, to, text, what, kind };
}

/**
 * `result`: what functions give back, or that they do anything. `flow`: conditions, calls, what is caught. `operator`:
 * how it computes and compares. `value`: literals. `stand-in`: something else of the same type for what a name means.
 */
export const kinds = ['result', 'flow', 'operator', 'value', 'stand-in'] as const;
export type MutationKind = (typeof kinds)[number];

/** The text with all of these done. They must not overlap. */
export function damaged(text: string, mutations: readonly Mutation[]): string {
  const ordered = [...mutations].sort((a, b) => a.from - b.from || a.to - b.to);
  let result = '';
  let at = 0;
  for (const { from, to, text: instead } of ordered) {
    result += text.slice(at, from) + instead;
    at = to;
  }
  return result + text.slice(at);
}

/** As many as can be done at once: of those that overlap, the first, and of those the longest. */
export function apart<T extends Mutation>(mutations: readonly T[]): readonly T[] {
  const kept: T[] = [];
  let end = -1;
  for (const one of [...mutations].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (one.from < end || (one.from === end && one.to === one.from)) continue;
    kept.push(one);
    end = one.to;
  }
  return kept;
}
