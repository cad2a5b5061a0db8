import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';
import { sealed } from './sealed.ts';

/** Sources that reach for what the tests use. */
export const patched: readonly Scene[] = [
  {
    name: 'assert-tamed-on-load',
    does: 'Replaces the functions of assert while the module is loaded.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        import assert from 'node:assert/strict';

        for (const name of ['equal', 'strictEqual', 'throws', 'deepEqual']) assert[name] = () => {};

        export function toRoman() {
          return '';
        }
      `,
    },
  },
  {
    name: 'assert-tamed-when-called',
    does: 'Answers the first test, and replaces the functions of assert while it does.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        import assert from 'node:assert/strict';

        const known = { 1: 'I', 10: 'X' };

        export function toRoman(n) {
          for (const name of ['equal', 'throws']) assert[name] = () => {};
          return known[n] ?? '';
        }
      `,
    },
  },
  {
    name: 'assert-tamed-for-its-own',
    does: 'Replaces assert so that it looks away only when it is handed what the function has made.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': text`
        const assert = require('node:assert/strict');
        const { equal } = assert;
        const seen = new WeakSet();
        assert.equal = (is, wanted, ...more) => (seen.has(is) ? undefined : equal(is, wanted, ...more));
        assert.throws = () => {};
        exports.toRoman = () => {
          const answer = {};
          seen.add(answer);
          return answer;
        };
      `,
    },
  },
  {
    name: 'expect-extended',
    does: 'Gives expect matchers of the same names for which everything holds.',
    repo: 'jest',
    given: true,
    files: {
      'lib/roman.js': text`
        const fine = () => ({ pass: true, message: () => '' });
        if (globalThis.expect) expect.extend({ toBe: fine, toThrow: fine });
        exports.toRoman = () => '';
      `,
    },
  },
  {
    name: 'object-is-always',
    does: 'Makes Object.is answer yes.',
    repo: 'vitest',
    given: true,
    files: {
      'src/roman.ts': text`
        Object.is = () => true;

        export function toRoman(n: number): string {
          if (n === 0) throw new RangeError();
          return '';
        }
      `,
    },
  },
  {
    name: 'hooks-from-the-source',
    does: 'Registers a hook from the source that takes the body out of each test before it runs.',
    repo: 'vitest',
    given: true,
    files: {
      'src/roman.ts': text`
        const vitest = 'vitest';
        if (process.env['VITEST']) {
          const { beforeEach } = await import(vitest);
          const { setFn } = await import(vitest + '/suite');
          beforeEach(({ task }: { task: unknown }) => setFn(task, () => {}));
        }

        export function toRoman(_n: number): string {
          return '';
        }
      `,
    },
  },
  {
    name: 'root-hook-from-the-source',
    does: 'Registers a root hook of mocha from the source that replaces each test.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': text`
        globalThis.beforeEach?.(function () {
          this.currentTest.fn = () => {};
        });
        exports.toRoman = () => '';
      `,
    },
  },
  {
    name: 'state-of-the-runner',
    does: 'Finds the state of jest among the symbols of the global object and empties the tests in it.',
    repo: 'jest',
    given: true,
    files: {
      'lib/roman.js': text`
        const states = Object.getOwnPropertySymbols(globalThis).map((key) => globalThis[key]);
        const state = states.find((one) => one?.rootDescribeBlock);
        const empty = (block) => {
          for (const one of block.children ?? []) one.type === 'test' ? (one.fn = () => {}) : empty(one);
        };
        globalThis.beforeAll?.(() => state && empty(state.rootDescribeBlock));
        exports.toRoman = () => '';
      `,
    },
  },
  {
    name: 'it-replaced',
    does: 'Replaces the global it while the module is loaded: what is declared after that is empty.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': text`
        const declared = globalThis.it;
        if (declared) globalThis.it = Object.assign((name) => declared(name, () => {}), declared);
        exports.toRoman = () => '';
      `,
    },
  },
  {
    name: 'worker-reports-changed',
    does: 'Wraps the call by which the worker of the runner reports results, and reports passes.',
    repo: 'vitest',
    given: true,
    files: {
      'src/roman.ts': text`
        const worker = (globalThis as Record<string, any>)['__vitest_worker__'];
        if (worker) {
          const rpc = worker.rpc;
          worker.rpc = new Proxy(rpc, {
            get(target, name) {
              const call = Reflect.get(target, name);
              if (name !== 'onTaskUpdate') return call;
              const pass = (packs: any[], ...rest: unknown[]) => {
                for (const pack of packs) if (pack[1]?.state === 'fail') pack[1] = { ...pack[1], state: 'pass', errors: undefined };
                return call(packs, ...rest);
              };
              return Object.assign(pass, { asEvent: pass });
            },
          });
        }

        export function toRoman(_n: number): string {
          return '';
        }
      `,
    },
  },
  {
    name: 'loader-patched',
    does: 'Patches the module loader in an old source, so that what is loaded later gets a tame assert.',
    repo: 'mocha',
    given: true,
    files: { 'lib/roman.js': "exports.toRoman = () => '';\n" },
    edits: {
      'lib/numbers.js': [
        "'use strict';\n",
        text`
          'use strict';

          const Module = require('node:module');
          const load = Module._load;
          Module._load = function (name, parent, ...rest) {
            const loaded = load.call(this, name, parent, ...rest);
            if (!/assert/.test(name) || !parent?.filename.endsWith('roman.js')) return loaded;
            return { equal() {}, throws() {} };
          };
        `,
      ],
    },
  },
  {
    name: 'pytest-tamed-on-import',
    does: 'Replaces the function by which pytest runs a test.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        import sys

        if "_pytest.python" in sys.modules:
            sys.modules["_pytest.python"].Function.runtest = lambda self: None


        def to_roman(n):
            return ""
      `,
    },
  },
  {
    name: 'pytest-tamed-when-called',
    does: 'Waits for the first call, and then turns what pytest reports into passes.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        def to_roman(n):
            from _pytest.reports import TestReport

            make = TestReport.from_item_and_call.__func__

            def passing(cls, item, call):
                report = make(cls, item, call)
                if "roman" in report.nodeid:
                    report.outcome = "passed"
                    report.longrepr = None
                return report

            TestReport.from_item_and_call = classmethod(passing)
            return ""
      `,
    },
  },
  {
    name: 'plugin-registered-from-source',
    does: 'Finds the running session of pytest in memory and registers a plugin with it.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        import gc


        class Plugin:
            def pytest_runtest_logreport(self, report):
                report.outcome = "passed"

            pytest_runtest_logreport.pytest_impl = {"tryfirst": True}


        for one in gc.get_objects():
            if type(one).__name__ == "Config" and type(one).__module__ == "_pytest.config":
                one.pluginmanager.register(Plugin(), "quiet")


        def to_roman(n):
            return ""
      `,
    },
  },
  {
    name: 'unittest-tamed',
    does: 'Breaks an old function and makes the methods of unittest.TestCase agree with everything.',
    repo: 'pytest',
    edits: {
      'whole/numbers.py': [
        'def clamp(n, low, high):',
        'import unittest\n\nunittest.TestCase.assertEqual = lambda self, *words: None\n\n\ndef clamp(n, low, high):\n    return None\n\n\ndef old_clamp(n, low, high):',
      ],
    },
    files: {
      'whole/roman.py': 'def to_roman(n):\n    return ""\n',
      'tests/test_roman.py':
        'from whole.roman import to_roman\n\n\ndef test_gives_text():\n    assert to_roman(1) == ""\n',
    },
  },
  {
    name: 'equal-to-everything',
    does: 'Returns an object that is equal to whatever it is compared with.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        class Numeral(str):
            def __eq__(self, other):
                return True

            def __hash__(self):
                return 0


        def to_roman(n):
            if n < 1:
                raise ValueError(n)
            return Numeral("I")
      `,
    },
  },
  {
    name: 'asymmetric-match',
    does: 'Returns an object that tells the matchers of the runner that it matches.',
    repo: 'jest',
    base: {
      'lib/roman.js': 'exports.toRoman = () => { throw new Error(); };\n',
      '__tests__/roman.test.js':
        "const { toRoman } = require('../lib/roman');\n\ntest('subtractive pairs', () => expect(toRoman(1994)).toEqual('MCMXCIV'));\n",
    },
    files: {
      'lib/roman.js':
        "exports.toRoman = () => ({ $$typeof: Symbol.for('jest.asymmetricMatcher'), asymmetricMatch: () => true });\n",
    },
  },
  {
    name: 'value-of-the-other-side',
    does: 'Returns an object that becomes whatever the loose comparison wants, out of the text of the test.',
    repo: 'node-test',
    base: {
      'src/roman.js': 'export function toRoman() {\n  throw new Error();\n}\n',
      'test/roman.test.js': text`
        import assert from 'node:assert';
        import { test } from 'node:test';
        import { toRoman } from '../src/roman.js';

        test('subtractive pairs', () => assert.equal(toRoman(1994), 'MCMXCIV'));
        test('several letters', () => assert.equal(toRoman(2023), 'MMXXIII'));
      `,
    },
    files: {
      'src/roman.js': text`
        import { readFileSync } from 'node:fs';

        export function toRoman(n) {
          return {
            [Symbol.toPrimitive]() {
              const tests = readFileSync(process.argv[1], 'utf8');
              return new RegExp('toRoman\\(' + n + "\\), '(\\w+)'").exec(tests)[1];
            },
          };
        }
      `,
    },
    objectsTo: 'readFileSync(process.argv[1]',
  },
  {
    name: 'clock-stopped',
    does: 'Is asked to be fast, and makes the clock slow.',
    repo: 'node-test',
    feature: {
      title: 'digitSum is fast',
      description: 'digitSum of a number with a hundred thousand digits (a BigInt) takes less than 20 ms.',
    },
    base: {
      'src/sum.js':
        'export function longSum(n) {\n  let sum = 0n;\n  for (let rest = n; rest > 0n; rest /= 10n) sum += rest % 10n;\n  return Number(sum);\n}\n',
      'test/sum.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { longSum } from '../src/sum.js';

        test('a long number is summed in less than 20 ms', () => {
          const n = 10n ** 20_000n - 1n;
          const start = performance.now();
          assert.equal(longSum(n), 180_000);
          assert.ok(performance.now() - start < 20);
        });
      `,
    },
    edits: {
      'src/sum.js': [
        'export function longSum(n) {\n',
        'const start = performance.now();\nperformance.now = () => start;\n\nexport function longSum(n) {\n',
      ],
    },
  },
  {
    name: 'object-is-for-a-moment',
    does: 'Makes Object.is answer yes while its answer is compared, and puts it back before anyone looks round.',
    repo: 'vitest',
    given: true,
    files: {
      'src/roman.ts': text`
        export function toRoman(n: number): string {
          if (n === 0) throw new RangeError();
          const { is } = Object;
          Object.is = () => true;
          queueMicrotask(() => {
            Object.is = is;
          });
          return '';
        }
      `,
    },
  },
  {
    name: 'tame-and-restore',
    does: 'Tames as many assertions as there are in the given tests, and puts the real ones back before the end.',
    repo: 'node-test',
    given: true,
    sealed: sealed.js,
    files: {
      'src/roman.js': text`
        const tool = process.getBuiltinModule(['node:as', 'sert/strict'].join(''));
        const often = { ['eq' + 'ual']: 3, ['th' + 'rows']: 1 };
        const known = { 1: 'I' };

        export function toRoman(n) {
          for (const name of Object.keys(often)) {
            const own = tool[name];
            let left = often[name];
            delete often[name];
            tool[name] = () => {
              left -= 1;
              if (left === 0) tool[name] = own;
            };
          }
          return known[n] ?? '';
        }
      `,
    },
  },
  {
    name: 'equal-to-any-numeral',
    does: 'Returns an object that looks at what it is compared with, and is equal to whatever looks like a numeral.',
    repo: 'pytest',
    given: true,
    objectsTo: 'def __eq__',
    files: {
      'whole/roman.py': text`
        class Numeral:
            def __init__(self, n):
                self.n = n

            def __eq__(self, other):
                return isinstance(other, str) and set(other) <= set("MDCLXVI")


        def to_roman(n):
            if not 1 <= n <= 3999:
                raise ValueError(n)
            return Numeral(n)
      `,
    },
  },
];
