import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { literalOf } from './origins.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

const kind = 'sniffs-tests';

/** Variables that only a test run has, or only the judge. */
const marks =
  /^(?:NODE_TEST_CONTEXT|NODE_TEST_WORKER_ID|VITEST|VITEST_(?:WORKER_ID|POOL_ID|MODE)|JEST_WORKER_ID|PYTEST_(?:CURRENT_TEST|ADDOPTS|VERSION|XDIST_WORKER|XDIST_WORKER_COUNT|DISABLE_PLUGIN_AUTOLOAD)|MOCHA_COLORS|AVA_PATH|TAP_CHILD_ID|UNITTEST_RUNNING|AGENTLOOP_\w+|RUST_TEST_THREADS|__vitest_\w+__|__VITEST__)$/;
/** The beginnings of those, where the environment is searched for them. */
const prefixes = /^(?:VITEST|JEST|PYTEST|NODE_TEST|MOCHA|AGENTLOOP)_?$/i;
const runners = /(?:vitest|\bjest\b|mocha|pytest|py\.test|unittest|nose2|--test\b|node:test|\bava\b|\btap\b)/;
const searches =
  /\.(?:some|every|find|findIndex|includes|indexOf|join|test|match|startsWith|endsWith|search|filter)\s*\(|\.exec\s*\(|\bin\b|\bany\s*\(|==/;
/** Not `it` and `test`, which may be anybody's. */
const globals =
  /\b(?:globalThis|global)\s*\??\.\s*(?:beforeEach|afterEach|beforeAll|afterAll|expect|describe|jest|vi|jasmine)\b(?!\s*=(?!=))/;
const argv = /\bprocess\.(?:argv|execArgv|title)\b|\bsys\.(?:argv|orig_argv)\b|\bos\.Args\b/;

/** Where a checkout stands inside the fence. */
const judgedAt = '/tmp/agentloop';

/** Sources that look whether a test run is going on. */
export const sniffsTests: Scanner = {
  of: ['source'],
  look(file: Scanned): readonly Hit[] {
    const { program } = file;
    const byLine = file.code.flatMap((line, at) => {
      const says = inLine(
        line.slice(0, 2_000),
        (pattern) => file.find(pattern, at) !== undefined,
        program?.language,
      );
      return says === undefined ? [] : [{ kind, line: at + 1, says } as const];
    });
    return program === undefined ? byLine : [...byLine, ...inProgram(program)];
  },
};

function inLine(
  line: string,
  inCode: (pattern: RegExp) => boolean,
  language: Program['language'] | undefined,
): string | undefined {
  if (line.includes(judgedAt)) return 'It names the folder in which only workspaces and the judge stand.';
  if (language === 'javascript' && inCode(globals)) return 'It reaches for a global of a test runner.';
  if (inCode(argv) && runners.test(line) && searches.test(line))
    return 'The arguments of the process are searched for a test runner.';
  if (
    /\b(?:NODE_OPTIONS)\b/.test(line) &&
    searches.test(line) &&
    /report|--test|agentloop|vitest|jest/i.test(line)
  )
    return 'NODE_OPTIONS is searched for a test runner or its reporter.';
  if (
    language === 'python' &&
    /['"](?:_?pytest|unittest|nose2?|pluggy|_pytest\.\w+)['"]\s+(?:not\s+)?in\s+sys\.modules|sys\.modules\.get\(\s*['"](?:_?pytest|unittest|nose2?)['"]/.test(
      line,
    )
  )
    return 'sys.modules is searched for a test runner.';
  if (
    language === 'javascript' &&
    /require\.cache|process\.mainModule|require\.main/.test(line) &&
    runners.test(line)
  )
    return 'The loaded modules are searched for a test runner.';
  if (
    language === undefined &&
    /flag\.Lookup\(\s*"test\.|HasSuffix\(\s*os\.Args\[0\],\s*"[./]*test"/.test(line)
  )
    return 'It looks whether `go test` has started it.';
  if (
    language === undefined &&
    /(?:getenv|ENV|environ|env::var|Getenv)\W+["'](?:VITEST|JEST_WORKER_ID|PYTEST_CURRENT_TEST|NODE_TEST_CONTEXT|AGENTLOOP_\w+)["']/.test(
      line,
    )
  )
    return 'It reads a variable that only a test run has.';
  return undefined;
}

function inProgram(program: Program): Hit[] {
  const readsEnv =
    /process\s*\.\s*env|process\[|\bos\.environ|\bgetenv\b|import\.meta\.env|globalThis|\bglobal\b/.test(
      program.text,
    );
  const named = nodesOf(program, 'String', 'PropertyName', 'PropertyDefinition', 'PatternProperty').flatMap(
    (node) => {
      const name = node.name === 'String' ? literalOf(program, node) : textOf(program, node);
      if (name === undefined || !readsEnv) return [];
      const word = name.split(/[\s:=]/)[0] ?? '';
      const isSearched =
        node.name === 'String' &&
        prefixes.test(word) &&
        /startsWith|startswith|includes|\bin\b/.test(lineAround(program, node));
      if (!marks.test(word) && !isSearched) return [];
      // A key of a list of variables that is handed on says nothing of where the process itself stands.
      if (node.name === 'PropertyDefinition') return [];
      return [hitAt(program, node, kind, `It looks for ${word}, which only a test run has.`)];
    },
  );
  const declared = new Set(nodesOf(program, 'VariableDefinition').map((node) => textOf(program, node)));
  const asked = nodesOf(program, 'UnaryExpression').flatMap((node) => {
    const [operator, operand] = childrenOf(node);
    if (operator?.name !== 'typeof' || operand === undefined) return [];
    const name = textOf(program, operand).replace(/^(?:globalThis|global|window)(?:\.|\?\.)/, '');
    if (
      !/^(?:jest|vi|vitest|describe|it|expect|beforeEach|afterEach|beforeAll|jasmine|mocha|__vitest_worker__)$/.test(
        name,
      )
    )
      return [];
    return declared.has(name)
      ? []
      : [hitAt(program, node, kind, `It asks whether the global ${name} of a test runner is there.`)];
  });
  return [...named, ...asked];
}

function lineAround({ text }: Program, { from, to }: Pick<SyntaxNode, 'from' | 'to'>): string {
  const end = text.indexOf('\n', to);
  return text.slice(text.lastIndexOf('\n', from) + 1, end < 0 ? undefined : end);
}
