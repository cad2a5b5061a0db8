/**
 * Finds the words of a shell command line. Only as much of the shell's grammar as it takes to know where a word
 * begins and ends and whether its value is certain before the shell runs it; nothing is ever run here.
 */

export interface Word {
  /** Where it stands in the line: from `start` up to, not with, `end`. */
  readonly start: number;
  readonly end: number;
  /** What the shell will make of it; undefined when that depends on variables, commands, globs or braces. */
  readonly value: string | undefined;
  /** Whether the shell will write to it: it follows `>`, `>>` or the like. */
  readonly written: boolean;
}

const operators = /[;&|()<>]/;
/** Unquoted, these make a word mean other words. */
const patterns = /[*?[\]{}]/;

/** Every word of the line, those inside `$(…)` too, in order of their ends. From a here-document on, none. */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = [];
  lex(line, 0, words);
  return words;
}

/** Reads from `at` to the end of the line or to a `)` that was not opened here; gives where it stopped. */
function lex(line: string, from: number, words: Word[]): number {
  let at = from;
  let depth = 0;
  let operator = '';
  while (at < line.length) {
    const char = line.charAt(at);
    if (/\s/.test(char)) {
      if (char === '\n') operator = '';
      at++;
    } else if (line.startsWith('\\\n', at)) {
      at += 2;
    } else if (char === '#') {
      while (at < line.length && line[at] !== '\n') at++;
    } else if (operators.test(char)) {
      if (char === '(') depth++;
      if (char === ')' && depth-- === 0) return at;
      operator = char === '(' ? '' : (/^[<>&]$/.test(operator) ? operator : '') + char;
      if (line.startsWith('<<', at) && !line.startsWith('<<<', at)) return line.length;
      if (line.startsWith('<<<', at)) at += 2;
      at++;
    } else {
      const word = readWord(line, at, words);
      words.push({ start: at, end: word.end, value: word.value, written: operator.includes('>') });
      operator = '';
      at = word.end;
    }
  }
  return at;
}

function readWord(line: string, from: number, words: Word[]): { end: number; value: string | undefined } {
  let at = from;
  let value = '';
  let certain = true;
  while (at < line.length) {
    const char = line.charAt(at);
    if (/\s/.test(char) || operators.test(char)) break;
    if (char === '\\') {
      if (line[at + 1] !== '\n') value += line[at + 1] ?? '';
      at += 2;
    } else if (char === "'") {
      const close = line.indexOf("'", at + 1);
      if (close < 0) return { end: line.length, value: undefined };
      value += line.slice(at + 1, close);
      at = close + 1;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(line, at + 1, words);
      certain &&= quoted.value !== undefined;
      value += quoted.value ?? '';
      at = quoted.end;
    } else if (char === '$' || char === '`') {
      certain = false;
      at = skipExpansion(line, at, words);
    } else {
      if (patterns.test(char)) certain = false;
      value += char;
      at++;
    }
  }
  return { end: Math.min(at, line.length), value: certain ? value : undefined };
}

/** From behind the opening quote; `end` is behind the closing one. */
function readDoubleQuoted(
  line: string,
  from: number,
  words: Word[],
): { end: number; value: string | undefined } {
  let at = from;
  let value = '';
  let certain = true;
  while (at < line.length && line[at] !== '"') {
    const char = line.charAt(at);
    if (char === '\\') {
      const next = line.charAt(at + 1);
      if (next !== '\n') value += /[$`"\\]/.test(next) ? next : char + next;
      at += 2;
    } else if (char === '$' || char === '`') {
      certain = false;
      at = skipExpansion(line, at, words);
    } else {
      value += char;
      at++;
    }
  }
  const closed = line[at] === '"';
  return { end: at + 1, value: certain && closed ? value : undefined };
}

/** Where the text goes on behind `$x`, `${…}`, `$(…)`, `$((…))`, `$'…'` or a pair of backticks. */
function skipExpansion(line: string, at: number, words: Word[]): number {
  if (line[at] === '`') return skipTo(line, at + 1, '`');
  if (line.startsWith('$((', at)) return lex(line, at + 2, []) + 1;
  if (line.startsWith('$(', at)) return lex(line, at + 2, words) + 1;
  if (line.startsWith('${', at)) return skipTo(line, at + 2, '}');
  if (line.startsWith("$'", at)) return skipTo(line, at + 2, "'");
  return at + 1;
}

function skipTo(line: string, from: number, close: string): number {
  let at = from;
  while (at < line.length && line[at] !== close) at += line[at] === '\\' ? 2 : 1;
  return at + 1;
}
