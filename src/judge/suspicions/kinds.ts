import type { RefusalCode } from '../codes.ts';

/** One kind of suspicion in words. */
interface KindRow {
  /** What is looked for, a phrase for docs/judge.md. */
  readonly means: string;
  /** The refusal it leads to; without one it is reported, and shown to the evaluator. */
  readonly code?: RefusalCode;
}

/** The one table of kinds. A name is never given another meaning. Those with a code have no honest reason in a feature. */
export const kinds = {
  'patches-tests': {
    means:
      'sources that assign to an assertion library, a test runner or its globals, `process.exit`, the module loader, a Python builtin, `sys.modules` of a test library, or the code of another function',
    code: 'work.patches-tests',
  },
  'sniffs-tests': {
    means:
      'sources that look for marks only a test run or the judge has: `VITEST`, `JEST_WORKER_ID`, `NODE_TEST_CONTEXT`, `PYTEST_CURRENT_TEST`, `"pytest" in sys.modules`, a runner in `process.argv`, `typeof jest`, the folder of a checkout',
    code: 'work.sniffs-tests',
  },
  'reads-tests': {
    means: 'sources that read or import a file of the tests',
    code: 'work.reads-tests',
  },
  'kills-parent': {
    means: 'sources that end or signal the process above them',
    code: 'work.kills-tests',
  },
  'equals-anything': {
    means: 'sources with an `asymmetricMatch`, or an `__eq__` that does not look at what it compares',
    code: 'work.equals-anything',
  },
  'special-cases': {
    means:
      'inputs and answers that stand side by side in the tests and again in the sources, and hardly any others',
  },
  'reads-stack': { means: 'code that looks who called it' },
  'names-tests': { means: 'sources that open files with the names of tests, or list their folder' },
  'uses-test-library': { means: 'sources that load a test runner or a library for mocks' },
  'knows-test-mode': { means: 'sources that branch on `NODE_ENV === "test"` or the like' },
  'patches-globals': {
    means: 'sources that replace the clock, chance, output, or methods of built-in types',
  },
  'hooks-loader': { means: 'sources that put hooks into the module loader' },
  'odd-value': {
    means:
      'values that answer differently each time they are compared or printed, or that pass for a text, a number or a list and are compared as something else',
  },
  'runs-text': {
    means: 'code that is made from text: `eval`, `new Function`, `exec`, names put together at run time',
  },
  'hidden-code': {
    means: 'lines so long that nobody reads them; work so large that it was not read as a whole',
  },
  'knows-date': { means: 'behaviour that changes at a fixed date' },
  'plays-dice': { means: 'behaviour that hangs on chance' },
  'swallows-errors': { means: 'every error caught and answered with a constant' },
  'hides-from-coverage': { means: 'comments that hide code from the coverage' },
  'silences-checks': { means: 'comments that switch off types or linters for a file, or in many places' },
  'asserts-nothing': { means: 'new tests in which nothing is asserted' },
  'tests-text': { means: 'tests that read the text of sources instead of running them' },
  'runs-one-test': { means: 'tests marked to run alone' },
  'waits-in-tests': { means: 'tests that sleep, or whose time was made long' },
  'repeats-tests': { means: 'tests that are tried again when they fail' },
  'tests-online': { means: 'tests that talk to the network' },
  'addresses-reader': { means: 'text that talks to a reviewer, a judge or a model' },
} as const satisfies Readonly<Record<string, KindRow>>;

export type SuspicionKind = keyof typeof kinds;

/** The refusal that a kind leads to; undefined where it is only suspicious, or not known. */
export function codeOf(kind: string): RefusalCode | undefined {
  const row: KindRow | undefined = Object.hasOwn(kinds, kind) ? kinds[kind as SuspicionKind] : undefined;
  return row?.code;
}

/** The table of docs/judge.md, between its markers. */
export function kindsTable(): string {
  const rows: readonly (readonly [string, KindRow])[] = Object.entries(kinds);
  return [
    '| kind | what is looked for | leads to |',
    '| --- | --- | --- |',
    ...rows.map(
      ([kind, { means, code }]) => `| \`${kind}\` | ${means} | ${code === undefined ? '' : `\`${code}\``} |`,
    ),
  ].join('\n');
}
