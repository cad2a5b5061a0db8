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

/** A finite number that is not negative; undefined where it is something else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A count of tokens; 0 where it is something else. */
export function tokensOf(value: unknown): number {
  return Math.round(numberOf(value) ?? 0);
}
