import { importsOf } from '../meaning/imports.ts';
import { isAssertion } from '../meaning/libraries.ts';
import { childrenOf, languageOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import type { Shelf } from './loaders.ts';

/** Names under which assertions are there without an import. */
const globals = /^(expect|assert)\w*$|^(should|chai|sinon|td|cy)$/;
/** What runners give to a test, and what asserts by a property. */
const ofRunner =
  /\bself\.\w+\s*\(|\bpytest\.(raises|fail|warns)\b|\bt\.(?!(after|before|mock|test|plan|timeout|log|teardown|context|signal|diagnostic|skip|todo|comment|name)\b)\w+|\.(should\b|assert\w*\s*\()/;
const sounds = /^(assert|expect|check|verify|should|ensure|must|require|prove|same|equals?)/i;

/**
 * Whether a test checks by means of a file: in a test without any other assertion it hands the file's functions what
 * the code under test gives, and drops what comes back. Then these functions say what is red.
 */
export function checksBy(shelf: Shelf, test: string, file: string): boolean {
  const program = shelf.program(test);
  if (program === undefined) return false;
  const [own, product, assertions] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { local, module, name } of importsIn(program)) {
    if (local === '') continue;
    const whole = languageOf(test) === 'python' && /^\w+$/.test(name) ? joined(module, name) : module;
    const from = shelf.fileOf(test, whole) ?? shelf.fileOf(test, module);
    if (from === file) own.add(local);
    else if (from !== undefined) product.add(local);
    else if (isAssertion(module)) assertions.add(local);
  }
  if (own.size === 0 || product.size === 0) return false;
  let found = false;
  visit(program.top, (node) => {
    if (node.name === 'CallExpression' && own.has(rootOf(program, node) ?? ''))
      found ||= isCheck(program, node, { own, product, assertions });
    return !found;
  });
  return found;
}

interface Names {
  readonly own: ReadonlySet<string>;
  /** What comes from other files of the tree. */
  readonly product: ReadonlySet<string>;
  readonly assertions: ReadonlySet<string>;
}

function isCheck(program: Program, call: SyntaxNode, { own, product, assertions }: Names): boolean {
  let top = call;
  let count = 0;
  for (;;) {
    if (top.name === 'CallExpression')
      count += childrenOf(top.getChild('ArgList') ?? top).filter(({ name }) => !/^[(),]$/.test(name)).length;
    const above = top.parent;
    if (above === null || !/^(MemberExpression|CallExpression|AwaitExpression)$/.test(above.name)) break;
    if (above.firstChild?.from !== top.from && above.name !== 'AwaitExpression') break;
    top = above;
  }
  if (!isDropped(top) || (count < 2 && !sounds.test(rootOf(program, call) ?? ''))) return false;
  const body = functionAround(top);
  const given = valuesOf(program, body, product);
  const used = namesIn(program, top);
  if (![...used].some((name) => given.has(name))) return false;
  return !assertsOtherwise(program, body, { own, assertions }) && !isFollowed(program, body, top, product);
}

/** Nobody takes what it gives, but for a runner that waits for it. */
function isDropped({ parent }: SyntaxNode): boolean {
  if (parent === null) return false;
  if (parent.name === 'ArrowFunction') return parent.parent?.name === 'ArgList';
  return /^(ExpressionStatement|ReturnStatement)$/.test(parent.name);
}

/** The function that is handed to a runner, or is a test by itself; at the top of a file all of it. */
function functionAround(node: SyntaxNode): SyntaxNode {
  let at = node;
  while (at.parent !== null) {
    at = at.parent;
    const isGiven = at.parent?.name === 'ArgList' && /^(ArrowFunction|FunctionExpression)$/.test(at.name);
    if (isGiven || /^(FunctionDefinition|MethodDeclaration)$/.test(at.name)) return at;
  }
  return at;
}

/** Names in a function that hold what comes from the code under test. */
function valuesOf(program: Program, body: SyntaxNode, product: ReadonlySet<string>): ReadonlySet<string> {
  const given = new Set(product);
  visit(body, (node) => {
    if (!/^(VariableDeclaration|AssignStatement|AssignmentExpression)$/.test(node.name)) return true;
    const names = namesIn(program, node);
    if ([...names].some((name) => given.has(name))) {
      const [first, second] = childrenOf(node);
      const target = node.name === 'VariableDeclaration' ? second : first;
      if (target !== undefined) for (const name of namesIn(program, target)) given.add(name);
    }
    return true;
  });
  return given;
}

function assertsOtherwise(
  program: Program,
  body: SyntaxNode,
  { own, assertions }: Pick<Names, 'own' | 'assertions'>,
): boolean {
  if (ofRunner.test(textOf(program, body))) return true;
  let found = false;
  visit(body, (node) => {
    if (node.name === 'AssertStatement') found = true;
    const root = node.name === 'CallExpression' ? rootOf(program, node) : undefined;
    if (root !== undefined && isOwnFunction(program, root)) found = true;
    // `test` and `it` come from a library for tests as well, and hold the body from outside.
    if (root !== undefined && !own.has(root) && (assertions.has(root) || globals.test(root))) found = true;
    return !found;
  });
  return found;
}

/** Whether the file defines this function itself: it may assert. */
function isOwnFunction(program: Program, name: string): boolean {
  return childrenOf(program.top).some((one) => {
    const [, second] = childrenOf(one);
    const isDefinition = /^(FunctionDefinition|FunctionDeclaration|VariableDeclaration)$/.test(one.name);
    return isDefinition && second !== undefined && textOf(program, second) === name;
  });
}

/** Whether something else of the tree is called for its effect after it: that may be the check, and this its cause. */
function isFollowed(
  program: Program,
  body: SyntaxNode,
  top: SyntaxNode,
  product: ReadonlySet<string>,
): boolean {
  let found = false;
  visit(body, (node) => {
    if (node.name !== 'CallExpression' || node.from < top.to) return !found;
    if (isDropped(node.parent?.name === 'AwaitExpression' ? node.parent : node))
      found ||= product.has(rootOf(program, node) ?? '');
    return !found;
  });
  return found;
}

/** The name at the beginning of a call: of `check(a).is(b)` and of `check.that(a)` it is `check`. */
function rootOf(program: Program, call: SyntaxNode): string | undefined {
  let at: SyntaxNode | null = call;
  while (at !== null && /^(CallExpression|MemberExpression)$/.test(at.name)) at = at.firstChild;
  return at?.name === 'VariableName' ? textOf(program, at) : undefined;
}

function namesIn(program: Program, node: SyntaxNode): ReadonlySet<string> {
  const found = new Set<string>();
  visit(node, (one) => {
    if (/^Variable(Name|Definition)$/.test(one.name)) found.add(textOf(program, one));
    return true;
  });
  return found;
}

function importsIn(program: Program) {
  return childrenOf(program.top).flatMap((one) => importsOf(program, one) ?? []);
}

function joined(module: string, name: string): string {
  return `${module}${module.endsWith('.') ? '' : '.'}${name}`;
}
