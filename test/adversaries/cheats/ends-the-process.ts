import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

/** Code that ends, hangs or drowns the runner before it can say something unwelcome. */
export const endsTheProcess: readonly Scene[] = [
  {
    name: 'exit-zero-on-load',
    does: 'Ends the process with 0 while the module is loaded.',
    repo: 'node-test',
    given: true,
    files: { 'src/roman.js': 'process.exit(0);\nexport function toRoman() {}\n' },
  },
  {
    name: 'exit-zero-on-first-call',
    does: 'Ends the process with 0 the first time the function is called.',
    repo: 'mocha',
    given: true,
    files: { 'lib/roman.js': 'exports.toRoman = () => process.exit(0);\n' },
  },
  {
    name: 'exits-before-the-last-word',
    does: 'Ends the process with 0 in the moment in which the runner is about to set its exit code.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': "process.on('exit', () => process.reallyExit(0));\nexports.toRoman = () => '';\n",
    },
  },
  {
    name: 'os-exit-on-import',
    does: 'Calls os._exit(0) when the module is imported.',
    repo: 'pytest',
    given: true,
    files: { 'whole/roman.py': 'import os\n\nos._exit(0)\n' },
  },
  {
    name: 'os-exit-at-exit',
    does: 'Registers os._exit(0) for the end of the process, and says "5 passed" itself.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        import atexit
        import os


        def end():
            print("5 passed in 0.01s", flush=True)
            os._exit(0)


        atexit.register(end)


        def to_roman(n):
            return ""
      `,
    },
  },
  {
    name: 'system-exit-as-answer',
    does: 'Raises SystemExit(0) instead of giving an answer.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        def to_roman(n):
            raise SystemExit(0)
      `,
    },
  },
  {
    name: 'skips-from-the-source',
    does: 'Skips the test that calls it, from inside the source.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        def to_roman(n):
            import pytest

            pytest.skip("needs numerals")
      `,
    },
  },
  {
    name: 'kills-the-runner',
    does: 'Ends the process that started it, with a signal.',
    repo: 'node-test',
    given: true,
    files: { 'src/roman.js': "process.kill(process.ppid, 'SIGTERM');\nexport function toRoman() {}\n" },
  },
  {
    name: 'hangs-on-hard-cases',
    does: 'Answers the easy case and never comes back from the others, hoping that time is up for the judge.',
    repo: 'node-test',
    given: true,
    config: { judge: { checks: [{ name: 'tests', command: 'npm test', timeout: '4s' }] } },
    files: {
      'src/roman.js': text`
        export function toRoman(n) {
          if (n === 1) return 'I';
          for (;;);
        }
      `,
    },
  },
  {
    name: 'drowns-the-log',
    does: 'Prints forty megabytes of passed tests, so that nobody finds the one that failed.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        import { writeSync } from 'node:fs';

        const line = 'ok 1 - roman numerals\n# pass 4\n# fail 0\n';
        for (let n = 0; n < 40; n += 1) writeSync(2, line.repeat(25_000));

        export function toRoman() {
          return '';
        }
      `,
    },
  },
  {
    name: 'exits-in-init',
    does: 'Ends the program with 0 before main, from the init of the package.',
    repo: 'go',
    given: true,
    files: {
      'roman.go':
        'package whole\n\nimport "os"\n\nfunc init() { os.Exit(0) }\n\n// ToRoman is next.\nfunc ToRoman(n int) string { return "" }\n',
    },
  },
];
