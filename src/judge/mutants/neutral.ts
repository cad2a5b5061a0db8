import { childrenOf, type Program, parse, type SyntaxNode, visit } from '../syntax.ts';
import { isFunction } from './function-node.ts';
import { nameToRead } from './name-to-read.ts';
import { isText } from './python-damages.ts';

/** Text that is put in at a place, in chars from the start. */
interface Insert {
  readonly at: number;
  readonly text: string;
}

/** Bundles and minified code are made by programs, which may keep sums of them. */
const generated = /[^\n]{1000}|[/][/*][#@] source(Mapping)?URL=/;

/**
 * The program with other text and other compiled code that does the same on the same lines: comments, and statements
 * without any effect in its functions. Undefined where it cannot be read, or is generated.
 */
export function neutralText(path: string, text: string): string | undefined {
  const name = nameToRead(path, text);
  const program = parse(name, text);
  if (program?.whole !== true || text.trim() === '' || generated.test(text)) return undefined;
  const python = program.language === 'python';
  const inserts = python ? ofPython(program) : ofJavaScript(program, /\.[cm]?tsx?$/.test(name));
  inserts.push({ at: text.trimEnd().length, text: python ? '  #' : ' /**/' });
  const other = withAll(text, inserts);
  const sameLines = other.split('\n').length === text.split('\n').length;
  return sameLines && parse(name, other)?.whole === true ? other : undefined;
}

function withAll(text: string, inserts: readonly Insert[]): string {
  let [result, at] = ['', 0];
  for (const insert of [...inserts].sort((a, b) => a.at - b.at)) {
    result += text.slice(at, insert.at) + insert.text;
    at = insert.at;
  }
  return result + text.slice(at);
}

function ofJavaScript(program: Program, typed: boolean): Insert[] {
  const found: Insert[] = [];
  visit(program.top, (node) => {
    const block = isFunction(node) ? node.getChild('Block') : null;
    const body = block ?? (node.name === 'ClassBody' ? node : null);
    const arrow = isFunction(node) ? node.getChild('Arrow') : null;
    if (arrow !== null) found.push({ at: arrow.to, text: '/**/' });
    if (body !== null) found.push({ at: body.from + 1, text: '/**/' });
    // Where a class has typed fields, older compilers want `super()` to come first.
    if (block !== null && !(typed && isConstructor(program, node))) found.push(nothingIn(program, block));
    return true;
  });
  return found;
}

/** A statement that does nothing; directives must stay the first ones. */
function nothingIn(program: Program, block: SyntaxNode): Insert {
  const statements = childrenOf(block).filter(({ name }) => !/^[{}]$|Comment/.test(name));
  const end = statements.findIndex(
    ({ name, firstChild }) => name !== 'ExpressionStatement' || firstChild?.name !== 'String',
  );
  const directive = statements[(end < 0 ? statements.length : end) - 1];
  if (directive === undefined) return { at: block.from + 1, text: ' void 0;' };
  const closed = program.text[directive.to - 1] === ';';
  return { at: directive.to, text: closed ? ' void 0;' : '; void 0;' };
}

function isConstructor({ text }: Program, node: SyntaxNode): boolean {
  return childrenOf(node).some(
    ({ name, from, to }) => name === 'PropertyDefinition' && text.slice(from, to) === 'constructor',
  );
}

/** A list that nobody keeps: unlike a bare value it is not optimised away, and it needs no name. */
const nothing = '[20771]';
const simple =
  /^(ExpressionStatement|AssignStatement|UpdateStatement|ReturnStatement|PassStatement|RaiseStatement|AssertStatement|DeleteStatement|ScopeStatement|ImportStatement|BreakStatement|ContinueStatement|YieldStatement|PrintStatement|StatementGroup)$/;

function ofPython(program: Program): Insert[] {
  const found: Insert[] = [];
  visit(program.top, (node) => {
    const body = node.getChild('Body');
    if (node.name === 'FunctionDefinition' && body !== null) {
      const at = firstPlace(body);
      if (at !== undefined) found.push(at);
    }
    const value = node.name === 'LambdaExpression' ? node.lastChild : null;
    if (value !== null && value.name !== ':') {
      found.push({ at: value.from, text: `${nothing} and (` }, { at: value.to, text: ')' });
    }
    return true;
  });
  return found;
}

/** After the text that says what a function does, else before its first simple statement, however deep. */
function firstPlace(body: SyntaxNode): Insert | undefined {
  const statements = childrenOf(body).filter(({ name }) => name !== ':' && name !== 'Comment');
  const first = statements[0]?.name === 'StatementGroup' ? statements[0].firstChild : statements[0];
  if (first && isText(first)) return { at: first.to, text: `; ${nothing}` };
  let found: Insert | undefined;
  for (const statement of statements) {
    visit(statement, (node) => {
      if (found !== undefined || /^(Function|Class)Definition$/.test(node.name)) return false;
      if (simple.test(node.name)) found = { at: node.from, text: `${nothing}; ` };
      return found === undefined;
    });
  }
  return found;
}
