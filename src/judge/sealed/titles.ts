import { oneLine } from '../../project/plain-text.ts';
import { childrenOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/**
 * What may be said of a sealed test: its title as its author wrote it, and nothing else. A title that a run reports may
 * have been made by the code under test, out of the sealed file itself: it is told only where the file says so.
 */

/** How a test is called where nobody may say more. */
export const untitled = 'a behaviour that the feature asks for';
export const unloaded = 'a file of sealed tests that does not load';
const longest = 200;

/** What a test file says of its tests. */
export interface Authored {
  /** Titles of tests, suites and test functions. */
  readonly titles: readonly string[];
  /** Of these, the ones of single tests: a run that is whole reports each of them. */
  readonly tests: readonly string[];
}

/** Reads them from a file; none in a language we do not read. */
export function titlesIn(path: string, text: string): Authored {
  const program = parse(path, text);
  if (program === undefined) return { titles: [], tests: [] };
  const found: Titled[] = [];
  visit(program.top, (node) => {
    const one = program.language === 'python' ? nameInPython(program, node) : titleInCall(program, node);
    if (one !== undefined && one.title !== '') found.push(one);
    return true;
  });
  const tests = found.filter(({ single }) => single);
  return { titles: unique(found), tests: unique(tests) };
}

interface Titled {
  readonly title: string;
  /** It stands for one test, and for no suite, data or skipped test. */
  readonly single: boolean;
}

function unique(found: readonly Titled[]): readonly string[] {
  return [...new Set(found.map(({ title }) => oneLine(title)))];
}

/** The title of a reported test, to be told to anybody; undefined where its author wrote none like it. */
export function authoredTitle(
  id: string,
  file: string,
  authored: readonly string[],
  onBase: ReadonlySet<string>,
): string | undefined {
  const parts = idParts(id.slice(file.length + ' › '.length));
  const own = parts.map((part) => authoredPart(part, authored));
  if (own.every((part) => part !== undefined)) return short(own.join(' › '));
  return onBase.has(id) ? short(parts.join(' › ')) : undefined;
}

/** Whether one of these identities is that of a test with this title. */
export function isAmong(ids: readonly string[], title: string): boolean {
  return ids.some((id) => idParts(id).some((part) => authoredPart(part, [title]) !== undefined));
}

/** The suites and the test that an identity names. */
function idParts(id: string): readonly string[] {
  return id.replace(/ \(\d+\)$/, '').split(' › ');
}

/** A title with places for data stands for every test that is made from it. */
function authoredPart(part: string, authored: readonly string[]): string | undefined {
  // pytest writes the data behind the name, and joins the classes round it.
  const bare = part.replace(/\[.*\]$/s, '');
  if (bare.split('.').every((name) => authored.includes(name))) return bare;
  return authored.find((title) => title === part) ?? authored.find((title) => madeFrom(title, part));
}

const places = /%[sdifjoOp#%]|\$\{?[\w.]+\}?/g;

function madeFrom(title: string, part: string): boolean {
  if (title.search(places) < 0) return false;
  const fixed = title.split(places).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${fixed.join('.*')}$`, 's').test(part);
}

function short(title: string): string {
  const line = oneLine(title);
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** Not every `x.test('…')`: a regular expression has a method of that name, and its argument is an input. */
const testers =
  /^(?:(?:t|ctx|context)\.)?(?:f?(?:it|test|describe|suite|specify|context)|x(?:it|test|describe))\b/;
const notSingle =
  /^(?:(?:t|ctx|context)\.)?(?:describe|suite|context|x\w+)|\.(?:skip|todo|each|for|skipIf|runIf|describe)\b/;

/** The first argument of a call of a test function, where it is a text. */
function titleInCall(program: Program, node: SyntaxNode): Titled | undefined {
  if (node.name !== 'CallExpression') return undefined;
  const [callee, list] = childrenOf(node);
  const called = callee === undefined ? '' : textOf(program, callee);
  if (list?.name !== 'ArgList' || !testers.test(called)) return undefined;
  const first = childrenOf(list).find(({ name }) => name !== '(' && !name.endsWith('Comment'));
  if (first?.name === 'String') {
    const single =
      !notSingle.test(called) && !isWithin(node, /^(If|Switch)Statement$|^ConditionalExpression$/);
    return { title: unescaped(textOf(program, first).slice(1, -1)), single };
  }
  return first?.name === 'TemplateString'
    ? { title: titleOfTemplate(program, first), single: false }
    : undefined;
}

/** With `%s` for what is put in. */
function titleOfTemplate(program: Program, node: SyntaxNode): string {
  let title = '';
  let at = node.from + 1;
  for (const hole of childrenOf(node).filter(({ name }) => name === 'Interpolation')) {
    title += `${textOf(program, { from: at, to: hole.from })}%s`;
    at = hole.to;
  }
  return unescaped(title + textOf(program, { from: at, to: node.to - 1 }));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

function nameInPython(program: Program, node: SyntaxNode): Titled | undefined {
  if (node.name !== 'FunctionDefinition' && node.name !== 'ClassDefinition') return undefined;
  const name = childrenOf(node).find((child) => child.name === 'VariableName');
  const title = name === undefined ? '' : textOf(program, name);
  if (!/^test/i.test(title)) return undefined;
  // Methods belong to whatever class is run; fixtures and tests made from data are decorated.
  const inside = /^(FunctionDefinition|ClassDefinition|DecoratedStatement|IfStatement)$/;
  return { title, single: node.name === 'FunctionDefinition' && !isWithin(node, inside) };
}

function isWithin(node: SyntaxNode, names: RegExp): boolean {
  for (let above = node.parent; above !== null; above = above.parent) if (names.test(above.name)) return true;
  return false;
}
