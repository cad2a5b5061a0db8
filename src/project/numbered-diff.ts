import { clip } from './plain-text.ts';

/**
 * A unified diff with the number that each line has in the new file, so that it can be named. Files are cut one by one:
 * a lock file of a megabyte does not push the work out of sight. At most `maxBytes`, the parts in the order of `rank`.
 */
export function numberedDiff(
  diff: string,
  caps: { readonly maxBytes: number; readonly maxFileBytes: number },
  rank: (head: string) => number,
): string {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.trim() !== '');
  const ordered = parts.toSorted((a, b) => rank(headOf(a)) - rank(headOf(b)));
  const shown: string[] = [];
  let left = caps.maxBytes;
  for (const [at, part] of ordered.entries()) {
    const text = clip(numbered(part.trimEnd()), Math.min(left, caps.maxFileBytes));
    left -= Buffer.byteLength(text) + 1;
    if (left < 0) {
      shown.push(`[... ${ordered.length - at} more files are changed and not shown: read them ...]`);
      break;
    }
    shown.push(text);
  }
  return shown.join('\n');
}

function headOf(part: string): string {
  return part.slice(0, part.indexOf('\n') >>> 0);
}

function numbered(part: string): string {
  let line: number | undefined;
  return part
    .split('\n')
    .map((text) => {
      const [, start] = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text) ?? [];
      if (start !== undefined) {
        line = Number(start);
        return text;
      }
      if (line === undefined || text.startsWith('\\')) return text;
      if (text.startsWith('-')) return `      ${text}`;
      line += 1;
      return `${String(line - 1).padStart(5)} ${text}`;
    })
    .join('\n');
}
