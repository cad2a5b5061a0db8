import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { UserError } from '../errors.ts';

/** JSON that people and models write by hand, with places: every complaint about it can name its line. */
export interface JsonText {
  readonly value: unknown;
  /** The text that was read; offsets of nodes count in it, a byte order mark included. */
  readonly text: string;
  readonly root: Node;
}

/** Where something stands, both counted from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const byteOrderMark = '\uFEFF';

const words: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value (strings need double quotes)',
  InvalidNumberFormat: 'this is not a JSON number',
  PropertyNameExpected: 'a name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected after the name',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'there is more after the end of the JSON value',
  InvalidCommentToken: 'comments are not allowed in JSON',
  UnexpectedEndOfComment: 'comments are not allowed in JSON',
  UnexpectedEndOfString: 'a string does not end on its line',
  UnexpectedEndOfNumber: 'a number is cut off',
  InvalidUnicode: 'a \\u needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this \\ escape does not exist in JSON',
  InvalidCharacter: 'a control character must be written as \\u00XX',
};

/**
 * Reads strict JSON. A byte order mark is tolerated. `where` names the file in messages.
 * UserError with line and column for a syntax error, a key that stands twice, or more than `maxBytes`.
 */
export function readJson(text: string, where: string, maxBytes: number): JsonText {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new UserError(
      `${where} is too large: ${bytes} bytes, the limit is ${maxBytes}.`,
      'Make it smaller.',
    );
  }
  // A space in place of the mark keeps every offset true.
  const plain = text.startsWith(byteOrderMark) ? ` ${text.slice(1)}` : text;
  const mend = 'Correct the JSON at that place.';
  if (plain.trim() === '') throw new UserError(`${where} is empty.`, 'It must hold JSON.');
  const root = treeOf(plain, where, mend);
  const twice = duplicateKey(root);
  if (twice) {
    const place = placeOf(plain, twice.offset);
    throw new UserError(
      `${at(where, place)}: the key ${JSON.stringify(twice.value)} stands twice in one object.`,
      mend,
    );
  }
  return { value: JSON.parse(plain), text, root };
}

/** Line and column of an offset. */
function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}

/** The line on which the value at `path` stands, or on which its nearest existing parent begins. */
export function lineOf(json: JsonText, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = findNodeAtLocation(json.root, [...path.slice(0, length)]);
    if (node) return placeOf(json.text, node.offset).line;
  }
  return 1;
}

/** Bytes of a file as text; UserError when they are not UTF-8. A byte order mark is kept. */
export function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(`${where} is not UTF-8 text.`, 'Save it as UTF-8.');
  }
}

function treeOf(text: string, where: string, mend: string): Node {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${where} is nested too deeply.`, 'Nothing agentloop reads needs that.');
  }
  const first = errors[0];
  if (first || !root) {
    const offset = first?.offset ?? 0;
    throw new UserError(`${at(where, placeOf(text, offset))}: ${syntaxWords(text, first)}.`, mend);
  }
  return root;
}

function syntaxWords(text: string, error: ParseError | undefined): string {
  const code = error ? printParseErrorCode(error.error) : 'ValueExpected';
  const before = text.slice(0, error?.offset).trimEnd();
  if (code.endsWith('Expected') && before.endsWith(',')) return 'a comma with nothing after it';
  return words[code] ?? 'this is not JSON';
}

function duplicateKey(node: Node): Node | undefined {
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    const seen = new Set<unknown>();
    for (const child of next.children ?? []) {
      const key = child.type === 'property' ? child.children?.[0] : undefined;
      if (key && seen.has(key.value)) return key;
      if (key) seen.add(key.value);
      open.push(child);
    }
  }
  return undefined;
}

function at(where: string, place: Place): string {
  return `${where} line ${place.line}, column ${place.column}`;
}
