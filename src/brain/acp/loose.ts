/** Reads of messages from programs that keep to a protocol more or less: what is not as expected is not there. */

/** An object's field; undefined where `value` is none. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  let here = value;
  for (const name of names) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

/** Text that is there. */
export function textAt(value: unknown, ...names: readonly string[]): string | undefined {
  const found = at(value, ...names);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A list, or an empty one. */
export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = at(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** A number from 0 that can be counted with. */
export function amountAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = at(value, ...names);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}

/** A count, such as of tokens: whole, from 0; 0 where nothing is said. */
export function countAt(value: unknown, ...names: readonly string[]): number {
  return Math.min(Math.round(amountAt(value, ...names) ?? 0), Number.MAX_SAFE_INTEGER);
}
