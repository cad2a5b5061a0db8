/** Reading JSON that somebody else's program printed: nothing is believed, and what does not fit is simply not there. */

export type Json = Readonly<Record<string, unknown>>;

/** An object; an empty one where it is something else. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The objects of a list. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** Text; undefined where it is something else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Most that is believed of one number: sums of such are still numbers that can be counted with. */
const most = 1e12;

/** A finite number that is not negative, at most 10^12; undefined where it is something else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? Math.min(value, most)
    : undefined;
}

/** A count of tokens; 0 where it is something else. */
export function tokensOf(value: unknown): number {
  return Math.round(numberOf(value) ?? 0);
}

/**
 * The name of a conversation, which goes back to the program as a word of its command line: one that could be an option, or
 * is longer than any word may be, is none.
 */
export function nameOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^\w[\w.:-]{0,199}$/.test(text) ? text : undefined;
}
