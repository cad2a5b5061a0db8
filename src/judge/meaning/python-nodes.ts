import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** What the nodes of Python programs are to tests. */

const filler = new Set([':', '[', ']', '(', ')', ',', ';', 'Comment']);

/** The statements of a block, or the entries of a list. */
export function statementsOf(block: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(block)
    .filter(({ name }) => !filler.has(name))
    .flatMap((one) => (one.name === 'StatementGroup' ? statementsOf(one) : [one]));
}

/** The function or class that a statement defines, below its decorators. */
export function definitionIn(statement: SyntaxNode): SyntaxNode | undefined {
  const inner =
    statement.name === 'DecoratedStatement'
      ? (statement.getChild('FunctionDefinition') ?? statement.getChild('ClassDefinition'))
      : statement;
  return inner?.name === 'FunctionDefinition' || inner?.name === 'ClassDefinition' ? inner : undefined;
}

/** The name of a function or class. */
export function nameOf(program: Program, definition: SyntaxNode): string {
  const name = definition.getChild('VariableName');
  return name === null ? '' : textOf(program, name);
}

/** What an assignment sets, left of its first `=`. */
export function targetsOf(assignment: SyntaxNode): readonly SyntaxNode[] {
  const children = childrenOf(assignment);
  const until = children.findIndex(
    ({ name }) => name === 'AssignOp' || name === 'UpdateOp' || name === 'TypeDef',
  );
  return children.slice(0, until < 0 ? undefined : until).filter(({ name }) => name !== ',');
}

/** Names that a statement makes where it stands. A fixture is asked for by its name, whatever else has it. */
export function declaredBy(program: Program, statement: SyntaxNode): readonly string[] {
  const definition = definitionIn(statement);
  if (definition !== undefined) {
    const name = nameOf(program, definition);
    const fixture = statement
      .getChildren('Decorator')
      .map((one) => textOf(program, one))
      .find((one) => /\bfixture\b/.test(one));
    if (fixture === undefined) return [name];
    const [, asked = name] = /\bname\s*=\s*["'](\w+)["']/.exec(fixture) ?? [];
    return [name, `fixture ${asked}`];
  }
  if (statement.name !== 'AssignStatement') return [];
  return targetsOf(statement).flatMap((one) => (one.name === 'VariableName' ? [textOf(program, one)] : []));
}

/** Names that a statement uses and does not make: those it reads, fixtures it asks for, parts of `self` it takes. */
export function usedBy(program: Program, statement: SyntaxNode): ReadonlySet<string> {
  const used = new Set<string>();
  const made = new Set<string>();
  visit(statement, (node) => {
    if (node.name === 'ImportStatement') return false;
    const text = textOf(program, node);
    const { parent, nextSibling } = node;
    if (
      node.name === 'PropertyName' &&
      parent?.firstChild &&
      /^(self|cls)$/.test(textOf(program, parent.firstChild))
    )
      used.add(text);
    if (node.name !== 'VariableName' || parent === null) return true;
    const keyword = parent.name === 'ArgList' && nextSibling?.name === 'AssignOp';
    const target =
      parent.name === 'AssignStatement' && targetsOf(parent).some(({ from }) => from === node.from);
    if (parent.name === 'ParamList') {
      made.add(text);
      used.add(`fixture ${text}`);
    } else if (target) made.add(text);
    else if (!keyword) used.add(text);
    return true;
  });
  for (const name of made) used.delete(name);
  return used;
}
