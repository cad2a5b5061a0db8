import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { canon } from './canon.ts';

/** What the nodes of scripts are to tests. */

const suites =
  /^(describe|suite|context|(test|node:test)\.describe)(\.(each|concurrent|sequential|parallel|serial)\b.*)?$/s;
const filler = new Set(['{', '}', '[', ']', ',', ';', 'Hashbang']);

/** The statements of a block, the members of a class, the entries of a list. */
export function statementsOf(block: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(block).filter(({ name }) => !filler.has(name) && !name.endsWith('Comment'));
}

/** Whether a call makes a suite of what its callback says. */
export function isSuite(program: Program, call: SyntaxNode): boolean {
  const callee = call.firstChild;
  return callee !== null && suites.test(textOf(program, callee));
}

/** The last argument of a call, when it is a function. */
export function callbackOf(call: SyntaxNode): SyntaxNode | undefined {
  return childrenOf(call.getChild('ArgList') ?? call)
    .filter(({ name }) => name === 'ArrowFunction' || name === 'FunctionExpression')
    .at(-1);
}

/** What a call calls, without white space. */
export function calleeOf(program: Program, call: SyntaxNode): string {
  return call.firstChild === null
    ? ''
    : textOf(program, call.firstChild).replace(/\s+/g, '').replaceAll('?.', '.');
}

/** Names that a statement makes where it stands. */
export function declaredBy(program: Program, statement: SyntaxNode): readonly string[] {
  const { name } = statement;
  if (name === 'ExportDeclaration') return childrenOf(statement).flatMap((one) => declaredBy(program, one));
  if (name === 'MethodDeclaration' || name === 'PropertyDeclaration') {
    const member =
      statement.getChild('PropertyDefinition') ?? statement.getChild('PrivatePropertyDefinition');
    return member ? [textOf(program, member)] : [canon(program, statement)];
  }
  if (name === 'FunctionDeclaration' || name === 'ClassDeclaration' || /^(Enum|Namespace)/.test(name)) {
    const own = statement.getChild('VariableDefinition') ?? statement.getChild('TypeDefinition');
    return own ? [textOf(program, own)] : [];
  }
  if (name === 'VariableDeclaration' || name === 'AmbientDeclaration') return definitions(program, statement);
  // A `var` in a block is one of the function round it.
  return definitions(program, statement, true);
}

/** Names that are made in a node, not looking into functions. */
function definitions(program: Program, top: SyntaxNode, onlyVar = false): readonly string[] {
  const found: string[] = [];
  visit(top, (node) => {
    if (/^(ArrowFunction|FunctionExpression|FunctionDeclaration|ClassBody|ClassExpression)$/.test(node.name))
      return false;
    const inVar = !onlyVar || node.parent?.getChild('var');
    if (node.name === 'VariableDefinition' && inVar) found.push(textOf(program, node));
    return true;
  });
  return found;
}

/** Names that a statement uses and does not make itself. */
export function usedBy(program: Program, statement: SyntaxNode): ReadonlySet<string> {
  const used = new Set<string>();
  const own = new Set<string>();
  visit(statement, (node) => {
    const text = () => textOf(program, node);
    if (node.name === 'VariableName') used.add(text());
    // `{ a }` in the place of `{ a: a }`.
    else if (node.name === 'PropertyDefinition' && node.parent?.name === 'Property' && !node.nextSibling)
      used.add(text());
    else if (node.name === 'PropertyName' && node.prevSibling?.prevSibling?.name === 'this') used.add(text());
    else if (node.name === 'VariableDefinition') own.add(text());
    return true;
  });
  for (const name of own) used.delete(name);
  return used;
}
