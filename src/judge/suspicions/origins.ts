import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { nodesOf } from './scan.ts';

/** Where the names of a file come from: a name -> the module it was imported from (for Python with what was imported). */
export type Origins = ReadonlyMap<string, string>;

/** Names that imports bind, and those that are only other names for them. */
export function originsOf(program: Program): Origins {
  const origins = new Map<string, string>();
  if (program.language === 'python') {
    for (const node of nodesOf(program, 'ImportStatement')) pythonImport(textOf(program, node), origins);
  } else {
    for (const node of nodesOf(program, 'ImportDeclaration')) {
      const from = literalOf(
        program,
        childrenOf(node).find(({ name }) => name === 'String'),
      );
      if (from === undefined) continue;
      for (const name of definitionsIn(program, node)) origins.set(name, from);
    }
  }
  // Twice, so that a name for a name is known too.
  for (let round = 0; round < 2; round += 1) {
    for (const node of nodesOf(program, 'VariableDeclaration', 'AssignStatement'))
      alias(program, node, origins);
  }
  return origins;
}

/** The module a chain of members and calls begins with: `assert.strict.equal`, `require('assert').equal`. */
export function moduleOf(program: Program, node: SyntaxNode | null, origins: Origins): string | undefined {
  const root = rootOf(program, node);
  if (root === null) return undefined;
  if (root.name === 'VariableName') return origins.get(textOf(program, root));
  const loaded =
    /^(?:require|import|process\.getBuiltinModule|importlib\.import_module|__import__)\s*\(\s*(['"`])([^'"`]+)\1/;
  return loaded.exec(textOf(program, root))?.[2];
}

/** The leftmost part of a chain; a call that loads a module is one part. */
export function rootOf(program: Program, node: SyntaxNode | null): SyntaxNode | null {
  for (let at = node; at !== null; ) {
    const isLoad =
      at.name === 'DynamicImport' ||
      /^(?:require|process\.getBuiltinModule|importlib\.import_module|__import__)\s*\(\s*['"`][^'"`]+['"`]\s*\)$/.test(
        textOf(program, at),
      );
    if (isLoad) return at;
    if (!chains.has(at.name)) return at;
    const children = childrenOf(at).filter(({ name }) => !skipped.has(name));
    at = children[0] ?? null;
  }
  return null;
}

const chains = new Set([
  'MemberExpression',
  'CallExpression',
  'ParenthesizedExpression',
  'AwaitExpression',
  'BinaryExpression',
  'NonNullExpression',
]);
const skipped = new Set(['(', 'await', 'ArithOp']);

/** The value of a plain string; undefined for anything else. */
export function literalOf(program: Program, node: SyntaxNode | null | undefined): string | undefined {
  if (node?.name !== 'String' && node?.name !== 'TemplateString') return undefined;
  const text = textOf(program, node);
  const [, , value] = /^[rbu]?(['"`]|'''|""")([\s\S]*)\1$/i.exec(text) ?? [];
  return value?.includes('${') ? undefined : value;
}

function definitionsIn(program: Program, node: SyntaxNode): string[] {
  const names: string[] = [];
  for (const child of childrenOf(node)) {
    if (child.name === 'VariableDefinition') names.push(textOf(program, child));
    else if (/Group|Pattern|PatternProperty/.test(child.name)) names.push(...definitionsIn(program, child));
  }
  return names;
}

function alias(program: Program, node: SyntaxNode, origins: Map<string, string>): void {
  const parts = childrenOf(node);
  const at = parts.findIndex(({ name }) => name === 'Equals' || name === 'AssignOp');
  const value = parts[at + 1];
  if (at < 1 || value === undefined) return;
  const from = moduleOf(program, value, origins);
  // What a call gives back is no longer the module, but what loads one.
  const isCall = value.name === 'CallExpression' && rootOf(program, value)?.name === 'VariableName';
  if (from === undefined || isCall) return;
  const before = parts[at - 1] as SyntaxNode;
  const names = /Pattern/.test(before.name) ? definitionsIn(program, before) : [textOf(program, before)];
  for (const name of names) if (/^[\w$]+$/.test(name)) origins.set(name, from);
}

function pythonImport(text: string, origins: Map<string, string>): void {
  const flat = text.replace(/#.*$/gm, '').replace(/[\\()\n]/g, ' ');
  const [, from, names] = /^from\s+([\w.]+)\s+import\s+(.*)$/.exec(flat.trim()) ?? [];
  const list = names ?? flat.trim().replace(/^import\s+/, '');
  for (const part of list.split(',')) {
    const [, name, , as] = /^\s*([\w.]+)(\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
    if (name === undefined) continue;
    if (from !== undefined) origins.set(as ?? name, `${from}.${name}`);
    else if (as !== undefined) origins.set(as, name);
    else origins.set(name.split('.')[0] as string, name.split('.')[0] as string);
  }
}
