/** A part of a page that may be folded. */
export interface Part {
  /** Lines that stand whatever happens: a title, the head of a table. */
  readonly head: readonly string[];
  readonly rows: readonly string[];
  /** The row that stands for those that are left out. */
  more(left: number): string;
}

/**
 * The parts with an empty line between them, in at most `most` lines: room is shared fairly, so that a long part is folded
 * before a short one loses a row.
 */
export function fitted(parts: readonly Part[], most: number): readonly string[] {
  const shown = parts.filter(({ head, rows }) => head.length + rows.length > 0);
  const fixed = shown.reduce((sum, { head }) => sum + head.length, 0) + shown.length - 1;
  const room = shares(
    shown.map(({ rows }) => rows.length),
    Math.max(0, most - fixed),
  );
  return shown.flatMap((part, at) => [...(at === 0 ? [] : ['']), ...folded(part, room[at] ?? 0)]);
}

function folded({ head, rows, more }: Part, room: number): readonly string[] {
  if (rows.length <= room) return [...head, ...rows];
  const kept = rows.slice(0, Math.max(0, room - 1));
  return [...head, ...kept, ...(room > 0 ? [more(rows.length - kept.length)] : [])];
}

/** How many rows each may have: what all can have, and what is left by those that want less goes to the others. */
export function shares(wanted: readonly number[], room: number): readonly number[] {
  const given = wanted.map(() => 0);
  for (let left = room; left > 0; ) {
    const hungry = wanted.flatMap((want, at) => (want > (given[at] ?? 0) ? [at] : []));
    if (hungry.length === 0) break;
    for (const at of hungry) {
      if (left === 0) break;
      given[at] = (given[at] ?? 0) + 1;
      left -= 1;
    }
  }
  return given;
}
