import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { type Damage, damage } from './mutation.ts';

const mark = '-mutant';
const loading = /^(await\s+)?([\w.]*\.)?(import_module|__import__|open|read_text|read_bytes|Path|run|Popen)$/;
const unknown = /^(VariableName|MemberExpression|CallExpression)$/;

/** What can be damaged at a node of a Python program itself, not below it. */
export function damagesAt(
  program: Program,
  node: SyntaxNode,
  { inFunction, files }: { readonly inFunction: boolean; readonly files: boolean },
): readonly Damage[] {
  const text = (one: SyntaxNode) => textOf(program, one);
  switch (node.name) {
    case 'ReturnStatement':
    case 'YieldStatement':
      return givenBack(program, childrenOf(node).slice(1));
    case 'LambdaExpression':
      return givenBack(program, childrenOf(node).slice(-1));
    case 'IfStatement':
    case 'WhileStatement':
      // Outside of functions a condition often asks whether the module was started or loaded.
      return inFunction ? conditions(node).map((one) => negated(one, text(one))) : [];
    case 'ConditionalExpression': {
      const asked = childrenOf(node)[2];
      return asked === undefined ? [] : [negated(asked, text(asked))];
    }
    case 'ExpressionStatement':
    case 'AssignStatement':
      return [...dropped(program, node, inFunction), ...(inFunction ? [] : ofName(program, node))];
    case 'RaiseStatement':
    case 'AssertStatement':
      return inFunction ? [damage('flow', node, 'pass', 'raises nothing')] : [];
    case 'TryStatement':
      return caught(node);
    case 'ClassDefinition':
      return withoutParent(node);
    case 'BinaryExpression':
    case 'UnaryExpression':
    case 'UpdateStatement':
      return ofOperator(program, node);
    default:
      return ofLiteral(program, node, files);
  }
}

/** The statements of a body, without its text about itself. */
export function statementsOf(body: SyntaxNode): readonly SyntaxNode[] {
  const all = childrenOf(body).filter(({ name }) => name !== ':' && name !== 'Comment');
  return all.filter((one, at) => at > 0 || !isText(one));
}

export function isText(node: SyntaxNode): boolean {
  return node.name === 'ExpressionStatement' && /^(Continued)?String$/.test(node.firstChild?.name ?? '');
}

/** Whether strings in this call name files or modules. */
export function namesFiles(program: Program, node: SyntaxNode): boolean {
  return node.name === 'CallExpression' && loading.test(textOf(program, node).split('(')[0]?.trim() ?? '');
}

function givenBack(program: Program, values: readonly SyntaxNode[]): readonly Damage[] {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || first.name === 'from') return [];
  const at = { from: first.from, to: last.to };
  const other = values.length === 1 ? otherResult(program, first) : undefined;
  const none = `(lambda _: None)((${program.text.slice(at.from, at.to)}))`;
  return [damage('result', at, other ?? none, 'gives back another value')];
}

function otherResult(program: Program, node: SyntaxNode): string | undefined {
  const empty = childrenOf(node).length <= 2;
  switch (node.name) {
    case 'ArrayExpression':
      return empty ? `['${mark}']` : '[]';
    case 'DictionaryExpression':
      return empty ? `{'${mark}': 1}` : '{}';
    case 'BinaryExpression':
      return node.getChild('CompareOp') === null ? undefined : `(not (${textOf(program, node)}))`;
    case 'None':
      return `'${mark}'`;
    default:
      return otherLiteral(program, node);
  }
}

function otherLiteral(program: Program, node: SyntaxNode): string | undefined {
  const text = textOf(program, node);
  if (node.name === 'Number') return `(${text} + 1)`;
  if (node.name === 'Boolean') return text === 'True' ? 'False' : 'True';
  if (node.name === 'String' || node.name === 'FormatString')
    return text.replace(/("""|'''|"|')$/, `${mark}$1`);
  return undefined;
}

function conditions(node: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(node).filter(({ prevSibling }) => /^(if|elif|while)$/.test(prevSibling?.name ?? ''));
}

function negated(node: SyntaxNode, text: string): Damage {
  return damage('flow', node, `(not (${text}))`, 'takes the other branch');
}

function dropped(program: Program, node: SyntaxNode, inFunction: boolean): readonly Damage[] {
  const [first] = childrenOf(node);
  if (first === undefined || /^super\b/.test(textOf(program, first))) return [];
  const calls = node.name === 'ExpressionStatement' && /^(Call|Await)Expression$/.test(first.name);
  // Without its first value a name would not be there at all.
  const sets = node.name === 'AssignStatement' && inFunction && first.name === 'MemberExpression';
  return calls || sets ? [damage('flow', node, 'pass', 'leaves out a statement')] : [];
}

function caught(node: SyntaxNode): readonly Damage[] {
  const bodies = childrenOf(node).filter((one) => one.name === 'Body' && follows(one, 'except'));
  return bodies.flatMap((body) => {
    const statements = childrenOf(body).filter(({ name }) => name !== ':' && name !== 'Comment');
    const [first, last] = [statements[0], statements.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [damage('flow', { from: first.from, to: last.to }, 'raise', 'lets an error through')];
  });
}

function follows(node: SyntaxNode, word: string): boolean {
  let before = node.prevSibling;
  while (before !== null && before.name !== 'Body' && before.name !== word) before = before.prevSibling;
  return before?.name === word;
}

function withoutParent(node: SyntaxNode): readonly Damage[] {
  const [parents, body] = [node.getChild('ArgList'), node.getChild('Body')];
  if (parents === null || body === null) return [];
  return [damage('operator', parents, '', 'inherits nothing')];
}

const others: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '//': '*',
  '%': '*',
  '**': '*',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '==': '!=',
  '!=': '==',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  and: 'or',
  or: 'and',
  in: 'not in',
  is: 'is not',
};

function ofOperator(program: Program, node: SyntaxNode): readonly Damage[] {
  const parts = childrenOf(node);
  const what = 'computes or compares otherwise';
  if (node.name === 'UnaryExpression') {
    const [sign, value] = parts;
    if (sign?.name !== 'not' || value === undefined) return [];
    return [damage('operator', node, `bool(${textOf(program, value)})`, what)];
  }
  const signs = parts.filter(({ name }) => /Op$|^(and|or|not|in|is)$/.test(name));
  const [first, last] = [signs[0], signs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const text = signs.map((one) => textOf(program, one)).join(' ');
  const other = text === 'not in' ? 'in' : text === 'is not' ? 'is' : others[text];
  return other === undefined ? [] : [damage('operator', { from: first.from, to: last.to }, other, what)];
}

function ofLiteral(program: Program, node: SyntaxNode, files: boolean): readonly Damage[] {
  if (files && /String$/.test(node.name)) return [];
  const other = otherLiteral(program, node);
  return other === undefined ? [] : [damage('value', node, other, 'has another value')];
}

/** Outside of functions: what a name stands for, where that is only known when it runs. */
function ofName(program: Program, node: SyntaxNode): readonly Damage[] {
  const value = node.lastChild;
  if (node.name !== 'AssignStatement' || node.firstChild?.name !== 'VariableName' || value === null)
    return [];
  if (!unknown.test(value.name) || namesFiles(program, value)) return [];
  const other =
    `(lambda v: (lambda *a, **k: None) if callable(v) else (not v) if isinstance(v, bool) else ` +
    `v + 1 if isinstance(v, (int, float)) else v + '${mark}' if isinstance(v, str) else ` +
    `type(v)() if isinstance(v, (list, dict, set, tuple)) else '${mark}')(${textOf(program, value)})`;
  return [damage('stand-in', value, other, 'is something else')];
}
