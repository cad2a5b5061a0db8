import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import type { Part, Scene } from './blocks.ts';
import { importsOf } from './imports.ts';
import { callbackOf, calleeOf, isSuite, statementsOf, usedBy } from './javascript-nodes.ts';
import { isTestLibrary } from './libraries.ts';

/** What makes tests, and what stands round them. */
const tests = /^(test|it|specify|xit|xtest|[tT]est\w*)(\.|$)/;
const groups = /^(x?describe|suite|context)(\.|$)/;
const hooks =
  /^((test|t)\.)?(before|after|beforeEach|afterEach|beforeAll|afterAll|setup|teardown|suiteSetup|suiteTeardown)$/;
/** Something is left out that is not a new test by itself: a hook can leave out all the tests round it. */
const skips = /(?<!\b(?:it|test|describe|suite|context|specify)\.)\bskip\b|\bpending\s*\(/;
/** What stands for the judgement of tests: nobody may change a part of it. */
const judges =
  /^(assert|expect|should|chai|test|it|describe|suite|context|specify|before|after|beforeEach|afterEach|beforeAll|afterAll|Object|Function|Array|Promise|Error|Reflect|Proxy|JSON)$/;
const ends = /^((globalThis|global)\.)?process\.(exit|abort|kill|reallyExit|_exiting)$/;
const mocksFile = /^((vi|jest)\.(mock|unstable_mockModule|setMock|hoisted)|mock\.module|mockModule)$/;
const replaces =
  /^((vi|jest)\.(spyOn|replaceProperty)|sinon\.(stub|replace|define)|(t\.)?mock\.(method|getter|setter)|(Object|Reflect)\.(assign|define\w+|setPrototypeOf|set|deleteProperty))$/;
const focused = /^(fit|fdescribe|fcontext|ftest|iit|ddescribe)$|\.only\b/;
const declarations =
  /^(VariableDeclaration|FunctionDeclaration|ClassDeclaration|InterfaceDeclaration|TypeAliasDeclaration|EnumDeclaration|AmbientDeclaration|MethodDeclaration|PropertyDeclaration)$/;
const loops = /^(For\w*Statement|ForStatement|IfStatement|Block)$/;

/** The first of these new statements that may do something to the old ones beside it. */
export function intruderIn(
  scene: Scene,
  fresh: readonly SyntaxNode[],
  part: Part['of'],
): SyntaxNode | undefined {
  const { now, old } = scene;
  const used = new Set(statementsOf(old.top).flatMap((one) => [...usedBy(old, one)]));
  const own = new Set(fresh.flatMap((one) => [...allDefinitions(now, one)]));
  const imported = statementsOf(now.top).flatMap((one) => importsOf(now, one) ?? []);
  const had = new Set(
    statementsOf(old.top).flatMap((one) => (importsOf(old, one) ?? []).map((is) => is.local)),
  );
  for (const { local } of imported) own.add(local);
  for (const name of [...had, ...used]) own.delete(name);
  const libraries = new Set(
    imported
      .filter(({ module }) => isTestLibrary(module) || /^(node:)?assert/.test(module))
      .map(({ local }) => local),
  );
  const calls = new Set(statementsWithCalls(old).map((call) => calleeOf(old, call)));
  const watch: Watch = {
    program: now,
    old,
    own,
    isJudge: (name) => judges.test(name) || libraries.has(name),
    calls,
    libraries,
  };
  const leavesOut = fresh.some((one) => skips.test(textOf(now, one)));
  return fresh.find(
    (one) => !mayStand(watch, one, part) || harms(watch, one, false) || (leavesOut && isHook(now, one)),
  );
}

interface Watch {
  readonly program: Program;
  readonly old: Program;
  /** Names that are new: nothing old uses them. */
  readonly own: ReadonlySet<string>;
  readonly isJudge: (name: string) => boolean;
  /** What the old file calls in its statements. */
  readonly calls: ReadonlySet<string>;
  /** Local names of what comes from libraries for tests. */
  readonly libraries: ReadonlySet<string>;
}

/** Beside tests stand declarations and more tests; nothing that acts when the file is loaded. */
function mayStand(watch: Watch, statement: SyntaxNode, part: Part['of']): boolean {
  const { program } = watch;
  if (part === 'class') return declarations.test(statement.name);
  if (declarations.test(statement.name) || statement.name === 'ExportDeclaration') return true;
  if (loops.test(statement.name)) {
    const inner = childrenOf(statement).filter(({ name }) => /Statement$|Declaration$|^Block$/.test(name));
    return inner.every((one) => mayStand(watch, one, part));
  }
  if (statement.name !== 'ExpressionStatement') return /^String$/.test(statement.firstChild?.name ?? '');
  const expression =
    statement.firstChild?.name === 'AwaitExpression' ? statement.firstChild.lastChild : statement.firstChild;
  if (expression?.name === 'String') return true;
  if (expression?.name === 'AssignmentExpression') return addsExport(watch, expression);
  if (expression?.name !== 'CallExpression') return false;
  const callee = calleeOf(program, expression);
  if (watch.calls.has(callee) || tests.test(callee) || hooks.test(callee) || groups.test(callee)) return true;
  const [root = ''] = callee.split(/[.(]/);
  if (/^(vi|jest|sinon|mock|chai|nock)$/.test(root) || /^expect\.\w+$/.test(callee)) return false;
  if (/^(assert|expect|console)$/.test(root)) return true;
  if (/\.forEach$/.test(callee)) {
    const body = callbackOf(expression)?.lastChild;
    const inside = body?.name === 'Block' ? statementsOf(body) : [];
    return inside.every((one) => mayStand(watch, one, part));
  }
  return watch.libraries.has(root) && expression.getChild('ArgList')?.getChild('ArrowFunction') != null;
}

/** `exports.name = …` of a helper, with a name that the old text does not know. */
function addsExport({ program, old }: Watch, assignment: SyntaxNode): boolean {
  const [target] = childrenOf(assignment);
  const text = target === undefined ? '' : textOf(program, target);
  const [, name] = /^(?:module\.)?exports\.(\w+)$/.exec(text) ?? [];
  return name !== undefined && !new RegExp(`\\b${name}\\b`).test(old.text);
}

/** Whether something in a node ends the run, leaves out other tests, or changes what is not its own. */
function harms(watch: Watch, top: SyntaxNode, within: boolean): boolean {
  const { program } = watch;
  let found = false;
  visit(top, (node) => {
    if (found) return false;
    const inner = within || /^(FunctionDeclaration|MethodDeclaration)$/.test(node.name);
    if (inner !== within) {
      found = childrenOf(node).some((child) => harms(watch, child, true));
      return false;
    }
    if (
      node.name === 'AssignmentExpression' ||
      node.name === 'PostfixExpression' ||
      isChange(program, node)
    ) {
      const target = childrenOf(node).find(({ name }) => /^(MemberExpression|VariableName)$/.test(name));
      found ||= target !== undefined && changes(watch, target, within);
    }
    if (node.name !== 'CallExpression') return true;
    const callee = calleeOf(program, node);
    const args = childrenOf(node.getChild('ArgList') ?? node);
    found ||=
      ends.test(callee) || mocksFile.test(callee) || callee === 'expect.extend' || focused.test(callee);
    const isTest = tests.test(callee) || isSuite(program, node);
    found ||= isTest && /[{,]\s*['"]?only['"]?\s*:/.test(optionsOf(program, args));
    const first = args.find(({ name }) => !/^[(,]$/.test(name));
    found ||= replaces.test(callee) && first !== undefined && changes(watch, first, within);
    found ||= !within && /^(vi|jest)\.(stubGlobal|useFakeTimers|stubEnv)$/.test(callee);
    if (found) return false;
    if (within || !isTest || callbackOf(node) === undefined) return true;
    const suite = isSuite(program, node);
    const [body] = suite ? [callbackOf(node)?.lastChild] : [];
    // What a new suite says of itself is its own; what its file does when it is loaded is not.
    found = args.some((arg) =>
      body?.name === 'Block' && arg.to === body.to
        ? statementsOf(body).some((one) => harms(watch, one, isHook(program, one)))
        : harms(watch, arg, true),
    );
    return false;
  });
  return found;
}

function isHook(program: Program, statement: SyntaxNode): boolean {
  const call = statement.firstChild;
  return call?.name === 'CallExpression' && hooks.test(calleeOf(program, call));
}

function isChange(program: Program, node: SyntaxNode): boolean {
  return node.name === 'UnaryExpression' && /^(delete|\+\+|--)/.test(textOf(program, node));
}

/** Whether changing this reaches something that is not new. */
function changes({ program, own, isJudge }: Watch, target: SyntaxNode, within: boolean): boolean {
  const text = textOf(program, target);
  const [root = ''] = text.split(/[.?[(\s]/);
  if (isJudge(root) || /\.prototype\b/.test(text)) return true;
  if (/^(globalThis|global|window|self)\./.test(text) && isJudge(text.split('.')[1] ?? '')) return true;
  if (within || own.has(root) || root === 'this') return false;
  return !/^(module\.)?exports\.[\w$]+$/.test(text);
}

function optionsOf(program: Program, args: readonly SyntaxNode[]): string {
  return args
    .filter(({ name }) => name === 'ObjectExpression')
    .map((one) => textOf(program, one))
    .join();
}

/** The calls that are statements, at the top or in a suite. */
function statementsWithCalls(program: Program): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  visit(program.top, (node) => {
    const call = node.name === 'ExpressionStatement' ? node.firstChild : null;
    if (call?.name !== 'CallExpression') return true;
    found.push(call);
    return isSuite(program, call);
  });
  return found;
}

function allDefinitions(program: Program, top: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(top, ({ name, from, to }) => {
    if (name === 'VariableDefinition') names.add(program.text.slice(from, to));
    return true;
  });
  return names;
}
