import type { SyntaxNode } from '../syntax.ts';

const functions =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunction|MethodDeclaration|FunctionDefinition|LambdaExpression)$/;

/** Whether a node is a function: what stands in it does not run when the module loads. */
export function isFunction(node: SyntaxNode): boolean {
  return functions.test(node.name) || (node.name === 'Property' && node.getChild('Block') !== null);
}
