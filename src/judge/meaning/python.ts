import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import type { Grammar, Part } from './blocks.ts';
import { intruderIn } from './python-harm.ts';
import { declaredBy, definitionIn, statementsOf, usedBy } from './python-nodes.ts';
import { insideOf } from './strings.ts';

/** Python. */
export const python: Grammar = {
  statements: (_, block) => statementsOf(block),
  parts: (program, statement) => [...bodies(statement), ...rows(program, statement)],
  keyOf: (program, entry) => (entry.name === 'String' ? insideOf(program, entry) : undefined),
  declares: declaredBy,
  uses: usedBy,
  intruder: intruderIn,
};

/** The body of a class. */
function bodies(statement: SyntaxNode): readonly Part[] {
  const definition = definitionIn(statement);
  const body = definition?.name === 'ClassDefinition' ? definition.getChild('Body') : null;
  return body ? [{ node: body, of: 'class' }] : [];
}

/** Tables that tests are made from: the values of `parametrize`, and a list that is looped over or handed to it. */
function rows(program: Program, statement: SyntaxNode): readonly Part[] {
  if (statement.name === 'DecoratedStatement') {
    return statement.getChildren('Decorator').flatMap((decorator): readonly Part[] => {
      const named = childrenOf(decorator).some((one) => textOf(program, one) === 'parametrize');
      const table = named ? decorator.getChild('ArgList')?.getChild('ArrayExpression') : null;
      return table ? [{ node: table, of: 'rows' }] : [];
    });
  }
  if (statement.name !== 'AssignStatement') return [];
  const [name] = declaredBy(program, statement);
  const table = statement.getChild('ArrayExpression');
  if (!table || name === undefined) return [];
  const looped = new RegExp(`(parametrize\\([^)]*,\\s*|\\bin )${name}\\b`);
  return looped.test(program.text) ? [{ node: table, of: 'rows' }] : [];
}
