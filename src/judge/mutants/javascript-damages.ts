import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { otherLiteral, otherOperator, otherResult, standIn } from './javascript-values.ts';
import { type Damage, damage } from './mutation.ts';

/** What is known of the place of a node. */
export interface Where {
  readonly typed: boolean;
  readonly inFunction: boolean;
  /** Strings here name files or modules: with others the module would not load. */
  readonly files: boolean;
}

const loading =
  /^(await\s+)?(new\s+)?([\w.]*\.)?(require|import|createRequire|URL|Worker|readFile\w*|open\w*|resolve|spawn\w*|exec\w*|fork)$/;
const unknown =
  /^(VariableName|MemberExpression|CallExpression|NewExpression|AwaitExpression|TaggedTemplateExpression)$/;

/** What can be damaged at a node itself, not below it. */
export function damagesAt(program: Program, node: SyntaxNode, where: Where): readonly Damage[] {
  return [...ofKind(program, node, where), ...(where.inFunction ? [] : ofName(program, node, where))];
}

function ofKind(program: Program, node: SyntaxNode, where: Where): readonly Damage[] {
  const text = (one: SyntaxNode) => textOf(program, one);
  const { inFunction, typed } = where;
  switch (node.name) {
    case 'ReturnStatement':
    case 'YieldExpression':
      return givenBack(
        program,
        childrenOf(node).findLast(({ name }) => !/^;$|Comment/.test(name)),
        typed,
      );
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoStatement': {
      // Outside of functions a condition often asks whether the module was started or loaded.
      const asked = inFunction ? node.getChild('ParenthesizedExpression') : null;
      return asked === null ? [] : [damage('flow', asked, `(!${text(asked)})`, 'takes the other branch')];
    }
    case 'ConditionalExpression': {
      const asked = node.firstChild;
      return asked === null ? [] : [damage('flow', asked, `!(${text(asked)})`, 'takes the other branch')];
    }
    case 'ExpressionStatement':
      return canDrop(program, node, inFunction) ? [damage('flow', node, ';', 'leaves out a statement')] : [];
    case 'ThrowStatement':
      return inFunction ? [damage('flow', node, ';', 'throws nothing')] : [];
    case 'CatchClause': {
      const block = node.getChild('Block');
      const lets = "{ throw new Error('mutant'); }";
      return block === null ? [] : [damage('flow', block, lets, 'lets an error through')];
    }
    case '?.': {
      const dot = /PropertyName$/.test(node.nextSibling?.name ?? '') ? '.' : '';
      return [damage('flow', node, dot, 'expects something to be there')];
    }
    case 'BinaryExpression':
    case 'UnaryExpression':
    case 'AssignmentExpression':
    case 'PostfixExpression':
      return ofOperator(program, node);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return withoutParent(program, node);
    case 'ArrayExpression':
      return oneFewer(node);
    case 'JSXText':
      return text(node).trim() === ''
        ? []
        : [damage('value', node, `${text(node)}-mutant`, 'shows another text')];
    default:
      return ofLiteral(program, node, where);
  }
}

/** Another value in the place of one that is given back; the first child of a node is no value. */
export function givenBack(
  program: Program,
  value: SyntaxNode | null | undefined,
  typed: boolean,
): readonly Damage[] {
  if (!value || value.prevSibling === null) return [];
  const other = otherResult(program, value, typed ? ' as never' : '');
  return other === undefined ? [] : [damage('result', value, other, 'gives back another value')];
}

/** Whether strings in this call name files or modules. */
export function namesFiles(program: Program, node: SyntaxNode): boolean {
  return (
    /^(Call|New)Expression$/.test(node.name) &&
    loading.test(textOf(program, node).split('(')[0]?.trim() ?? '')
  );
}

function ofOperator(program: Program, node: SyntaxNode): readonly Damage[] {
  // A loop that counts the other way never ends.
  if (node.parent?.name === 'ForSpec' && node.name === 'PostfixExpression') return [];
  const op = childrenOf(node).find(({ name }) => /^(Arith|Compare|Logic|Bit|Update)Op$/.test(name));
  const [left, right] = [node.firstChild, node.lastChild];
  if (op === undefined || left === null || right === null) return [];
  const [sign, a, b] = [op, left, right].map((one) => textOf(program, one));
  // Beside other logic operators it must stand in parentheses, whatever takes its place.
  if (sign === '??') return [damage('operator', node, `((${a}) && (${b}))`, 'decides otherwise')];
  const other = sign === '!' ? '' : otherOperator(sign ?? '');
  return other === undefined ? [] : [damage('operator', op, other, 'computes or compares otherwise')];
}

function ofLiteral(program: Program, node: SyntaxNode, { typed, files }: Where): readonly Damage[] {
  const parent = node.parent?.name;
  const decides =
    parent === 'ExpressionStatement' || (parent === 'ExportDeclaration' && node.name === 'String');
  if (decides || (files && /String$/.test(node.name))) return [];
  const other = otherLiteral(program, node, typed ? ' as never' : '');
  return other === undefined ? [] : [damage('value', node, other, 'has another value')];
}

function withoutParent(program: Program, node: SyntaxNode): readonly Damage[] {
  const [word, body] = [node.getChild('extends'), node.getChild('ClassBody')];
  if (word === null || body === null || /\bsuper\b/.test(textOf(program, body))) return [];
  return [damage('operator', { from: word.from, to: body.from }, '', 'inherits nothing')];
}

function oneFewer(node: SyntaxNode): readonly Damage[] {
  const last = childrenOf(node).findLast(({ name }) => !/^[[\],]$/.test(name));
  if (last === undefined || !unknown.test(last.name)) return [];
  const from = last.prevSibling?.name === ',' ? last.prevSibling.from : last.from;
  return [damage('value', { from, to: last.to }, '', 'has one fewer')];
}

/** Outside of functions: what a name stands for, where that is only known when it runs. */
function ofName(program: Program, node: SyntaxNode, { typed }: Where): readonly Damage[] {
  const declares = node.name === 'VariableDeclaration' && node.getChild('VariableDefinition');
  const assigns = node.name === 'AssignmentExpression' && node.getChild('MemberExpression');
  const gives = node.name === 'ExportDeclaration' && node.getChild('default');
  const value = childrenOf(node).findLast(({ name }) => name !== ';');
  if (!(declares || assigns || gives) || value === undefined || !unknown.test(value.name)) return [];
  const text = textOf(program, value);
  if (namesFiles(program, value) || /\b(require|import)\b/.test(text)) return [];
  return [damage('stand-in', value, standIn(text, typed), 'is something else')];
}

function canDrop(program: Program, node: SyntaxNode, inFunction: boolean): boolean {
  const what = node.firstChild;
  if (what === null || /^(super|require|import)\b/.test(textOf(program, what))) return false;
  return what.name === 'AssignmentExpression' ? inFunction : /^(Call|Await)Expression$/.test(what.name);
}
