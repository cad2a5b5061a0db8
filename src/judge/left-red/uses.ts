import { importsOf } from '../meaning/imports.ts';
import { callbackOf, calleeOf } from '../meaning/javascript-nodes.ts';
import { isAssertion, isTestLibrary } from '../meaning/libraries.ts';
import { insideOf } from '../meaning/strings.ts';
import { childrenOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** One test of a file, and what of the sources it asks. */
export interface TestUses {
  /** Whether a report calls it so, by the last part of its name. */
  is(title: string): boolean;
  /** What it takes from modules that are no libraries for tests, and the methods it calls on what it got. */
  readonly uses: ReadonlySet<string>;
}

/** Methods are told from parts of modules by this. */
const method = 'method ';

/** What is made in the file, by its name: the nodes that make it. */
type Made = Map<string, SyntaxNode[]>;
/** What is taken from modules, by its name here. Undefined: from a library for tests. */
type Taken = Map<string, string | undefined>;

/**
 * What the tests of a file ask of the sources, directly or through helpers, hooks and fixtures of the same file that they
 * name. Tests that take nothing from a module are left out; none where the file cannot be read.
 */
export function usesIn(file: string, text: string): readonly TestUses[] {
  const program = parse(file, text);
  if (program === undefined) return [];
  const taken = takenIn(program);
  const made = madeIn(program);
  return testsIn(program).flatMap(({ is, node }) => {
    const uses = usesOf(program, node, taken, made);
    return [...uses].some((one) => !one.startsWith(method)) ? [{ is, uses }] : [];
  });
}

function takenIn(program: Program): Taken {
  const taken: Taken = new Map();
  visit(program.top, (node) => {
    for (const { local, module, name } of importsOf(program, node) ?? []) {
      const isOfTests = isTestLibrary(module) || isAssertion(module);
      taken.set(local, isOfTests ? undefined : `${module}:${name}`);
    }
    return true;
  });
  return taken;
}

function madeIn(program: Program): Made {
  const made: Made = new Map();
  const add = (name: SyntaxNode | null, node: SyntaxNode) => {
    if (name === null) return;
    const key = textOf(program, name);
    made.set(key, [...(made.get(key) ?? []), node]);
  };
  visit(program.top, (node) => {
    if (/^(FunctionDeclaration|FunctionDefinition|ClassDeclaration|ClassDefinition)$/.test(node.name))
      add(node.getChild('VariableDefinition') ?? node.getChild('VariableName'), node);
    if (node.name === 'VariableDeclaration')
      for (const one of node.getChildren('VariableDefinition')) add(one, node);
    if (/^Assign(mentExpression|Statement)$/.test(node.name)) add(node.getChild('VariableName'), node);
    return true;
  });
  return made;
}

/** Tests of JavaScript are calls with a title, those of Python functions of a certain name. */
function testsIn(program: Program): readonly { is(title: string): boolean; node: SyntaxNode }[] {
  const found: { is(title: string): boolean; node: SyntaxNode }[] = [];
  visit(program.top, (node) => {
    if (program.language === 'python') {
      const name = node.name === 'FunctionDefinition' ? node.getChild('VariableName') : null;
      const own = name === null ? '' : textOf(program, name);
      if (/^test/.test(own)) found.push({ is: (title) => title.replace(/\[.*$/s, '') === own, node });
      return true;
    }
    if (node.name !== 'CallExpression' || !/^(test|it|specify)\b/.test(calleeOf(program, node))) return true;
    const title = childrenOf(node.getChild('ArgList') ?? node).find(({ name }) => !/^[(,]$/.test(name));
    const body = callbackOf(node);
    if (body === undefined || !/^(Template)?String$/.test(title?.name ?? '')) return true;
    const as = patternOf(insideOf(program, title as SyntaxNode));
    found.push({ is: (one) => as.test(one.replace(/ \(\d+\)$/, '')), node });
    return true;
  });
  return found;
}

/** A title as reports may have it: what is filled in may be anything. */
function patternOf(title: string): RegExp {
  const parts = title
    .split(/%[a-zA-Z#%]|\$\{[^}]*\}|\$[\w.]+/)
    .map((part) => part.replace(/\s+/g, ' ').trim());
  return new RegExp(`^${parts.map((part) => part.replace(/[^\w ]/g, '\\$&')).join('.*')}$`, 's');
}

function usesOf(program: Program, test: SyntaxNode, taken: Taken, made: Made): ReadonlySet<string> {
  const uses = new Set<string>();
  const left = [test];
  const done = new Set<SyntaxNode>();
  for (const top of left) {
    if (done.has(top)) continue;
    done.add(top);
    visit(top, (node) => {
      if (node.name !== 'VariableName' && node.name !== 'PropertyDefinition') return true;
      const name = textOf(program, node);
      const from = taken.get(name);
      if (from !== undefined) uses.add(partOf(program, node, from));
      // What holds the test itself, such as its class, says nothing of it.
      if (!taken.has(name))
        left.push(...(made.get(name) ?? []).filter((one) => one.from > test.from || one.to < test.to));
      const called = taken.has(name) ? undefined : methodOn(program, node, made);
      if (called !== undefined) uses.add(called);
      return true;
    });
  }
  return uses;
}

/** Of a module that was taken as a whole, the part that is asked for. */
function partOf(program: Program, node: SyntaxNode, from: string): string {
  if (!/:(\*|\.|default)$/.test(from)) return from;
  const part = memberOf(node);
  return part === undefined ? from : `${from.replace(/:[^:]*$/, '')}:${textOf(program, part)}`;
}

/** The method, where one is called on something that was made in the file. */
function methodOn(program: Program, node: SyntaxNode, made: Made): string | undefined {
  const part = memberOf(node);
  const isCalled = part?.parent?.parent?.name === 'CallExpression';
  return part !== undefined && isCalled && made.has(textOf(program, node))
    ? `${method}${textOf(program, part)}`
    : undefined;
}

function memberOf(node: SyntaxNode): SyntaxNode | undefined {
  const { parent } = node;
  if (parent?.name !== 'MemberExpression' || parent.firstChild?.from !== node.from) return undefined;
  return parent.getChild('PropertyName') ?? undefined;
}
