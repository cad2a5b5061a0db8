import type { Stats } from 'node:fs';
import type { BytePath, Entry } from './trees.ts';

/** What of a file changes whenever it is written to, replaced or given other rights. */
export interface Stamp {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly ctimeMs: number;
}

/** What a file held when it was read. */
export interface Seen {
  readonly stamp: Stamp;
  readonly oid: Entry['oid'];
  readonly mode: Entry['mode'];
  /** Time of the file system before it was read, in ms. */
  readonly at: number;
}

/** What earlier snapshots of the same folder have read. */
export type SeenFiles = Map<BytePath, Seen>;

export function stampOf({ dev, ino, size, ctimeMs }: Stats): Stamp {
  return { dev, ino, size, ctimeMs };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.ctimeMs === b.ctimeMs;
}

/**
 * Whether a file or folder with this stamp holds what it held then. Nobody can set the time of its last change back; and where that
 * is no older than the look at it, a second change may share its time, so that it has to be read again.
 */
export function stillHolds({ stamp, at }: Pick<Seen, 'stamp' | 'at'>, now: Stamp): boolean {
  return sameStamp(stamp, now) && stamp.ctimeMs < at;
}
