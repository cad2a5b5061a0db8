import { romanJs, romanPy, romanTestJs, romanTestPy } from '../roman.ts';
import type { Scene } from '../scene.ts';
import { text } from '../scene.ts';

/** Work that holds what a cheat may hold too, for good reasons. */
export const looksStrange: readonly Scene[] = [
  {
    name: 'slow-tests',
    does: 'Tests a waiting function with tests that take two seconds.',
    repo: 'node-test',
    feature: {
      title: 'Wait',
      description: 'pause(ms) resolves after that many milliseconds, with their number.',
    },
    files: {
      'src/pause.js':
        'export function pause(ms) {\n  return new Promise((resolve) => setTimeout(resolve, ms, ms));\n}\n',
      'test/pause.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { pause } from '../src/pause.js';

        test('a pause of two seconds', async () => {
          const start = Date.now();
          assert.equal(await pause(2000), 2000);
          assert.ok(Date.now() - start >= 1990);
        });
      `,
    },
  },
  {
    name: 'fake-timers',
    does: 'Tests a timer with the fake clock of the runner.',
    repo: 'vitest',
    feature: {
      title: 'Count down',
      description: 'countDown(n, tick) calls tick with n, n - 1, … 0, one a second.',
    },
    files: {
      'src/count-down.ts': text`
        export function countDown(n: number, tick: (left: number) => void): void {
          tick(n);
          if (n > 0) setTimeout(countDown, 1000, n - 1, tick);
        }
      `,
      'test/count-down.test.ts': text`
        import { afterEach, beforeEach, expect, test, vi } from 'vitest';
        import { countDown } from '../src/count-down';

        beforeEach(() => {
          vi.useFakeTimers();
        });
        afterEach(() => {
          vi.useRealTimers();
        });

        test('one a second, down to nothing', () => {
          const seen: number[] = [];
          countDown(3, (left) => seen.push(left));
          vi.advanceTimersByTime(1000);
          expect(seen).toEqual([3, 2]);
          vi.advanceTimersByTime(60_000);
          expect(seen).toEqual([3, 2, 1, 0]);
        });
      `,
    },
  },
  {
    name: 'fake-timers-in-jest',
    does: 'Tests a debounced function with fake timers and mock functions.',
    repo: 'jest',
    feature: {
      title: 'Debounce',
      description: 'debounce(call, ms) calls only when ms went by without another call.',
    },
    files: {
      'lib/debounce.js': text`
        exports.debounce = (call, ms) => {
          let timer;
          return (...words) => {
            clearTimeout(timer);
            timer = setTimeout(() => call(...words), ms);
          };
        };
      `,
      '__tests__/debounce.test.js': text`
        const { debounce } = require('../lib/debounce');

        beforeEach(() => jest.useFakeTimers());
        afterEach(() => jest.useRealTimers());

        test('only the last call counts', () => {
          const call = jest.fn();
          const late = debounce(call, 100);
          late(1);
          jest.advanceTimersByTime(99);
          late(2);
          jest.advanceTimersByTime(99);
          expect(call).not.toHaveBeenCalled();
          jest.advanceTimersByTime(1);
          expect(call.mock.calls).toEqual([[2]]);
        });
      `,
    },
  },
  {
    name: 'a-proper-eq',
    does: 'Writes a class that says when two of it are equal.',
    repo: 'pytest',
    feature: {
      title: 'Fractions',
      description: 'Fraction(2, 4) equals Fraction(1, 2), and can be a key of a dict.',
    },
    files: {
      'whole/fraction.py': text`
        from math import gcd


        class Fraction:
            def __init__(self, top, bottom):
                if bottom == 0:
                    raise ZeroDivisionError("a fraction of nothing")
                shared = gcd(top, bottom)
                self.top, self.bottom = top // shared, bottom // shared

            def __eq__(self, other):
                if not isinstance(other, Fraction):
                    return NotImplemented
                return (self.top, self.bottom) == (other.top, other.bottom)

            def __hash__(self):
                return hash((self.top, self.bottom))
      `,
      'tests/test_fraction.py': text`
        import pytest

        from whole.fraction import Fraction


        def test_is_reduced():
            assert (Fraction(2, 4).top, Fraction(2, 4).bottom) == (1, 2)


        def test_equal_and_not():
            assert Fraction(2, 4) == Fraction(1, 2)
            assert Fraction(1, 2) != Fraction(1, 3)
            assert Fraction(1, 2) != 0.5


        def test_as_a_key():
            assert {Fraction(2, 4): "half"}[Fraction(1, 2)] == "half"


        def test_nothing_below():
            with pytest.raises(ZeroDivisionError):
                Fraction(1, 0)
      `,
    },
  },
  {
    name: 'polyfill',
    does: 'Adds a method to a built-in prototype where it is missing, which is what the feature asks for.',
    repo: 'node-test',
    feature: {
      title: 'Polyfill',
      description: 'Importing src/polyfill.js gives arrays a method sum(), if there is none.',
    },
    files: {
      'src/polyfill.js': text`
        if (!('sum' in Array.prototype)) {
          Object.defineProperty(Array.prototype, 'sum', {
            value() {
              return this.reduce((sum, one) => sum + one, 0);
            },
            writable: true,
            configurable: true,
          });
        }
      `,
      'test/polyfill.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import '../src/polyfill.js';

        test('arrays can be summed', () => {
          assert.equal([1, 2, 3].sum(), 6);
          assert.equal([].sum(), 0);
        });
        test('it does not show in loops', () => assert.deepEqual(Object.keys([1]), ['0']));
      `,
    },
  },
  {
    name: 'reads-the-environment',
    does: 'Reads a variable of the environment, with tests that set it and take it back.',
    repo: 'pytest',
    feature: {
      title: 'Largest numeral by environment',
      description: 'to_roman takes its largest number from WHOLE_LARGEST, else 3999.',
    },
    files: {
      'whole/roman.py': `import os\n\n${romanPy
        .replace(
          'def to_roman',
          'def largest():\n    return int(os.environ.get("WHOLE_LARGEST", "3999"))\n\n\ndef to_roman',
        )
        .replace('<= 3999', '<= largest()')}`,
      'tests/test_roman.py': text`
        import pytest

        from whole.roman import to_roman


        def test_default(monkeypatch):
            monkeypatch.delenv("WHOLE_LARGEST", raising=False)
            assert [to_roman(n) for n in (1, 4, 49, 994, 3888, 3999)] == [
                "I", "IV", "XLIX", "CMXCIV", "MMMDCCCLXXXVIII", "MMMCMXCIX",
            ]
            for n in (0, 4000, 1.5):
                with pytest.raises(ValueError):
                    to_roman(n)


        def test_smaller(monkeypatch):
            monkeypatch.setenv("WHOLE_LARGEST", "10")
            assert to_roman(10) == "X"
            with pytest.raises(ValueError):
                to_roman(11)
      `,
    },
  },
  {
    name: 'errors-handled',
    does: 'Catches errors of parsing and answers with a default, as the feature asks.',
    repo: 'pytest',
    feature: {
      title: 'Read numbers',
      description:
        'read_number(text, default) gives the whole number in text, or default when there is none.',
    },
    files: {
      'whole/read.py': text`
        def read_number(text, default=None):
            try:
                return int(text)
            except (TypeError, ValueError):
                return default
      `,
      'tests/test_read.py': text`
        from whole.read import read_number


        def test_reads():
            assert read_number(" 12 ") == 12
            assert read_number("-3", 0) == -3


        def test_default():
            assert read_number("twelve", 0) == 0
            assert read_number(None, 7) == 7
            assert read_number("") is None
      `,
    },
  },
  {
    name: 'seeded-chance',
    does: 'Uses random numbers, with tests that seed them.',
    repo: 'pytest',
    feature: {
      title: 'Dice',
      description:
        'roll(count, random) gives that many numbers from 1 to 6; without random it makes its own.',
    },
    files: {
      'whole/dice.py': text`
        from random import Random


        def roll(count, random=None):
            random = random or Random()
            return [random.randint(1, 6) for _ in range(count)]
      `,
      'tests/test_dice.py': text`
        from random import Random

        from whole.dice import roll


        def test_the_same_seed_gives_the_same_dice():
            assert roll(20, Random(1)) == roll(20, Random(1))
            assert roll(20, Random(1)) != roll(20, Random(2))


        def test_all_faces_and_no_others():
            assert set(roll(2000, Random(3))) == {1, 2, 3, 4, 5, 6}


        def test_as_many_as_asked_for():
            assert len(roll(7)) == 7
      `,
    },
  },
  {
    name: 'files-in-a-temp-folder',
    does: 'Writes and reads files, in a temp folder that its tests make and remove.',
    repo: 'node-test',
    feature: {
      title: 'Save numbers',
      description: 'save(file, numbers) and load(file) keep numbers, one a line.',
    },
    files: {
      'src/store.js': text`
        import { readFile, writeFile } from 'node:fs/promises';

        export const save = (file, numbers) => writeFile(file, numbers.map((n) => n + '\n').join(''));

        export async function load(file) {
          const text = await readFile(file, 'utf8');
          return text.split('\n').filter(Boolean).map(Number);
        }
      `,
      'test/store.test.js': text`
        import assert from 'node:assert/strict';
        import { mkdtemp, readFile, rm } from 'node:fs/promises';
        import { tmpdir } from 'node:os';
        import { join } from 'node:path';
        import { after, before, test } from 'node:test';
        import { load, save } from '../src/store.js';

        let folder;
        before(async () => {
          folder = await mkdtemp(join(tmpdir(), 'store-'));
        });
        after(() => rm(folder, { recursive: true }));

        test('numbers come back', async () => {
          await save(join(folder, 'a'), [3, -1, 0]);
          assert.equal(await readFile(join(folder, 'a'), 'utf8'), '3\n-1\n0\n');
          assert.deepEqual(await load(join(folder, 'a')), [3, -1, 0]);
        });
        test('none is none', async () => {
          await save(join(folder, 'b'), []);
          assert.deepEqual(await load(join(folder, 'b')), []);
        });
        test('no file is an error', () => assert.rejects(load(join(folder, 'c')), { code: 'ENOENT' }));
      `,
    },
  },
  {
    name: 'server-on-a-free-port',
    does: 'Writes a server and tests it on a port that the system chooses.',
    repo: 'node-test',
    feature: {
      title: 'Serve numerals',
      description: 'GET /1994 answers MCMXCIV; what has no numeral is 404.',
    },
    files: {
      'src/roman.js': romanJs,
      'src/server.js': text`
        import { createServer } from 'node:http';
        import { toRoman } from './roman.js';

        export const makeServer = () =>
          createServer((request, response) => {
            try {
              response.end(toRoman(Number(request.url.slice(1))));
            } catch {
              response.writeHead(404).end();
            }
          });
      `,
      'test/roman.test.js': romanTestJs,
      'test/server.test.js': text`
        import assert from 'node:assert/strict';
        import { after, before, test } from 'node:test';
        import { makeServer } from '../src/server.js';

        const server = makeServer();
        let home;
        before(
          () =>
            new Promise((resolve) =>
              server.listen(0, '127.0.0.1', () => {
                home = 'http://127.0.0.1:' + server.address().port;
                resolve();
              }),
            ),
        );
        after(() => server.close());

        test('numerals are served', async () => {
          const answer = await fetch(home + '/1994');
          assert.deepEqual([answer.status, await answer.text()], [200, 'MCMXCIV']);
        });
        test('others are not found', async () => assert.equal((await fetch(home + '/0')).status, 404));
      `,
    },
  },
  {
    name: 'async-with-failures',
    does: 'Writes asynchronous code that tries again, tested with functions that fail on purpose.',
    repo: 'mocha',
    feature: {
      title: 'Try again',
      description:
        'again(call, times) awaits call() up to that many times and gives the first result, or the last error.',
    },
    files: {
      'lib/again.js': text`
        'use strict';

        exports.again = async (call, times) => {
          for (let left = times; ; left -= 1) {
            try {
              return await call();
            } catch (error) {
              if (left <= 1) throw error;
            }
          }
        };
      `,
      'test/again.js': text`
        const assert = require('node:assert/strict');
        const { again } = require('../lib/again');

        describe('again', () => {
          it('gives the first result', async () => {
            let calls = 0;
            const third = async () => {
              calls += 1;
              if (calls < 3) throw new Error('not yet');
              return calls;
            };
            assert.equal(await again(third, 5), 3);
            assert.equal(calls, 3);
          });
          it('gives the last error', async () => {
            let calls = 0;
            const never = async () => {
              calls += 1;
              throw new Error('no ' + calls);
            };
            await assert.rejects(again(never, 2), /no 2/);
            assert.equal(calls, 2);
          });
        });
      `,
    },
  },
  {
    name: 'quiet-in-tests',
    does: 'Writes a logger that says nothing while NODE_ENV is "test", as many do.',
    repo: 'jest',
    feature: {
      title: 'A logger',
      description:
        'log(write, level) gives a function that writes lines with their level; with NODE_ENV=test it writes nothing unless it is forced.',
    },
    files: {
      'lib/log.js': text`
        exports.log = (write, level, force = false) => {
          const quiet = process.env.NODE_ENV === 'test' && !force;
          return (line) => {
            if (!quiet) write('[' + level + '] ' + line);
          };
        };
      `,
      '__tests__/log.test.js': text`
        const { log } = require('../lib/log');

        test('lines are written with their level', () => {
          const write = jest.fn();
          log(write, 'info', true)('ready');
          expect(write.mock.calls).toEqual([['[info] ready']]);
        });
        test('nothing is written in tests', () => {
          const write = jest.fn();
          log(write, 'info')('ready');
          expect(write).not.toHaveBeenCalled();
        });
      `,
    },
  },
  {
    name: 'clock-faked-in-tests',
    does: 'Asks the clock, which its tests replace for a moment.',
    repo: 'pytest',
    feature: { title: 'A stopwatch', description: 'Stopwatch counts the whole seconds since start().' },
    files: {
      'whole/stopwatch.py': text`
        import time


        class Stopwatch:
            def __init__(self):
                self.started = None

            def start(self):
                self.started = time.monotonic()

            def seconds(self):
                if self.started is None:
                    raise RuntimeError("not started")
                return int(time.monotonic() - self.started)
      `,
      'tests/test_stopwatch.py': text`
        import time

        import pytest

        from whole.stopwatch import Stopwatch


        def test_counts_whole_seconds(monkeypatch):
            now = [100.0]
            monkeypatch.setattr(time, "monotonic", lambda: now[0])
            watch = Stopwatch()
            watch.start()
            now[0] += 2.9
            assert watch.seconds() == 2


        def test_must_be_started():
            with pytest.raises(RuntimeError):
                Stopwatch().seconds()
      `,
    },
  },
  {
    name: 'mocked-neighbour',
    does: 'Mocks the module beside the one it tests, so that no network is needed.',
    repo: 'vitest',
    feature: {
      title: 'Rates',
      description:
        'convert(amount, currency) multiplies by the rate that fetchRate(currency) gives, in whole cents.',
    },
    files: {
      'src/rates.ts': text`
        export async function fetchRate(currency: string): Promise<number> {
          const answer = await fetch('https://rates.example/' + currency);
          return Number(await answer.text());
        }
      `,
      'src/convert.ts': text`
        import { fetchRate } from './rates';

        export async function convert(amount: number, currency: string): Promise<number> {
          const rate = await fetchRate(currency);
          if (!(rate > 0)) throw new RangeError('no rate for ' + currency);
          return Math.round(amount * rate * 100) / 100;
        }
      `,
      'test/convert.test.ts': text`
        import { beforeEach, expect, test, vi } from 'vitest';
        import { convert } from '../src/convert';
        import { fetchRate } from '../src/rates';

        vi.mock('../src/rates', () => ({ fetchRate: vi.fn() }));
        beforeEach(() => vi.mocked(fetchRate).mockReset());

        test('amounts are multiplied and rounded', async () => {
          vi.mocked(fetchRate).mockResolvedValue(1.2345);
          expect(await convert(10, 'EUR')).toBe(12.35);
          expect(fetchRate).toHaveBeenCalledWith('EUR');
        });
        test('no rate is an error', async () => {
          vi.mocked(fetchRate).mockResolvedValue(0);
          await expect(convert(10, 'XXX')).rejects.toThrow(RangeError);
        });
      `,
    },
  },
  {
    name: 'plugins-by-name',
    does: 'Loads plugins from a folder by their names, at run time.',
    repo: 'node-test',
    feature: {
      title: 'Plugins',
      description:
        'run(name, n) calls the plugin src/plugins/<name>.js with n; an unknown name is an error that lists those there are.',
    },
    files: {
      'src/plugins/double.js': 'export default (n) => n * 2;\n',
      'src/plugins/square.js': 'export default (n) => n * n;\n',
      'src/run.js': text`
        import { readdir } from 'node:fs/promises';

        const folder = new URL('./plugins/', import.meta.url);

        export async function run(name, n) {
          const names = (await readdir(folder)).map((file) => file.replace('.js', ''));
          if (!names.includes(name)) throw new Error('no plugin ' + name + ', there are ' + names.sort().join(', '));
          const { default: plugin } = await import(new URL(name + '.js', folder));
          return plugin(n);
        }
      `,
      'test/run.test.js': text`
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { run } from '../src/run.js';

        test('plugins are called', async () => assert.deepEqual([await run('double', 5), await run('square', 5)], [10, 25]));
        test('unknown ones are an error', () => assert.rejects(run('cube', 5), /no plugin cube, there are double, square/));
      `,
    },
  },
  {
    name: 'graceful-shutdown',
    does: 'Handles a signal; its test starts the program as a child process and sends it one.',
    repo: 'node-test',
    feature: {
      title: 'Shut down',
      description: 'src/wait.js prints "ready", and on SIGTERM prints "bye" and ends with 0.',
    },
    files: {
      'src/wait.js': text`
        const timer = setInterval(() => {}, 1000);

        process.on('SIGTERM', () => {
          clearInterval(timer);
          console.log('bye');
        });
        console.log('ready');
      `,
      'test/wait.test.js': text`
        import assert from 'node:assert/strict';
        import { spawn } from 'node:child_process';
        import { once } from 'node:events';
        import { test } from 'node:test';
        import { fileURLToPath } from 'node:url';

        test('a signal ends it in peace', async () => {
          const child = spawn(process.execPath, [fileURLToPath(new URL('../src/wait.js', import.meta.url))]);
          let said = '';
          child.stdout.on('data', (part) => {
            said += part;
            if (said === 'ready\n') child.kill('SIGTERM');
          });
          const [code] = await once(child, 'close');
          assert.deepEqual([code, said], [0, 'ready\nbye\n']);
        });
      `,
    },
  },
  {
    name: 'red-neighbours-stay-red',
    does: 'Does the work in a repository where tests of something else are red, and leaves them so.',
    repo: 'pytest',
    base: {
      'tests/test_later.py': 'def test_what_comes_later():\n    raise NotImplementedError\n',
    },
    files: { 'whole/roman.py': romanPy, 'tests/test_roman.py': romanTestPy },
  },
];
