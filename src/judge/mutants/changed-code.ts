import { childrenOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { changedLines } from './changed-lines.ts';
import { isFunction } from './function-node.ts';
import { damage, damaged, type Mutation } from './mutation.ts';
import { nameToRead } from './name-to-read.ts';
import { mutationsOfJavaScript } from './of-javascript.ts';
import { mutationsOfPython } from './of-python.ts';

/** One program that a candidate changed, and what in it can be damaged. */
export interface ChangedCode {
  readonly path: string;
  readonly program: Program;
  /** Everything, on whatever line. */
  readonly all: readonly Mutation[];
  /** What stands on changed lines, and what was taken away put back. */
  readonly changed: readonly Mutation[];
  /** What stands in functions that changed lines belong to. */
  readonly round: readonly Mutation[];
  /** Names that stand on changed lines, and modules named there. */
  readonly names: ReadonlySet<string>;
  readonly modules: readonly string[];
  /** Whether changed lines hold more than comments. */
  readonly holdsCode: boolean;
  /** Whether they declare something that is nothing but there. */
  readonly hollow: boolean;
}

const mostChars = 200_000;

/** Reads it; undefined when it is no program that we can read, or is too large to be written by hand. */
export function changedCode(path: string, old: string | undefined, now: string): ChangedCode | undefined {
  if (/\.(d\.[cm]?ts|pyi)$/.test(path) || now.length > mostChars) return undefined;
  const name = nameToRead(path, now);
  const program = parse(name, now);
  // What the grammar does not know is rare and in one place: the rest can be damaged all the same.
  if (program === undefined) return undefined;
  const { lines, taken } = changedLines(old ?? '', now);
  const starts = startsOf(now);
  const lineAt = (at: number) => lineNumber(starts, at);
  const all = mutationsIn(program, name);
  const touched = (node: { from: number; to: number }) =>
    someLine(lineAt(node.from), lineAt(Math.max(node.from, node.to - 1)), lines);
  // A function that is damaged as a whole is damaged on changed lines only if it is mostly new.
  const changed = all.filter(({ from, to }) =>
    mostLines(lineAt(from), lineAt(Math.max(from, to - 1)), lines),
  );
  const back = taken
    .filter(({ text }) => isGone(text, now))
    .map(({ before, text }) => putBack(program, all, starts[before - 1] ?? now.length, text))
    .filter((one) => parse(name, damaged(now, [one]))?.whole === program.whole);
  const { scopes, ...words } = wordsOn(program, touched);
  const round = all.filter(({ scope }) => scopes.has(scope));
  return { path, program, all, changed: [...changed, ...back], round, ...words };
}

/** Everything in a program that can be damaged. */
export function mutationsIn(program: Program, path: string): readonly Mutation[] {
  return program.language === 'python'
    ? mutationsOfPython(program)
    : mutationsOfJavaScript(program, /\.[cm]?tsx?$/.test(path));
}

/** Code that is nowhere any more: what was only moved would be there twice. */
function isGone(text: string, now: string): boolean {
  const lines = text.split('\n').map((line) => line.trim());
  const code = lines.filter((line) => /\w/.test(line) && !/^(\/\/|\/?\*|#|import\b|from\b)/.test(line));
  return code.length > 0 && code.every((line) => !now.includes(line));
}

function putBack(program: Program, all: readonly Mutation[], at: number, text: string): Mutation {
  const near = all.find(({ from, to }) => from <= at && at <= to);
  const whole = at >= program.text.length && !program.text.endsWith('\n') ? `\n${text}` : text;
  const { scope, owners } = near ?? { scope: -1, owners: [] };
  return { ...damage('flow', { from: at, to: at }, whole, 'does again what was taken away'), scope, owners };
}

function wordsOn(program: Program, touched: (node: { from: number; to: number }) => boolean) {
  const names = new Set<string>();
  const modules: string[] = [];
  const scopes = new Set<number>();
  let [holdsCode, hollow] = [false, false];
  visit(program.top, (node) => {
    if (!touched(node) || /Comment/.test(node.name)) return false;
    if (node.firstChild !== null && node.name !== 'String') {
      if (/^(Import|Export|CallExpression)/.test(node.name)) modules.push(...modulesIn(program, node));
      hollow ||= touched({ from: node.from, to: node.from + 1 }) && isHollow(program, node);
      return true;
    }
    holdsCode = true;
    scopes.add(functionRound(node));
    if (/^(Variable|Property)(Name|Definition)$/.test(node.name)) names.add(textOf(program, node));
    return false;
  });
  scopes.delete(-1);
  return { names, modules, scopes, holdsCode, hollow };
}

function functionRound(node: SyntaxNode): number {
  for (let one = node.parent; one !== null; one = one.parent) if (isFunction(one)) return one.from;
  return -1;
}

/** A class without members, a name for nothing. */
function isHollow(program: Program, node: SyntaxNode): boolean {
  const text = textOf(program, node).trim();
  switch (node.name) {
    case 'ClassDeclaration':
      return childrenOf(node.getChild('ClassBody') ?? node).length <= 2 && node.getChild('extends') === null;
    case 'ClassDefinition':
      return childrenOf(node.getChild('Body') ?? node).length <= 2 && node.getChild('ArgList') === null;
    case 'VariableDeclaration':
    case 'AssignStatement':
      return /^[\w\s$]+(:[^=]*)?(=\s*(\{\s*\}|\[\s*\]|undefined|null|None|dict\(\)|list\(\))\s*)?;?$/.test(
        text,
      );
    default:
      return false;
  }
}

/** Modules that an import or a re-export names, as a path without suffix where it is one. */
function modulesIn(program: Program, node: SyntaxNode): readonly string[] {
  const text = textOf(program, node);
  if (program.language === 'javascript') {
    const [, from] = /(?:\bfrom\s*|^(?:require|import)\()['"]([^'"]+)['"]\)?;?$/.exec(text.trim()) ?? [];
    return from === undefined ? [] : [from];
  }
  const [, dots = '', name = ''] = /^from\s+(\.*)([\w.]*)\s+import\b/.exec(text) ?? [];
  if (dots === '' && name === '') return [];
  const up = dots === '' ? '' : dots.length === 1 ? './' : '../'.repeat(dots.length - 1);
  return [up + name.replaceAll('.', '/')];
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The number, from 1, of the line that a place is on. */
function lineNumber(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low + 1;
}

function someLine(first: number, last: number, lines: ReadonlySet<number>): boolean {
  for (let line = first; line <= last; line += 1) if (lines.has(line)) return true;
  return false;
}

function mostLines(first: number, last: number, lines: ReadonlySet<number>): boolean {
  let count = 0;
  for (let line = first; line <= last; line += 1) if (lines.has(line)) count += 1;
  return count * 2 >= last - first + 1;
}
