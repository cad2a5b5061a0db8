import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';

/** What an expression is replaced with so that it still has a plausible type and never the same value. */

const mark = '-mutant';

/** A literal changed a little; undefined: it is none. */
export function otherLiteral(program: Program, node: SyntaxNode, never: string): string | undefined {
  const text = textOf(program, node);
  switch (node.name) {
    case 'Number':
      return text.endsWith('n') ? `(${text} + 1n)` : `(${text} + 1)`;
    case 'String':
    case 'TemplateString':
      return `${text.slice(0, -1)}${mark}${text.slice(-1)}`;
    case 'BooleanLiteral':
      return text === 'true' ? 'false' : 'true';
    case 'RegExp':
      return text.replace(/^.*\//s, '/(?!)/');
    case 'null':
      return `'${mark}'${never}`;
    default:
      return undefined;
  }
}

/** Another value in the place of one that is given back; undefined where its own inside tells more. */
export function otherResult(program: Program, node: SyntaxNode, never: string): string | undefined {
  const text = textOf(program, node);
  const literal = otherLiteral(program, node, never);
  if (literal !== undefined) return literal;
  const empty = childrenOf(node).length <= 2;
  switch (node.name) {
    case 'ArrowFunction':
    case 'FunctionExpression':
    case 'ClassExpression':
      return undefined;
    case 'ParenthesizedExpression': {
      const inner = childrenOf(node).find(({ name }) => name !== '(' && !/Comment/.test(name));
      const other = inner === undefined ? undefined : otherResult(program, inner, never);
      return other === undefined ? undefined : `(${other})`;
    }
    case 'ArrayExpression':
      return empty ? `['${mark}']${never}` : '[]';
    case 'ObjectExpression':
      return empty ? `({ mutant: true })${never}` : `({})${never}`;
    case 'UnaryExpression':
      if (text.startsWith('!')) return `!(${text})`;
      return text.startsWith('void') ? `'${mark}'${never}` : `void (${text})${never}`;
    case 'BinaryExpression':
      return ofBinary(node, text, never);
    case 'JSXElement':
    case 'JSXSelfClosingTag':
      return 'null';
    case 'VariableName':
      return text === 'undefined' ? `'${mark}'${never}` : `void (${text})${never}`;
    default:
      return `void (${text})${never}`;
  }
}

function ofBinary(node: SyntaxNode, text: string, never: string): string {
  if (node.getChild('CompareOp') !== null) return `!(${text})`;
  return node.getChild('ArithOp') === null ? `void (${text})${never}` : `((${text}) + 1)`;
}

/** Something of the same type in the place of what is only known when it runs. */
export function standIn(text: string, typed: boolean): string {
  const head = typed ? '(v: any): any' : '(v)';
  return (
    `(${head} => typeof v === 'function' ? function () {} : typeof v === 'number' ? v + 1 : ` +
    `typeof v === 'string' ? v + '${mark}' : typeof v === 'boolean' ? !v : Array.isArray(v) ? [] : ` +
    `v && typeof v === 'object' ? Object.create(Object.getPrototypeOf(v)) : '${mark}')(${text})`
  );
}

const others: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '%=': '*=',
  '??=': '&&=',
  '||=': '&&=',
  '&&=': '||=',
  '++': '--',
  '--': '++',
};

/** The operator that does the opposite, or something near. */
export function otherOperator(text: string): string | undefined {
  return Object.hasOwn(others, text) ? others[text] : undefined;
}
