import { offsetOf, zoneNamed } from './named-zone.ts';
import { instantsOf, localZone, nextTimeOfDay, type Wall, wallAt, type Zone } from './zoned-time.ts';

/** When a wait ends by what somebody says of it: "resets at 3pm (Europe/Berlin)", "try again in 5 minutes". */

/** A time of day that has just gone by is no time of tomorrow. */
const justGone = 10 * 60_000;
/** What is further away was not meant, or not read. */
const farthest = 32 * 86_400_000;

/**
 * The instant (ms since 1970) at which a text says that it can go on; undefined where it says none, or one that is past.
 * `zone`: whose clock is meant where none is named; default the one of this machine.
 */
export function whenItEnds(text: string, now: number, zone: Zone = localZone()): number | undefined {
  for (const form of forms) {
    for (const match of text.matchAll(form.pattern)) {
      const at = form.read(match.groups ?? {}, now, zone);
      if (at !== undefined && at >= now && at - now <= farthest) return Math.round(at);
    }
  }
  return undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;
interface Form {
  readonly pattern: RegExp;
  readonly read: (found: Groups, now: number, zone: Zone) => number | undefined;
}

const unit = '(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)';
const length = String.raw`(?:\d+(?:\.\d+)?\s*${unit}(?![a-z])(?:\s*,)?\s*(?:and\s+)?|\d+(?:\.\d+)?${unit}(?=\d))+`;
const clock = String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d)(?::\d\d)?)?\s*(?<half>[ap]\.?\s?m\b\.?)?`;
const zoned = String.raw`(?:\s*\(?\s*(?<zone>[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+|[A-Z]{1,5}\b)(?<ahead>[+-]\d{1,2}(?::?\d\d)?)?\s*\)?)?`;
const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const weekdays = 'sun|mon|tue|wed|thu|fri|sat';
const soon = '(?:resets?|reset[ _-]?(?:at|time)|again|until|available|back|retry|expires?|renews?)';

/** The first that can be read holds. */
const forms: readonly Form[] = [
  {
    // try again in 4m12s; retry after 30 seconds; wait 2 hours and 5 minutes; "retryDelay": "34s"
    pattern: new RegExp(
      String.raw`(?:\b(?:in|after|wait(?:ing)?(?:\s+for)?)|retry[ _-]?delay["']?\s*[:=])\s*["']?(?:about\s+|~\s*)?(?<length>${length})`,
      'gi',
    ),
    read: ({ length: said = '' }, now) => now + msOf(said),
  },
  {
    // retry-after: 30
    pattern: /retry[ _-]?after["']?\s*[:=]?\s*["']?(?<seconds>\d+(?:\.\d+)?)(?![\d.]*\s*[a-z])/gi,
    read: ({ seconds = '' }, now) => now + Number(seconds) * 1000,
  },
  {
    // limit reached|1763654400; "resetsAt": 1763654400
    pattern: new RegExp(String.raw`(?:\||${soon}[^\d\n]{0,20})(?<epoch>\d{10})(?<ms>\d{3})?(?![\d.])`, 'gi'),
    read: ({ epoch = '', ms }) => Number(epoch) * 1000 + Number(ms ?? 0),
  },
  {
    // 2026-11-20T15:00:00Z; 2026-11-20 15:00 +01:00; 2026-11-20 15:00 (Europe/Berlin)
    pattern: new RegExp(
      String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?\s?(?:(?<offset>Z|[+-]\d\d:?\d\d)|${zoned})`,
      'g',
    ),
    read: (found, now, zone) => {
      const where = found['offset'] === undefined ? zoneNamed(found, zone) : offsetOf(found['offset']);
      return where === undefined ? undefined : onWall(found, Number(found['month']), where, now);
    },
  },
  {
    // Nov 24 at 3pm (Europe/Berlin); Oct 7th, 2026 1:05 AM
    pattern: new RegExp(
      String.raw`\b(?<name>${months})[a-z]*\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<year>\d{4}))?,?\s+(?:at\s+)?${clock}${zoned}`,
      'gi',
    ),
    read: (found, now, zone) => {
      const where = zoneNamed(found, zone);
      const month = months.split('|').indexOf((found['name'] ?? '').toLowerCase()) + 1;
      if (where === undefined) return undefined;
      if (found['year'] !== undefined) return onWall(found, month, where, now);
      const { year } = wallAt(now, where);
      const tries = [year, year + 1].map((one) => onWall({ ...found, year: String(one) }, month, where, now));
      return tries.find((at) => at !== undefined && at >= now);
    },
  },
  {
    // Thursday at 3pm (UTC)
    pattern: new RegExp(String.raw`\b(?<name>${weekdays})[a-z]*,?\s+(?:at\s+)?${clock}${zoned}`, 'gi'),
    read: (found, now, zone) =>
      inDays(
        found,
        now,
        zone,
        (today) => {
          const wanted = weekdays.split('|').indexOf((found['name'] ?? '').toLowerCase());
          return (wanted - today + 7) % 7;
        },
        7,
      ),
  },
  {
    pattern: new RegExp(String.raw`\btomorrow,?\s+(?:at\s+)?${clock}${zoned}`, 'gi'),
    read: (found, now, zone) => inDays(found, now, zone, () => 1, 0),
  },
  {
    // resets 3pm (Europe/Berlin); try again at 10:21 AM; until 15:30 CET
    pattern: new RegExp(String.raw`\b${soon}\s*(?:at|by|around|:)?\s*${clock}${zoned}`, 'gi'),
    read: (found, now, zone) => {
      const where = zoneNamed(found, zone);
      const time = timeOf(found);
      if (where === undefined || time === undefined) return undefined;
      const past = nextTimeOfDay(time, now - justGone, where);
      return past <= now ? now : past;
    },
  },
];

/** `days`: how many after today, from the weekday of today; where that moment has gone by, `again` days later. */
function inDays(
  found: Groups,
  now: number,
  zone: Zone,
  days: (weekday: number) => number,
  again: number,
): number | undefined {
  const where = zoneNamed(found, zone);
  const time = timeOf(found);
  if (where === undefined || time === undefined) return undefined;
  const today = wallAt(now, where);
  const ahead = days(new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay());
  const at = (more: number) =>
    instantsOf({ ...today, ...time, second: 0, day: today.day + ahead + more }, where)[0];
  const first = at(0);
  return first !== undefined && first < now ? at(again) : first;
}

function onWall(found: Groups, month: number, zone: Zone, now: number): number | undefined {
  const time = timeOf(found);
  if (time === undefined) return undefined;
  const wall: Wall = {
    year: Number(found['year']),
    month,
    day: Number(found['day']),
    ...time,
    second: Number(found['second'] ?? 0),
  };
  const both = instantsOf(wall, zone);
  return both.find((at) => at >= now) ?? both[0];
}

/** Undefined for what no clock shows, and for a bare number: "until 3" may be anything. */
function timeOf({ hour = '', minute, half }: Groups): { hour: number; minute: number } | undefined {
  if (minute === undefined && half === undefined) return undefined;
  const shown = Number(hour);
  const isMorning = half?.toLowerCase().startsWith('a');
  if (half !== undefined && (shown < 1 || shown > 12)) return undefined;
  if (shown > 23 || Number(minute ?? 0) > 59) return undefined;
  const of24 = half === undefined ? shown : (shown % 12) + (isMorning ? 0 : 12);
  return { hour: of24, minute: Number(minute ?? 0) };
}

const msOfUnit: readonly (readonly [RegExp, number])[] = [
  [/^m(illi)?s/i, 1],
  [/^s/i, 1000],
  [/^m/i, 60_000],
  [/^h/i, 3_600_000],
  [/^d/i, 86_400_000],
  [/^w/i, 604_800_000],
];

function msOf(said: string): number {
  let total = 0;
  for (const [, number, name = ''] of said.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    total += Number(number) * (msOfUnit.find(([pattern]) => pattern.test(name))?.[1] ?? 0);
  }
  return total;
}
