import { canon } from '../meaning/canon.ts';
import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { isFunction } from './function-node.ts';

/** A function that stands in no other one. */
export interface OuterFunction {
  readonly from: number;
  readonly to: number;
  /** With the names of what it stands in; empty when it has none. */
  readonly name: string;
  /** The same for functions that mean the same. */
  readonly meaning: string;
}

/** The functions of a program, without those inside of others. */
export function outerFunctions(program: Program): readonly OuterFunction[] {
  const found: OuterFunction[] = [];
  visit(program.top, (node) => {
    if (!isFunction(node)) return true;
    const { from, to } = node;
    found.push({ from, to, name: nameOf(program, node), meaning: canon(program, node) });
    return false;
  });
  return found;
}

/**
 * Those that are new: none of that name was in the file before, and none that means the same stood elsewhere. `before`:
 * the functions of the file as it was; `known`: what the functions of all changed files meant before.
 */
export function newFunctions(
  program: Program,
  before: readonly OuterFunction[],
  known: ReadonlySet<string>,
): readonly OuterFunction[] {
  const names = new Set(before.map(({ name }) => name));
  return outerFunctions(program).filter(({ name, meaning }) => !names.has(name) && !known.has(meaning));
}

function nameOf(program: Program, node: SyntaxNode): string {
  const names: string[] = [];
  for (let one: SyntaxNode | null = node; one !== null; one = one.parent) {
    const name = ownName(one);
    if (name !== null) names.unshift(textOf(program, name));
  }
  return names.join('.');
}

function ownName(node: SyntaxNode): SyntaxNode | null {
  // What a function is assigned to: `exports.f = () => 1`.
  if (node.name === 'AssignmentExpression') return node.firstChild;
  if (/^(FunctionDefinition|ClassDefinition|AssignStatement)$/.test(node.name))
    return node.getChild('VariableName');
  const names = /^(VariableDefinition|PropertyDefinition|PrivatePropertyDefinition)$/;
  return childrenOf(node).find(({ name }) => names.test(name)) ?? null;
}
