import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import type { Grammar, Part } from './blocks.ts';
import { intruderIn } from './javascript-harm.ts';
import { callbackOf, declaredBy, isSuite, statementsOf, usedBy } from './javascript-nodes.ts';
import { insideOf } from './strings.ts';

const rowsCalls = /\.each$/;

/** Scripts: JavaScript, TypeScript and JSX. */
export const javascript: Grammar = {
  statements: (_, block) => statementsOf(block),
  parts: (program, statement) => [
    ...bodies(program, statement),
    ...exported(program, statement),
    ...rows(program, statement),
  ],
  keyOf(program, entry) {
    if (entry.name === 'VariableName' || entry.name === 'VariableDefinition') return textOf(program, entry);
    const [first] = childrenOf(entry);
    if (first?.name === 'String') return insideOf(program, first);
    const named = childrenOf(entry).find(({ name }) => name === 'PropertyDefinition');
    const plain = first !== undefined && /^(PropertyDefinition|async|Star)$/.test(first.name);
    return plain && named !== undefined ? textOf(program, named) : undefined;
  },
  declares: declaredBy,
  uses: usedBy,
  intruder: intruderIn,
};

/** The callback of a suite; the body of a class. */
function bodies(program: Program, statement: SyntaxNode): readonly Part[] {
  const call = statement.name === 'ExpressionStatement' ? statement.firstChild : null;
  if (call?.name === 'CallExpression' && isSuite(program, call)) {
    const body = callbackOf(call)?.lastChild;
    return body?.name === 'Block' ? [{ node: body, of: 'block' }] : [];
  }
  const inner = statement.name === 'ExportDeclaration' ? statement.getChild('ClassDeclaration') : statement;
  const body = inner?.name === 'ClassDeclaration' ? inner.getChild('ClassBody') : null;
  return body ? [{ node: body, of: 'class' }] : [];
}

/** What a helper gives to others: `export { a }`, `module.exports = { a }`, `export const a = { … }`. */
function exported(program: Program, statement: SyntaxNode): readonly Part[] {
  const entries = (node: SyntaxNode | null | undefined): readonly Part[] =>
    node ? [{ node, of: 'entries' }] : [];
  if (statement.name === 'ExportDeclaration') {
    const value = statement.getChild('VariableDeclaration') ?? statement;
    return entries(statement.getChild('ExportGroup') ?? value.getChild('ObjectExpression'));
  }
  const assignment = statement.name === 'ExpressionStatement' ? statement.firstChild : null;
  if (assignment?.name !== 'AssignmentExpression') return [];
  const [target, , value] = childrenOf(assignment);
  const isExports = target !== undefined && textOf(program, target) === 'module.exports';
  return isExports && value?.name === 'ObjectExpression' ? entries(value) : [];
}

/** Tables that tests are made from: `test.each([…])`, and a constant list that is looped over. */
function rows(program: Program, statement: SyntaxNode): readonly Part[] {
  const call = statement.name === 'ExpressionStatement' ? statement.firstChild : null;
  const inner = call?.name === 'CallExpression' ? call.firstChild : null;
  if (
    inner?.name === 'CallExpression' &&
    inner.firstChild &&
    rowsCalls.test(textOf(program, inner.firstChild))
  ) {
    const table = inner.getChild('ArgList')?.getChild('ArrayExpression');
    return table ? [{ node: table, of: 'rows' }] : [];
  }
  if (statement.name !== 'VariableDeclaration') return [];
  const [table, name] = [statement.getChild('ArrayExpression'), statement.getChild('VariableDefinition')];
  if (!table || !name) return [];
  const word = textOf(program, name).replaceAll('$', '\\$');
  const looped = new RegExp(`(each\\(|\\bof )${word}\\b|(^|[^.\\w])${word}\\.(forEach|map)\\(`);
  return looped.test(program.text) ? [{ node: table, of: 'rows' }] : [];
}
