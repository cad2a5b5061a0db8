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

/** Most that is believed of one number: sums of such are still numbers that can be counted with. */
const most = 1e12;

/** A number from 0, at most 10^12. */
export function amountAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = at(value, ...names);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0
    ? Math.min(found, most)
    : undefined;
}

/** A count, such as of tokens: whole, from 0; 0 where nothing is said. */
export function countAt(value: unknown, ...names: readonly string[]): number {
  return Math.round(amountAt(value, ...names) ?? 0);
}
