import type { Suspicion } from '../../ledger/event.ts';
import { clip } from '../../project/plain-text.ts';
import type { Kind } from '../protected.ts';
import { lineOf, type Program, parse, type SyntaxNode, visit } from '../syntax.ts';
import type { SuspicionKind } from './kinds.ts';

/** One changed file that is looked at. */
export interface Scanned {
  /** As people write it. */
  readonly path: string;
  readonly kind: Kind;
  readonly text: string;
  readonly lines: readonly string[];
  /** The same lines without comments, where its language is known. */
  readonly code: readonly string[];
  /** What a pattern finds in the code of a line (from 0) that is the candidate's own; what only stands inside a text of the program is no find. */
  find(pattern: RegExp, at: number): RegExpExecArray | undefined;
  /** Undefined where its language is none that we read, or it is too large. */
  readonly program: Program | undefined;
  /** Whether the base has no such file. */
  readonly isNew: boolean;
  /** Whether a line (from 1) is the candidate's own: neither there before, nor only moved. */
  added(line: number): boolean;
}

/** What a scanner may know beside the one file. */
export interface Around {
  /** Every file that the tests are made of, by path: those of the base and those of the candidate. */
  readonly testFiles: ReadonlySet<string>;
  /** Whether such a file holds tests: a source may have the name of one. */
  holdsTests(path: string): Promise<boolean>;
  /** Whether the candidate has this file. */
  has(path: string): boolean;
  /** Texts of the tests, read when they are first asked for. */
  tests(): Promise<readonly { readonly path: string; readonly text: string }[]>;
}

/** Something that was found, before it is known whether it is new. */
export interface Hit {
  readonly kind: SuspicionKind;
  /** From 1. */
  readonly line: number;
  /** Last line of it, where it is longer than one: it is new when any of its lines is. */
  readonly end?: number;
  /** What it is: a sentence. */
  readonly says: string;
}

/** Looks for one thing. Pure but for the texts it asks for; cheap; never throws for what stands in a file. */
export interface Scanner {
  /** The kinds of files it looks at. */
  readonly of: readonly Kind[];
  look(file: Scanned, around: Around): readonly Hit[] | Promise<readonly Hit[]>;
}

/** A file as scanners see it. `before`: every line of the base that may have moved here, as often as it is there. */
export function scanned(
  file: { readonly path: string; readonly kind: Kind; readonly text: string; readonly isNew: boolean },
  before: ReadonlyMap<string, number>,
): Scanned {
  const lines = file.text.split('\n');
  const left = new Map(before);
  const old = new Set<number>();
  for (const [at, line] of lines.entries()) {
    const times = left.get(line.trim()) ?? 0;
    if (times === 0) continue;
    left.set(line.trim(), times - 1);
    old.add(at + 1);
  }
  const program = parse(file.path, file.text);
  const code = program === undefined ? lines : without(program, ' ', comments).split('\n');
  const bare = program === undefined ? lines : without(program, hole, [...comments, 'String']).split('\n');
  return {
    ...file,
    lines,
    code,
    find(pattern, at) {
      if (old.has(at + 1)) return undefined;
      const found = pattern.exec((code[at] ?? '').slice(0, longest));
      return found === null || bare[at]?.[found.index] === hole ? undefined : found;
    },
    program,
    added: (line) => !old.has(line) && (lines[line - 1] ?? '').trim() !== '',
  };
}

/** The hits of one file that are the candidate's own, at most `most` of a kind. */
export function suspicionsIn(file: Scanned, hits: readonly Hit[], most: number): Suspicion[] {
  const told = new Map<string, number>();
  return hits
    .filter(({ line, end = line }) => {
      for (let at = line; at <= end; at += 1) if (file.added(at)) return true;
      return false;
    })
    .filter(({ kind }) => {
      told.set(kind, (told.get(kind) ?? 0) + 1);
      return (told.get(kind) ?? 0) <= most;
    })
    .map(({ kind, line, says }) => ({ kind, path: clip(file.path, 900), line, says: clip(says, 900) }));
}

/** A hit at a node. */
export function hitAt(program: Program, node: SyntaxNode, kind: SuspicionKind, says: string): Hit {
  const [line, end] = [lineOf(program, node.from), lineOf(program, node.to)];
  return { kind, line, end: Math.min(end, line + 40), says };
}

const comments = ['LineComment', 'BlockComment', 'Comment'];
const hole = '\0';
/** Characters of a line that patterns look at. */
const longest = 2_000;

/** The text with every character of such nodes replaced; quotes of strings stay, since patterns begin with them. */
function without(program: Program, by: string, types: readonly string[]): string {
  let text = '';
  let at = 0;
  for (const { from, to, name } of nodesOf(program, ...types)) {
    const quote = name === 'String' ? 1 : 0;
    const inside = program.text.slice(from + quote, to).replace(/[^\n]/g, by);
    text += program.text.slice(at, from + quote) + inside;
    at = to;
  }
  return text + program.text.slice(at);
}

/** Every node of these types. */
export function nodesOf(program: Program, ...types: readonly string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  visit(program.top, (node) => {
    if (types.includes(node.name)) found.push(node);
    return true;
  });
  return found;
}
