import { posix } from 'node:path';
import { childrenOf, languageOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** A module of the repository that a file imports, and the names it takes from it. */
export interface Needed {
  /** From the top of the repository, as the file spells it: without an ending where it gives none. */
  readonly module: string;
  readonly names: readonly string[];
}

/** What a test file needs of the repository; nothing in a language we do not read. */
export function neededBy(path: string, text: string): readonly Needed[] {
  const program = parse(path, text);
  if (program === undefined) return [];
  const found: Needed[] = [];
  visit(program.top, (node) => {
    const one =
      program.language === 'python' ? pythonImport(program, node) : scriptImport(program, node, path);
    if (one !== undefined) found.push(one);
    return true;
  });
  return found;
}

function scriptImport(program: Program, node: SyntaxNode, path: string): Needed | undefined {
  const dynamic =
    node.name === 'DynamicImport' || (node.name === 'CallExpression' && isRequire(program, node));
  if (node.name !== 'ImportDeclaration' && !dynamic) return undefined;
  const strings: string[] = [];
  const names: string[] = [];
  visit(node, (child) => {
    if (child.name === 'String') strings.push(textOf(program, child).slice(1, -1));
    if (child.name === 'ImportGroup')
      names.push(...namesIn(childrenOf(child).map((one) => textOf(program, one))));
    return true;
  });
  const from = strings.at(-1);
  if (from === undefined || !/^\.\.?\//.test(from)) return undefined;
  return { module: posix.normalize(posix.join(posix.dirname(path), from)), names };
}

function isRequire(program: Program, node: SyntaxNode): boolean {
  return node.firstChild !== null && textOf(program, node.firstChild) === 'require';
}

/** Of `a, b as c`: a and b. */
function namesIn(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => /^\w+$/.test(word) && word !== 'as' && words[at - 1] !== 'as');
}

/** `from a.b import c, d` and `import a.b`. */
function pythonImport(program: Program, node: SyntaxNode): Needed | undefined {
  if (node.name !== 'ImportStatement') return undefined;
  const words = childrenOf(node).map((child) => textOf(program, child));
  const at = words.indexOf('import');
  const dotted = words[0] === 'from' ? words.slice(1, at) : words.slice(at + 1);
  const names = words[0] === 'from' ? namesIn(words.slice(at + 1)) : [];
  const module =
    dotted
      .join('')
      .replace(/^\.+/, '')
      .split(/,|as\b/)[0] ?? '';
  return module === '' ? undefined : { module: module.replaceAll('.', '/'), names };
}

/** Paths under which a module may stand, in the spelling of any importer. */
export function spellings(path: string, module: string): readonly string[] {
  if (languageOf(path) === 'python')
    return [`${module}.py`, `${module}/__init__.py`, `src/${module}.py`, `src/${module}/__init__.py`];
  const bare = module.replace(/\.[cm]?jsx?$/, '');
  const endings = ['.js', '.ts', '.mjs', '.mts', '.cjs', '.cts', '.jsx', '.tsx', '.json'];
  return [
    module,
    ...[...new Set([module, bare])].flatMap((one) => [
      ...endings.map((end) => one + end),
      ...endings.map((end) => `${one}/index${end}`),
    ]),
  ];
}
