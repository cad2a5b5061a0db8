import { stripVTControlCharacters } from 'node:util';

/** How much of anything a model is shown. Everything above goes to a file, or is read piece by piece. */
export const shownLines = 2_000;
export const shownBytes = 50 * 1024;

/**
 * Head and tail of a text, cut at line ends, with a line between them that says how much is missing.
 * Texts within both caps come back as they are.
 */
export function cutMiddle(text: string, lines = shownLines, bytes = shownBytes): string {
  const all = text.split('\n');
  const few = all.length <= lines ? text : joinCut(all, Math.floor(lines / 2), Math.floor(lines / 2));
  if (Buffer.byteLength(few) <= bytes) return few;
  const buffer = Buffer.from(few);
  const head = upTo(buffer, Math.floor(bytes / 2));
  const tail = from(buffer, buffer.length - Math.floor(bytes / 2));
  const missing = buffer.length - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return `${head}\n[... ${missing} bytes left out here ...]\n${tail}`;
}

function joinCut(all: readonly string[], head: number, tail: number): string {
  const missing = all.length - head - tail;
  return [...all.slice(0, head), `[... ${missing} lines left out here ...]`, ...all.slice(-tail)].join('\n');
}

/** The first bytes of a buffer as text, without a broken character at the end. */
export function upTo(buffer: Buffer, bytes: number): string {
  let end = Math.min(bytes, buffer.length);
  while (end > 0 && end < buffer.length && isInside(buffer[end])) end -= 1;
  return buffer.toString('utf8', 0, end);
}

function from(buffer: Buffer, start: number): string {
  let at = Math.max(0, start);
  while (at < buffer.length && isInside(buffer[at])) at += 1;
  return buffer.toString('utf8', at);
}

function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** A text cut at its end to so many characters, and told. */
export function cutEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  // Half of a surrogate pair is no text: the API answers 400 to it.
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)} [... cut: ${text.length - end} more characters]`;
}

/** What a program printed, without colours and other control characters: a model pays for them and cannot see them. */
export function readable(output: string): string {
  return (
    stripVTControlCharacters(output)
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
      .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
  );
}
