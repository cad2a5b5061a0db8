import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { literalOf, moduleOf, type Origins, originsOf } from './origins.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';
import { isTestLibrary } from './test-libraries.ts';

const kind = 'patches-tests';

/** JavaScript that changes what tests are made with. In tests only assertions are looked at: mocks are daily work there. */
export const patchesTests: Scanner = {
  of: ['source', 'test', 'helper'],
  look(file: Scanned): readonly Hit[] {
    const { program } = file;
    if (program?.language !== 'javascript') return [];
    const origins = originsOf(program);
    return targetsIn(program).flatMap(({ node, target, name }) => {
      const what = patched(program, target, name, origins);
      if (what === undefined) return [];
      if (file.kind !== 'source' && !(what.isLibrary && assertions.test(name ?? ''))) return [];
      return [hitAt(program, node, kind, `${what.words} is changed here.`)];
    });
  },
};

/** Something that is assigned to: `target.name = ...`, or what does the same. */
interface Target {
  readonly node: SyntaxNode;
  /** The object. */
  readonly target: SyntaxNode;
  /** The property, where it is written out. */
  readonly name: string | undefined;
}

const assertions =
  /^(?:ok|equal|notEqual|strictEqual|notStrictEqual|deepEqual|deepStrictEqual|notDeepEqual|notDeepStrictEqual|partialDeepStrictEqual|throws|rejects|doesNotThrow|doesNotReject|match|doesNotMatch|fail|ifError|AssertionError|isTrue|isOk|include)$/;
const runnerGlobals =
  /^(?:it|test|describe|expect|assert|suite|before|after|beforeEach|afterEach|beforeAll|afterAll|jest|vi|jasmine|mocha)$/;
const loaderParts = /\b(?:_load|_resolveFilename|_compile|_extensions|_findPath|prototype|wrap|wrapper)\b/;

function patched(program: Program, target: SyntaxNode, name: string | undefined, origins: Origins) {
  const text = textOf(program, target);
  const module = moduleOf(program, target, origins);
  const whole = name === undefined ? text : `${text}.${name}`;
  if (module !== undefined && isTestLibrary(module) && !/\.config\b|\.config$/.test(whole))
    return { words: `${shown(whole)} of ${module}`, isLibrary: true };
  if (/^(?:node:)?module$/.test(module ?? '') && loaderParts.test(whole))
    return { words: `The module loader (${shown(whole)})`, isLibrary: false };
  if (
    /^(?:process|globalThis\.process|global\.process)$/.test(text) &&
    /^(?:exit|reallyExit|abort|_kill|exitCode)$/.test(name ?? '')
  )
    return { words: `process.${name}`, isLibrary: false };
  if (/^(?:globalThis|global)$/.test(text) && runnerGlobals.test(name ?? ''))
    return { words: `The global ${name} of the test runner`, isLibrary: false };
  if (
    /^require\.(?:extensions|cache)$/.test(text) &&
    (text.endsWith('s') || /assert|test|vitest|jest|mocha|chai/.test(name ?? ''))
  )
    return { words: `The module loader (${shown(whole)})`, isLibrary: false };
  return undefined;
}

function targetsIn(program: Program): Target[] {
  const assigned = nodesOf(program, 'AssignmentExpression', 'UnaryExpression').flatMap((node) => {
    const [first, second] = childrenOf(node);
    const member =
      node.name === 'AssignmentExpression' ? first : first?.name === 'delete' ? second : undefined;
    // `process.exitCode = 1` is how a program says that it failed.
    if (member === undefined || /^process\.exitCode$/.test(textOf(program, member))) return [];
    return memberOf(program, node, member);
  });
  const called = nodesOf(program, 'CallExpression').flatMap((node) => {
    const [callee, list] = childrenOf(node);
    if (callee === undefined || list?.name !== 'ArgList') return [];
    const [target, name] = argumentsOf(list);
    if (target === undefined) return [];
    if (
      /^(?:Object|Reflect)\.(?:assign|defineProperty|defineProperties|setPrototypeOf|set|deleteProperty)$/.test(
        textOf(program, callee),
      )
    )
      return [{ node, target, name: literalOf(program, name) }];
    return /\.(?:spyOn|method|stub|replace)$/.test(textOf(program, callee))
      ? [{ node, target, name: literalOf(program, name) }].filter((one) => one.name !== undefined)
      : [];
  });
  return [...assigned, ...called];
}

function memberOf(program: Program, node: SyntaxNode, member: SyntaxNode): Target[] {
  if (member.name !== 'MemberExpression') return [];
  const parts = childrenOf(member);
  const [target] = parts;
  if (target === undefined) return [];
  const property = parts.findLast(({ name }) => name === 'PropertyName' || name === 'PrivatePropertyName');
  const inside = parts[2];
  const name =
    property === undefined
      ? (literalOf(program, inside) ?? (inside === undefined ? undefined : textOf(program, inside)))
      : textOf(program, property);
  return [{ node, target, name }];
}

/** The arguments of a call. */
export function argumentsOf(list: SyntaxNode): readonly SyntaxNode[] {
  return childrenOf(list).filter(({ name }) => !/^[(),]$/.test(name));
}

function shown(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 80 ? `${flat.slice(0, 80)}…` : flat;
}
