/**
 * Text that a model, a test or a repository wrote, made safe for a terminal: what it says stays, what it could do
 * to the screen goes.
 *
 * 1. No escape sequence reaches the terminal: colours, cursor moves, titles, links, clipboard writes.
 * 2. No control character but a newline, and no character that changes the direction of what follows it.
 */

// CSI, OSC and other strings up to their end (or that of the line, or one could hide all that follows), then two-character escapes; 8-bit forms too.
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const controls =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: they are what is looked for

/** Several lines: newlines stay, tabs become two blanks, a carriage return starts the line anew as a newline. */
export function harmless(text: string): string {
  return text.replace(escapes, '').replace(/\r\n?/g, '\n').replaceAll('\t', '  ').replace(controls, '');
}

/** One line of at most `most` columns, cut with "…"; runs of white space are one blank. */
export function oneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  return cut(harmless(text).replace(/\s+/g, ' ').trim(), most);
}

/** Cuts a line without escapes to `most` columns; the last one is "…" when something is missing. */
export function cut(line: string, most: number): string {
  if (line.length <= most && !wide.test(line)) return line;
  let columns = 0;
  let kept = '';
  for (const char of line) {
    const next = columns + charWidth(char);
    if (next > most) return `${shorten(kept, most - 1)}…`;
    columns = next;
    kept += char;
  }
  return kept;
}

/** Columns a line without escapes takes on a terminal. */
export function width(line: string): number {
  let columns = 0;
  for (const char of line) columns += charWidth(char);
  return columns;
}

/** Fills a line up to `columns` with blanks on the right. */
export function pad(line: string, columns: number): string {
  return line + ' '.repeat(Math.max(0, columns - width(line)));
}

/** Breaks a line between words so that none is wider than `most`; a single longer word is left whole. */
export function wrap(line: string, most: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && width(longer) > most) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}

const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const noWidth = /\p{M}|\u200c|\u200d|[\ufe00-\ufe0f]/u;

function charWidth(char: string): number {
  if (char < '\u0300') return 1;
  if (noWidth.test(char)) return 0;
  return wide.test(char) ? 2 : 1;
}

function shorten(line: string, most: number): string {
  let columns = 0;
  let kept = '';
  for (const char of line) {
    columns += charWidth(char);
    if (columns > most) break;
    kept += char;
  }
  // Half of an emoji that is made of several must not join what follows.
  return kept.replace(/[\s\u200c\u200d]+$/, '');
}
