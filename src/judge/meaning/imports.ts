import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { insideOf } from './strings.ts';

/** One name that a program takes from another module. */
export interface Binding {
  /** What it is called here; empty: nothing is taken, the module is only loaded. */
  readonly local: string;
  /** Where it comes from, as it is written. */
  readonly module: string;
  /** What it is called there: `default`, `*` for all of it. */
  readonly name: string;
}

/** What a statement takes from other modules; undefined when it is no import. */
export function importsOf(program: Program, statement: SyntaxNode): readonly Binding[] | undefined {
  if (program.language === 'python') {
    return statement.name === 'ImportStatement' ? pythonImports(program, statement) : undefined;
  }
  if (statement.name === 'ImportDeclaration') return javascriptImports(program, statement);
  return statement.name === 'VariableDeclaration' ? required(program, statement) : undefined;
}

/** What an import takes, with modules by what their names stand for; nothing when the statement is no import. */
export function originsOf(
  program: Program,
  statement: SyntaxNode,
  named: (specifier: string) => string | undefined,
): readonly Binding[] {
  return (importsOf(program, statement) ?? []).map((binding) => {
    const { local, module, name } = binding;
    // `from package import module`: a module all the same.
    const whole = /^[.*]?$|^default$/.test(name)
      ? module
      : `${module}${module.endsWith('.') ? '' : '.'}${name}`;
    const part = program.language === 'python' && whole !== module ? named(whole) : undefined;
    if (part !== undefined && !part.includes(':')) return { local, module: part, name: '*' };
    return { ...binding, module: named(module) ?? module };
  });
}

function javascriptImports(program: Program, statement: SyntaxNode): readonly Binding[] | undefined {
  const children = childrenOf(statement);
  const source = children.find((child) => child.name === 'String');
  if (source === undefined || children.some((child) => /^(Equals|with|assert)$/.test(child.name)))
    return undefined;
  const module = insideOf(program, source);
  const found: Binding[] = [];
  for (const [at, child] of children.entries()) {
    if (child.name === 'VariableDefinition') {
      const name = children[at - 2]?.name === 'Star' ? '*' : 'default';
      found.push({ local: textOf(program, child), module, name });
    }
    if (child.name === 'ImportGroup') found.push(...group(program, child, module));
  }
  const empty = !children.some((child) => child.name === 'from');
  return empty ? [{ local: '', module, name: '' }] : found;
}

function group(program: Program, node: SyntaxNode, module: string): readonly Binding[] {
  const parts = childrenOf(node);
  return parts.flatMap((part, at) => {
    if (part.name !== 'VariableDefinition') return [];
    const local = textOf(program, part);
    const renamed = parts[at - 1]?.name === 'as' ? parts[at - 2] : undefined;
    return [
      { local, module, name: renamed === undefined ? local : textOf(program, renamed).replace(/['"]/g, '') },
    ];
  });
}

/** `const x = require('y')`, `const { a, b: c } = require('y')`, and the same with `await import('y')`. */
function required(program: Program, statement: SyntaxNode): readonly Binding[] | undefined {
  const children = childrenOf(statement).filter(({ name }) => name !== ';' && !name.endsWith('Comment'));
  const [, target, equals, value] = children;
  if (children.length !== 4 || target === undefined || equals?.name !== 'Equals' || value === undefined)
    return undefined;
  const text = textOf(program, value);
  const [, module] = /^(?:require|await\s+import)\(\s*['"]([^'"]+)['"]\s*\)$/.exec(text) ?? [];
  if (module === undefined) return undefined;
  if (target.name === 'VariableDefinition') return [{ local: textOf(program, target), module, name: '*' }];
  if (target.name !== 'ObjectPattern') return undefined;
  const found: Binding[] = [];
  for (const part of childrenOf(target)) {
    if (/^[{},]$/.test(part.name)) continue;
    const names = childrenOf(part).map((child) => textOf(program, child));
    const [name, colon, local] = names;
    if (part.name !== 'PatternProperty' || name === undefined) return undefined;
    if (names.length === 1) found.push({ local: name, module, name });
    else if (names.length === 3 && colon === ':' && /^[\w$]+$/.test(local ?? ''))
      found.push({ local: local ?? '', module, name });
    else return undefined;
  }
  return found;
}

function pythonImports(program: Program, statement: SyntaxNode): readonly Binding[] {
  const text = textOf(program, statement)
    .replace(/#[^\n]*/g, '')
    .replace(/[\\()\n\r]/g, ' ');
  const [, from, names] = /^from\s+([.\w\s]+?)\s+import\s+(.*)$/.exec(text) ?? [];
  const list = (names ?? text.replace(/^import\s+/, '')).split(',').map((one) => one.trim());
  return list
    .filter((one) => one !== '')
    .map((one) => {
      const [name = '', alias] = one.split(/\s+as\s+/);
      if (from !== undefined) return { local: alias ?? name, module: from.replace(/\s/g, ''), name };
      const module = name.replace(/\s/g, '');
      // `import a.b` binds `a`, and loads `a.b`.
      return {
        local: alias ?? (module.split('.')[0] as string),
        module,
        name: alias === undefined ? '.' : '*',
      };
    });
}
