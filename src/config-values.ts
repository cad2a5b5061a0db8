import * as z from 'zod';

/** Values that several sections of the configuration hold. */

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of Node cannot wait longer: they would fire at once. */
const longest = 2 ** 31 - 1;

/** "90s", "10m", "1h30m" -> ms; undefined when it is not a duration, nothing at all, or longer than 24 days. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(number) * (units[unit as string] as number);
  }
  return total >= 1 && total <= longest ? Math.round(total) : undefined;
}

/** A length of time, as people write it. */
export const duration = z
  .string()
  .refine(
    (text) => parseDuration(text) !== undefined,
    'a duration such as "90s", "10m" or "1h30m", at most 24 days',
  )
  .meta({ title: 'duration' });

export const text = z.string().min(1);
export const texts = z.array(text);
export const count = z.int().positive();
export const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable');
export const timezone = z.string().refine(isTimeZone, 'a time zone such as "UTC" or "Europe/Berlin"');

/** Whether this names a zone that the clocks of this machine know. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d(?: +(\S+))?$/;
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;

/** A time of day, of this machine's clock or of a zone's, or an instant with its offset. */
export const until = z
  .string()
  .refine((given) => {
    const [isTime, zone] = timeOfDay.exec(given) ?? [];
    if (isTime === undefined) return instant.test(given) && !Number.isNaN(Date.parse(given));
    return zone === undefined || isTimeZone(zone);
  }, 'a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00"')
  .meta({ title: 'time' });
