import { type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { isFunction } from './function-node.ts';

/**
 * Names that are used while the module loads: what they stand for is not replaced, or the module might not load, which
 * a test that only looks for it would notice.
 */
export function usedAtLoad(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  visit(program.top, (node) => {
    if (isFunction(node) || node.name === 'ExportGroup') return false;
    if (node.name === 'VariableName' && !isGivenOn(node)) names.add(textOf(program, node));
    return true;
  });
  return names;
}

/** Exported as it is, or what an assignment declares. */
function isGivenOn({ parent, prevSibling, nextSibling }: SyntaxNode): boolean {
  if (parent?.name === 'ExportDeclaration') return true;
  return parent?.name === 'AssignStatement' && prevSibling === null && nextSibling !== null;
}
