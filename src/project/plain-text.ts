import { stripVTControlCharacters } from 'node:util';

/** Other people's text on its way into a brief or a file of ours: plain, and never longer than its cap. */

/** Control characters, marks that turn the reading direction, halves of characters: they hide what a text says. */
const hidden = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Surrogate}\ufeff]/gu;
const lineEnds = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** The text without control and direction characters, lines ended by \n alone, no blank space at its end. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(lineEnds, '\n').replace(hidden, '').trimEnd();
}

/** The text on one line, runs of blanks made one. */
export function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim();
}

/** Each line moved right: no line of it can begin like one of ours. */
export function indent(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by);
}

/**
 * At most `maxBytes` bytes of UTF-8, whole characters only. What is cut is told in a line of its own:
 * from the middle (`both`), or from the end (`head`).
 */
export function clip(text: string, maxBytes: number, keep: 'both' | 'head' = 'both'): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const room = maxBytes - note(bytes.length).length - 2;
  if (room <= 0) return wholeChars(bytes.subarray(0, Math.max(0, maxBytes)), 'end');
  const head = wholeChars(bytes.subarray(0, keep === 'head' ? room : Math.ceil(room / 2)), 'end');
  const tail =
    keep === 'head' ? '' : wholeChars(bytes.subarray(bytes.length - Math.floor(room / 2)), 'start');
  const left = bytes.length - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return [head, note(left), tail].filter((part) => part !== '').join('\n');
}

/** Cut and moved in, so that the result with what stands before its lines is at most `maxBytes` long. */
export function clipIndented(
  text: string,
  maxBytes: number,
  by: string,
  keep: 'both' | 'head' = 'both',
): string {
  for (let room = maxBytes; ; ) {
    const moved = indent(clip(text, room, keep), by);
    const size = Buffer.byteLength(moved);
    if (size <= maxBytes) return moved;
    room = Math.min(room - 1, Math.floor((room * maxBytes) / size));
  }
}

/** ASCII, so that its length is its bytes. */
function note(bytes: number): string {
  return `[... ${bytes} bytes left out ...]`;
}

/** Drops the bytes of a character that was cut at one end. */
function wholeChars(bytes: Buffer, cutAt: 'start' | 'end'): string {
  const continues = (index: number): boolean => ((bytes[index] ?? 0) & 0xc0) === 0x80;
  if (cutAt === 'start') {
    let from = 0;
    while (from < bytes.length && continues(from)) from += 1;
    return bytes.toString('utf8', from);
  }
  let to = bytes.length;
  // A lead byte says how long its character is; when the rest is missing, it goes too.
  let lead = to - 1;
  while (lead > 0 && continues(lead)) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (lead + length > to) to = lead;
  return bytes.toString('utf8', 0, to);
}
