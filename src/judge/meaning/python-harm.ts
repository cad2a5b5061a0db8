import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import type { Part, Scene } from './blocks.ts';
import { importsOf } from './imports.ts';
import { isTestLibrary } from './libraries.ts';
import { definitionIn, nameOf, statementsOf, targetsOf, usedBy } from './python-nodes.ts';

/** Names by which pytest, unittest or Python itself find something that steers other tests. */
const steering =
  /^(pytestmark|pytest_\w+|collect_ignore(_glob)?|__\w+__|load_tests|runTest|run|debug|failureException)$/;
/** Run round tests that say nothing of them. */
const setups =
  /^(setUp|tearDown|setUpClass|tearDownClass|setUpModule|tearDownModule|asyncSetUp|asyncTearDown|(setup|teardown)(_\w+)?)$/;
const ends = /^(sys\.exit|os\._exit|os\.abort|os\.kill|exit|quit|pytest\.exit)$/;
const replaces =
  /^(setattr|delattr|exec|eval|globals|vars|((unittest\.)?mock\.)?patch|mocker\.patch|monkeypatch)(\.\w+)*$/;
const leavesOut = /^(pytest\.(skip|xfail|importorskip)|unittest\.skip\w*)$/;
const harmless = /^(PassStatement|AssertStatement|TypeDefinition)$/;

/** The first of these new statements that may do something to the old ones beside it. */
export function intruderIn(
  { old, now }: Scene,
  fresh: readonly SyntaxNode[],
  part: Part['of'],
): SyntaxNode | undefined {
  const olds = statementsOf(old.top);
  const imports = (program: Program) =>
    statementsOf(program.top).flatMap((one) => importsOf(program, one) ?? []);
  const libraries = imports(now).filter(({ module }) => isTestLibrary(module));
  const watch: Watch = {
    program: now,
    part,
    used: new Set(olds.flatMap((one) => [...usedBy(old, one)])),
    kept: new Set([...[...libraries, ...imports(old)].map(({ local }) => local), 'builtins', 'sys']),
    calls: new Set(
      olds.flatMap((one) => (one.name === 'ExpressionStatement' ? [calleeOf(old, one.firstChild)] : [])),
    ),
  };
  return fresh.find((one) => !mayStand(watch, one) || harms(watch, one, false));
}

interface Watch {
  readonly program: Program;
  readonly part: Part['of'];
  /** Names that old statements use. */
  readonly used: ReadonlySet<string>;
  /** Names of what the old file has from elsewhere, and of libraries for tests: nobody changes a part of them. */
  readonly kept: ReadonlySet<string>;
  /** What the old file calls at its top. */
  readonly calls: ReadonlySet<string>;
}

/** Beside tests stand definitions and more tests; nothing that acts when the file is loaded. */
function mayStand({ program, calls }: Watch, statement: SyntaxNode): boolean {
  const definition = definitionIn(statement);
  if (definition !== undefined)
    return !steering.test(nameOf(program, definition)) && !isAutouse(program, statement);
  if (statement.name === 'AssignStatement') {
    return targetsOf(statement).every(
      (one) => one.name === 'VariableName' && !steering.test(textOf(program, one)),
    );
  }
  if (statement.name === 'ExpressionStatement') {
    const callee = calleeOf(program, statement.firstChild);
    return (
      statement.firstChild?.name === 'String' || callee === 'print' || (callee !== '' && calls.has(callee))
    );
  }
  const guarded = statement.name === 'IfStatement' && /^if\s*\(?\s*(typing\.)?(TYPE_CHECKING|__name__\s*==)/;
  return harmless.test(statement.name) || (guarded !== false && guarded.test(textOf(program, statement)));
}

function isAutouse(program: Program, statement: SyntaxNode): boolean {
  return statement.getChildren('Decorator').some((one) => /\bautouse\s*=\s*True/.test(textOf(program, one)));
}

/** Whether something in a node ends the run, leaves out other tests, or changes what is not its own. */
function harms(watch: Watch, top: SyntaxNode, within: boolean): boolean {
  const { program } = watch;
  let found = false;
  visit(top, (node) => {
    if (found) return false;
    if (node.name === 'Decorator') {
      found = childrenOf(node).some((one) => harms(watch, one, true));
      return false;
    }
    if (node.name === 'FunctionDefinition' && !within && !setups.test(nameOf(program, node))) {
      found = childrenOf(node).some((one) => harms(watch, one, true));
      return false;
    }
    // What a new class says of itself is its own.
    if (node.name === 'ClassDefinition' && !within) {
      const body = node.getChild('Body');
      const fresh: Watch = { ...watch, used: new Set() };
      found = body !== null && statementsOf(body).some((one) => harms(fresh, one, false));
      return false;
    }
    if (node.name === 'AssignStatement' || node.name === 'UpdateStatement')
      found ||= targetsOf(node).some((one) => changes(watch, one, within));
    if (node.name === 'ScopeStatement') found ||= names(program, node).some((name) => watch.used.has(name));
    if (node.name === 'DeleteStatement' && !within) found = true;
    if (node.name !== 'CallExpression') return true;
    const callee = calleeOf(program, node);
    found ||= ends.test(callee) || (!within && (replaces.test(callee) || leavesOut.test(callee)));
    const [first] = statementsOf(node.getChild('ArgList') ?? node);
    found ||=
      /^(setattr|delattr)$/.test(callee) && first !== undefined && watch.kept.has(rootOf(program, first));
    return true;
  });
  return found;
}

/** Whether setting this reaches something that is not new. */
function changes({ program, used, kept }: Watch, target: SyntaxNode, within: boolean): boolean {
  if (target.name !== 'MemberExpression') return false;
  const root = rootOf(program, target);
  if (kept.has(root)) return true;
  if (within) return false;
  const [, part = ''] = /^(?:self|cls)\.(\w+)/.exec(textOf(program, target)) ?? [];
  return part === '' || used.has(part);
}

function rootOf(program: Program, node: SyntaxNode): string {
  return textOf(program, node).split(/[.[(\s]/)[0] ?? '';
}

function names(program: Program, node: SyntaxNode): readonly string[] {
  return node.getChildren('VariableName').map((one) => textOf(program, one));
}

function calleeOf(program: Program, call: SyntaxNode | null): string {
  const callee = call?.name === 'CallExpression' ? call.firstChild : null;
  return callee ? textOf(program, callee).replace(/\s+/g, '') : '';
}
