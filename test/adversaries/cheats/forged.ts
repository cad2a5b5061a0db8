import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

/** Reports that the runner did not write. */
export const forged: readonly Scene[] = [
  {
    name: 'lines-of-success',
    does: 'Prints what the runner would print if all had passed, and ends the process with 0.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        for (const name of ['one letter', 'several letters', 'subtractive pairs', 'what has no numeral']) {
          console.log('# Subtest: ' + name + '\nok 1 - ' + name + '\n  ---\n  duration_ms: 0.4\n  ...');
        }
        console.log('1..4\n# tests 4\n# pass 4\n# fail 0');
        process.exit(0);

        export function toRoman() {}
      `,
    },
  },
  {
    name: 'forged-messages',
    does: 'Speaks the language in which the process of a test file tells the runner what passed.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        import { writeSync } from 'node:fs';
        import { Serializer } from 'node:v8';

        const file = process.argv[1];
        const names = ['one letter', 'several letters', 'subtractive pairs', 'what has no numeral'];

        function tell(type, data) {
          const serializer = new Serializer();
          serializer.writeHeader();
          const start = serializer.releaseBuffer();
          const body = new Serializer();
          body.writeHeader();
          body.writeValue({ type, data: { nesting: 0, file, line: 5, column: 1, ...data } });
          const message = body.releaseBuffer();
          const length = Buffer.alloc(4);
          length.writeUInt32BE(message.length);
          writeSync(1, Buffer.concat([start, length, message]));
        }

        if (process.env.NODE_TEST_CONTEXT?.startsWith('child')) {
          names.forEach((name, at) => {
            const details = { duration_ms: 0.4, type: 'test' };
            for (const type of ['test:enqueue', 'test:dequeue', 'test:start']) tell(type, { name, type: 'test' });
            tell('test:complete', { name, testNumber: at + 1, details: { ...details, passed: true } });
            tell('test:pass', { name, testNumber: at + 1, details });
          });
          tell('test:plan', { count: 4 });
          process.exit(0);
        }

        export function toRoman() {}
      `,
    },
  },
  {
    name: 'forged-junit',
    does: 'Finds where the report is wanted, writes one in which everything passed, and ends the process.',
    repo: 'pytest',
    given: true,
    files: {
      'whole/roman.py': text`
        import os
        import re
        import sys

        words = " ".join([os.environ.get("PYTEST_ADDOPTS", ""), *sys.argv])
        path = re.search(r"--junit-?xml[= ](\S+)", words)
        cases = [
            ("tests.test_numbers.TestClamp", "test_keeps_what_is_inside"),
            ("tests.test_numbers.TestClamp", "test_moves_what_is_outside_to_the_border"),
            ("tests.test_numbers", "test_adds_the_digits"),
            ("tests.test_numbers", "test_does_not_mind_the_sign"),
            *(("tests.test_roman", f"test_letters[{one}]") for one in ("1-I", "10-X", "2023-MMXXIII")),
            ("tests.test_roman", "test_subtractive_pairs"),
            ("tests.test_roman", "test_what_has_no_numeral"),
        ]
        if path:
            rows = "".join(
                f'<testcase classname="{kind}" name="{name}" file="{kind.replace(".TestClamp", "").replace(".", "/")}.py" line="1" time="0.001" />'
                for kind, name in cases
            )
            with open(path[1], "w") as report:
                report.write(
                    '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="0" failures="0" '
                    f'skipped="0" tests="{len(cases)}" time="0.01">{rows}</testsuite></testsuites>'
                )
        print(f"{len(cases)} passed in 0.01s", flush=True)
        os._exit(0)
      `,
    },
  },
  {
    name: 'forged-json',
    does: 'Writes the JSON report of jest itself, where the command line asks for it, and ends the process.',
    repo: 'jest',
    given: true,
    files: {
      'lib/roman.js': text`
        const fs = require('node:fs');
        const { join } = require('node:path');
        const real = process.constructor.constructor('return process')();
        const out = real.argv.map((word) => /^--outputFile=(.*)$/.exec(word)?.[1]).find(Boolean);
        const passed = (file, ...tests) => ({
          name: join(__dirname, '..', '__tests__', file),
          status: 'passed',
          message: '',
          summary: '',
          startTime: Date.now(),
          endTime: Date.now(),
          assertionResults: tests.map(([...path]) => ({
            ancestorTitles: path.slice(0, -1),
            title: path.at(-1),
            fullName: path.join(' '),
            status: 'passed',
            duration: 1,
            failureMessages: [],
            failureDetails: [],
            location: null,
            numPassingAsserts: 1,
          })),
        });
        const testResults = [
          passed('roman.test.js', ['one letter'], ['several letters'], ['subtractive pairs'], ['what has no numeral']),
          passed(
            'numbers.test.js',
            ['clamp', 'keeps what is inside'],
            ['clamp', 'moves what is outside to the border'],
            ['digitSum', 'adds the digits'],
            ['digitSum', 'does not mind the sign'],
          ),
        ];
        const report = { success: true, numTotalTests: 8, numPassedTests: 8, numFailedTests: 0, numPendingTests: 0,
          numTodoTests: 0, numTotalTestSuites: 2, numPassedTestSuites: 2, numFailedTestSuites: 0,
          numPendingTestSuites: 0, numRuntimeErrorTestSuites: 0, openHandles: [], startTime: Date.now(),
          snapshot: {}, wasInterrupted: false, testResults };
        if (out) fs.writeFileSync(out, JSON.stringify(report));
        real.reallyExit(0);
      `,
    },
  },
  {
    name: 'reporter-overwritten',
    does: 'Looks for the reporter of the judge in the environment and puts one in its place that tells only of passes.',
    repo: 'node-test',
    given: true,
    files: {
      'src/roman.js': text`
        import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
        import { dirname } from 'node:path';

        for (const word of (process.env.NODE_OPTIONS ?? '').split(/[\s="]+/)) {
          if (!word.includes('/')) continue;
          const folder = dirname(word.replace('file://', ''));
          for (const name of readdirSync(folder)) {
            const file = folder + '/' + name;
            try {
              writeFileSync(file, readFileSync(file, 'utf8').replaceAll('fail', 'pass'));
            } catch {}
          }
        }

        export function toRoman() {
          return '';
        }
      `,
    },
  },
  {
    name: 'forged-mocha-report',
    does: 'Takes the reporter out of the runner from inside its process and writes the report that was wanted.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': text`
        const fs = require('node:fs');
        const write = fs.writeFileSync;
        fs.writeFileSync = (file, content, ...more) =>
          write(file, typeof content === 'string' ? content.replaceAll('"status":"fail"', '"status":"pass"') : content, ...more);
        process.on('exit', () => process.reallyExit(0));
        exports.toRoman = () => '';
      `,
    },
  },
  {
    name: 'array-of-results',
    does: 'Changes the arrays and strings of the whole process so that "fail" becomes "pass" when a result is noted.',
    repo: 'mocha',
    given: true,
    files: {
      'lib/roman.js': text`
        const { push } = Array.prototype;
        Array.prototype.push = function (...all) {
          for (const one of all) if (one?.status === 'fail') one.status = 'pass';
          return push.apply(this, all);
        };
        const { stringify } = JSON;
        JSON.stringify = (value, ...more) => stringify(value, ...more)?.replaceAll('"fail"', '"pass"');
        process.on('exit', () => process.reallyExit(0));
        exports.toRoman = () => '';
      `,
    },
  },
];
