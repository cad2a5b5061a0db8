import { isTimeZone } from '../config-values.ts';

/** The name of a time zone (`Europe/Berlin`), or the minutes its clock is ahead of UTC. */
export type Zone = string | number;

/** What a clock and a calendar on the wall show: months from 1, hours from 0. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second?: number;
}

const day = 86_400_000;

/** The zone this machine is in. Where TZ is empty, or names none, Node's clock is that of UTC and says so nowhere. */
export function localZone(): string {
  const { timeZone } = new Intl.DateTimeFormat('en').resolvedOptions();
  return timeZone !== undefined && isTimeZone(timeZone) ? timeZone : 'UTC';
}

/** What the wall shows in a zone at an instant (ms since 1970). RangeError for a zone nobody knows. */
export function wallAt(instant: number, zone: Zone): Required<Wall> {
  const ahead = typeof zone === 'number' ? zone * 60_000 : aheadOf(instant, zone);
  const at = new Date(instant + ahead);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}

/**
 * The instants at which the wall of a zone shows this, earliest first: one, two in an hour that comes twice. A time that
 * clocks put forward leave out stands for the one they show instead (02:30 for 03:30). A day beyond the end of its
 * month is counted on.
 */
export function instantsOf(wall: Wall, zone: Zone): readonly number[] {
  const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second ?? 0);
  if (typeof zone === 'number') return [shown - zone * 60_000];
  const [before, after] = [aheadOf(shown - day, zone), aheadOf(shown + day, zone)];
  const both = [...new Set([shown - before, shown - after])];
  const found = both.filter((at) => at + aheadOf(at, zone) === shown).sort((a, b) => a - b);
  return found.length > 0 ? found : [shown - before];
}

/** The next instant after `now` at which the wall of a zone shows this time of day. */
export function nextTimeOfDay(
  time: { readonly hour: number; readonly minute: number },
  now: number,
  zone: Zone,
): number {
  const today = wallAt(now, zone);
  for (let days = 0; ; days += 1) {
    const at = instantsOf({ ...today, ...time, second: 0, day: today.day + days }, zone).find(
      (instant) => instant > now,
    );
    if (at !== undefined) return at;
  }
}

/** The instant at which the day of the wall began. */
export function dayStart(now: number, zone: Zone): number {
  const midnight = { ...wallAt(now, zone), hour: 0, minute: 0, second: 0 };
  return instantsOf(midnight, zone)[0] ?? now;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** ms that the clock of a zone is ahead of UTC at an instant. */
function aheadOf(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, date, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
