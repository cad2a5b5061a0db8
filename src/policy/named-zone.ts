import { isTimeZone } from '../config-values.ts';
import type { Zone } from './zoned-time.ts';

/** Zones that are told by letters, as minutes ahead of UTC or by the place whose clock they mean. */
const lettered: Readonly<Record<string, Zone>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  BST: 60,
  CET: 60,
  WEST: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  IST: 330,
  SGT: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

/**
 * The zone that a name stands for, with what follows it (`GMT+2`): the given one where there is no name, or one that is none;
 * undefined for a place that no clock here knows.
 */
export function zoneNamed(
  { zone: name, ahead }: { readonly zone?: string | undefined; readonly ahead?: string | undefined },
  otherwise: Zone,
): Zone | undefined {
  if (name === undefined) return otherwise;
  if (name.includes('/')) return isTimeZone(name) ? name : undefined;
  const known = Object.hasOwn(lettered, name.toUpperCase()) ? lettered[name.toUpperCase()] : undefined;
  if (ahead !== undefined && known === 0) return offsetOf(ahead);
  // Words in capitals stand behind times, too.
  return known ?? otherwise;
}

/** "+01:00", "-7", "Z" as minutes. */
export function offsetOf(text: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{1,2}):?(\d\d)?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
