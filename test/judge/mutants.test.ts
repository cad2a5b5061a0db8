import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addedCode } from '../../src/judge/mutants/added-code.ts';
import { changedCode, mutationsIn } from '../../src/judge/mutants/changed-code.ts';
import { changedLines } from '../../src/judge/mutants/changed-lines.ts';
import { fileSort } from '../../src/judge/mutants/file-sort.ts';
import { apart, damaged } from '../../src/judge/mutants/mutation.ts';
import { nameToRead } from '../../src/judge/mutants/name-to-read.ts';
import { neutralText } from '../../src/judge/mutants/neutral.ts';
import { newFunctions, outerFunctions } from '../../src/judge/mutants/new-functions.ts';
import { planned } from '../../src/judge/mutants/plan.ts';
import { lineOf, parse } from '../../src/judge/syntax.ts';

function programOf(path: string, text: string) {
  const program = parse(path, text);
  if (program?.whole !== true) throw new Error(`${path} cannot be read:\n${text}`);
  return program;
}
/** What every damage makes of a text. */
function mutants(path: string, text: string): readonly string[] {
  return mutationsIn(programOf(path, text), path).map((one) => damaged(text, [one]));
}

describe('JavaScript', () => {
  const f = (body: string) => `function f(a, b) { ${body} }`;
  test.each([
    ['return g(a);', 'return void (g(a));'],
    ['return a + b;', 'return ((a + b) + 1);'],
    ['return a + b;', 'return a - b;'],
    ['return a === b;', 'return !(a === b);'],
    ["return 'x';", "return 'x-mutant';"],
    ['return [a];', 'return [];'],
    ['return { a };', 'return ({});'],
    ['return null;', "return '-mutant';"],
    ['return true;', 'return false;'],
    ['return <p>hi</p>;', 'return null;'],
    ['return await g();', 'return void (await g());'],
    ['if (a) g();', 'if ((!a)) g();'.replace('(!a)', '!(a)')],
    ['g(a);', ';'],
    ['this.a = b;', ';'],
    ["throw new Error('x');", ';'],
    ['try { g(); } catch { }', "try { g(); } catch { throw new Error('mutant'); }"],
    ['return a?.b;', 'return a.b;'],
    ['return a?.();', 'return a();'],
    ['return a ?? b;', 'return ((a) && (b));'],
    ['return a < 3;', 'return a >= 3;'],
    ['return g(/x/g);', 'return g(/(?!)/g);'],
    ['const s = `x`;', 'const s = `x-mutant`;'],
    ['return g(10n);', 'return g((10n + 1n));'],
    ['return [a, b.c];', 'return [a];'],
    ['return (x) => x;', 'return (x) => void (x);'],
  ])('%s -> %s', (before, after) => {
    expect(mutants('a.jsx', f(before))).toContain(f(after));
  });

  test.each([
    ['g(); h();', 'function f(a, b) {}'],
    ['', "function f(a, b) { return '-mutant'; }"],
  ])('a function without a result: { %s } -> %s', (body, after) => {
    expect(mutants('a.js', f(body).replace('{  }', '{}'))).toContain(after);
  });

  test('what is there stays there: declarations, names, modules, keys, constructors', () => {
    const text = [
      "import { a } from './a.js';",
      "const b = require('./b.js');",
      "export { c } from './c.js';",
      "export const d = { key: a, 'other': b };",
      'class E extends F { constructor() { super(); } }',
      'export default class G {}',
    ].join('\n');
    expect(mutants('a.js', text)).toEqual([]);
  });

  test('outside of functions no condition is turned: it may ask whether the module was started', () => {
    expect(mutants('a.js', 'if (require.main === module) { }')).toEqual(['if (require.main !== module) { }']);
  });

  test('TypeScript: types stay, and other values pass for theirs', () => {
    const text = "type T = 'a' | 1;\ninterface U { b: 'c' }\nexport function f(x: T): U { return g(x); }";
    expect(mutants('a.ts', text)).toEqual([text.replace('g(x)', 'void (g(x)) as never')]);
  });

  test('what is only known when it runs is replaced by another of its type, unless the module needs it to load', () => {
    const [one] = mutants('a.js', 'export const f = compose(g, h);');
    const make = new Function('compose', 'g', 'h', `${one?.replace('export const f =', 'return')}`);
    expect(make(() => () => 1)()).toBeUndefined();
    expect(make(() => 4)).toBe(5);
    expect(make(() => ({ a: 1 }))).toEqual({});
    expect(mutants('a.js', 'const app = express();\napp.use;')).toEqual([]);
  });
});

describe('Python', () => {
  const f = (body: string) => `def f(a, b=None):\n    ${body}\n`;
  test.each([
    ['return g(a)', 'return (lambda _: None)((g(a)))'],
    ['return a, b', 'return (lambda _: None)((a, b))'],
    ['return a == b', 'return (not (a == b))'],
    ['return a == b', 'return a != b'],
    ['return 1', 'return (1 + 1)'],
    ["return f'x{a}'", "return f'x{a}-mutant'"],
    ["return {'k': a}", 'return {}'],
    ['return None', "return '-mutant'"],
    ['return True', 'return False'],
    ['if a: g()', 'if (not (a)): g()'],
    ['g(a)', 'pass'],
    ['self.a = b', 'pass'],
    ["raise E('x')", 'pass'],
    ['pass', "return '-mutant'"],
    ['return a not in b', 'return a in b'],
    ['return a is b', 'return a is not b'],
    ['return not a', 'return bool(a)'],
    ['return a and b', 'return a or b'],
    ['return a // 2', 'return a * 2'],
    ['yield a', 'yield (lambda _: None)((a))'],
    ['return lambda x: x', 'return lambda x: (lambda _: None)((x))'],
  ])('%s -> %s', (before, after) => {
    expect(mutants('a.py', f(before))).toContain(f(after));
  });

  test('a text about itself is no code; a function of nothing else gives something back', () => {
    expect(mutants('a.py', f('"""Says."""'))).toEqual([f('"""Says."""; return \'-mutant\'')]);
    expect(mutants('a.py', '"""Module."""\n')).toEqual([]);
  });

  test('several lines keep their indentation', () => {
    const text =
      'def f(a):\n    """Doc."""\n    try:\n        g(a)\n    except E:\n        return h(\n            a,\n        )\n';
    expect(mutants('a.py', text)).toContain(
      'def f(a):\n    """Doc."""\n    try:\n        g(a)\n    except E:\n        raise\n',
    );
  });

  test('what is there stays there: names, modules, keys, the question whether the module was started', () => {
    const text =
      "import os\nfrom .a import b\n__all__ = ['b']\nC = {'key': b}\nif __name__ == '__main__':\n    pass\nx: 'int' = b.c\nx.y\n";
    expect(mutants('a.py', text)).toEqual([]);
  });
});

test('whatever is damaged, the program can still be read and is another one, with one damage or with many', () => {
  const word = fc.constantFrom('a', 'b', 'total', 'items');
  const number = fc.nat(99).map(String);
  const string = fc.constantFrom("'x'", "''", "'it is'");
  const value: fc.Arbitrary<string> = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word,
      number,
      string,
      fc
        .tuple(tie('value'), fc.constantFrom('+', '*', '<', '==', '-'), tie('value'))
        .map((all) => `(${all.join(' ')})`),
      fc.tuple(word, tie('value')).map(([name, one]) => `${name}(${one})`),
      tie('value').map((one) => `[${one}, 1]`),
    ),
  })).value as fc.Arbitrary<string>;
  const js = fc
    .array(
      fc.oneof(
        value.map((one) => `  return ${one};`),
        value.map((one) => `  if (${one}) { go(${one}); } else throw ${one};`),
        value.map((one) => `  const { c, d = ${one} } = ${one};`),
        value.map((one) => `  for (const e of ${one}) e?.f(() => ${one} ?? 2);`),
        value.map((one) => `  try { g(${one}); } catch (e) { h(e); }`),
      ),
    )
    .map((lines) => `export async function f(a = 1, b) {\n${lines.join('\n')}\n}\nconst x = y(f);\n`);
  const py = fc
    .array(
      fc.oneof(
        value.map((one) => `    return ${one}`),
        value.map((one) => `    if ${one}:\n        go(${one})\n    else:\n        raise ${one}`),
        value.map((one) => `    c = {'k': ${one}}`),
        value.map((one) => `    for e in ${one}:\n        e.f(lambda: ${one})`),
        value.map((one) => `    try:\n        g(${one})\n    except E as e:\n        h(e)`),
      ),
      { minLength: 1 },
    )
    .map((lines) => `def f(a=1, b=2):\n${lines.join('\n')}\n\n\nx = y(f)\n`);
  fc.assert(
    fc.property(
      fc.oneof(
        js.map((text) => ['a.js', text] as const),
        js.map((text) => ['a.ts', text] as const),
        py.map((text) => ['a.py', text] as const),
      ),
      ([path, text]) => {
        const all = mutationsIn(programOf(path, text), path);
        for (const some of [...all.map((one) => [one]), apart(all)]) {
          const worse = damaged(text, some);
          if (some.length > 0) expect(worse).not.toBe(text);
          programOf(path, worse);
        }
        const neutral = neutralText(path, text) ?? '';
        programOf(path, neutral);
        expect(neutral).not.toBe(text);
        expect(neutral.split('\n').length).toBe(text.split('\n').length);
      },
    ),
    { numRuns: 150 },
  );
});

describe('a change without any effect', () => {
  test.each([
    ['a.js', 'function f() { g(); }', 'function f() {/**/ void 0; g(); } /**/'],
    ['a.js', "function f() { 'use strict'; g(); }", "function f() {/**/ 'use strict'; void 0; g(); } /**/"],
    [
      'a.js',
      "function f() { 'use strict'\n g() }\n",
      "function f() {/**/ 'use strict'; void 0;\n g() } /**/\n",
    ],
    ['a.js', 'const f = async (a) => a;', 'const f = async (a) =>/**/ a; /**/'],
    ['a.js', 'const f = () => { };', 'const f = () =>/**/ {/**/ void 0; }; /**/'],
    [
      'a.js',
      'export const a = { b() { }, get c() { return 1; } };',
      'export const a = { b() {/**/ void 0; }, get c() {/**/ void 0; return 1; } }; /**/',
    ],
    [
      'a.js',
      'class A extends B { constructor() { super(); } }',
      'class A extends B {/**/ constructor() {/**/ void 0; super(); } } /**/',
    ],
    [
      'a.ts',
      'class A extends B { constructor(private a: T) { super(); } }',
      'class A extends B {/**/ constructor(private a: T) {/**/ super(); } } /**/',
    ],
    [
      'a.ts',
      'type F = () => void;\nexport const f: F = (): void => g();\n\n',
      'type F = () => void;\nexport const f: F = (): void =>/**/ g(); /**/\n\n',
    ],
    ['a.py', 'def f(a):\n    return a\n', 'def f(a):\n    [20771]; return a  #\n'],
    ['a.py', 'def f(a): return a', 'def f(a): [20771]; return a  #'],
    [
      'a.py',
      'def f(a):\n    """Says."""\n    return a\n',
      'def f(a):\n    """Says."""; [20771]\n    return a  #\n',
    ],
    ['a.py', 'def f(a):\n    """Says."""; return a\n', 'def f(a):\n    """Says."""; [20771]; return a  #\n'],
    ['a.py', 'def f(a):\n    global b; b = a\n', 'def f(a):\n    [20771]; global b; b = a  #\n'],
    [
      'a.py',
      'async def f(a):\n    if a:\n        await g()\n',
      'async def f(a):\n    if a:\n        [20771]; await g()  #\n',
    ],
    ['a.py', 'f = lambda a: a\n', 'f = lambda a: [20771] and (a)  #\n'],
    [
      'a.py',
      'class A:\n    @b\n    def c(self): pass # d\n',
      'class A:\n    @b\n    def c(self): [20771]; pass # d  #\n',
    ],
  ])('%s: %s', (path, before, after) => {
    expect(neutralText(path, before)).toBe(after);
  });

  test('what is generated, cannot be read whole or is no program is left alone', () => {
    expect(neutralText('a.js', `f("${'x'.repeat(1000)}");\n`)).toBeUndefined();
    expect(neutralText('a.js', 'f();\n//# sourceMappingURL=a.js.map\n')).toBeUndefined();
    expect(neutralText('a.js', 'function f( {')).toBeUndefined();
    expect(neutralText('a.txt', 'f();\n')).toBeUndefined();
  });
});

test('programs without an ending tell their language by how they begin, or by how they are loaded', () => {
  expect(nameToRead('bin/a', '#!/usr/bin/env node\nf();\n')).toBe('bin/a.js');
  expect(nameToRead('bin/a', '#!/usr/bin/env python3\nf()\n')).toBe('bin/a.py');
  expect(nameToRead('src/a', 'module.exports = { f };\n')).toBe('src/a.js');
  expect(nameToRead('bin/a', '#!/bin/sh\necho a\n')).toBe('bin/a');
  expect(nameToRead('LICENSE', 'Anyone\n')).toBe('LICENSE');
  expect(nameToRead('.a/b.c', 'module.exports = 1;\n')).toBe('.a/b.c');
});

test('changed lines are those that the old text does not have there; lines only taken away are told', () => {
  const told = (old: string, now: string) => {
    const { lines, taken } = changedLines(old, now);
    return [[...lines], taken.map(({ before, text }) => [before, text])];
  };
  expect(told('a\nb\nc\n', 'a\nX\nc\nd\n')).toEqual([[2, 4], []]);
  expect(told('a\nb\nc\n', 'a\nc\n')).toEqual([[], [[2, 'b\n']]]);
  expect(told('', 'a\n')).toEqual([[1], []]);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c')),
      fc.array(fc.constantFrom('a', 'b', 'c')),
      (old, now) => {
        const { lines } = changedLines(old.join('\n'), now.join('\n'));
        const kept = now.filter((_, at) => !lines.has(at + 1));
        let at = 0;
        for (const line of old) if (line === kept[at]) at += 1;
        expect(at).toBe(kept.length);
      },
    ),
  );
});

describe('only what was changed is damaged', () => {
  const old = 'export function f(a) {\n  const b = a + 1;\n  return b;\n}\n';
  const saysOf = (now: string, before = old) =>
    changedCode('a.js', before, now)?.changed.map(
      (one) => damaged(now, [one]).split('\n')[lineOf(programOf('a.js', now), one.from) - 1],
    );

  test('lines that stay are left alone', () => {
    expect(saysOf(old.replace('+ 1', '+ 2'))).toEqual(['  const b = a - 2;', '  const b = a + (2 + 1);']);
  });

  test('lines that were taken away are put back, unless they only moved', () => {
    const longer = old.replace('  return b;', '  log(b);\n  return b;');
    expect(saysOf(old, longer)).toEqual(['  log(b);']);
    expect(saysOf(longer.replace('  log(b);\n', '').replace('}\n', '}\nlog(b);\n'), longer)).toEqual([';']);
  });
});

test('first everything of one kind at once, then one by one, spread over functions, and nothing twice', () => {
  const text = 'const f = () => a(1);\nconst g = () => b(2);\n';
  const program = programOf('a.js', text);
  const all = mutationsIn(program, 'a.js').map((one) => ({
    ...one,
    path: 'a.js',
    line: lineOf(program, one.from),
  }));
  const plan = planned(all, 10).map((mutant) => damaged(text, mutant).trim().split('\n'));
  expect(plan).toEqual([
    ['const f = () => void (a(1));', 'const g = () => void (b(2));'],
    ['const f = () => a((1 + 1));', 'const g = () => b((2 + 1));'],
    ['const f = () => void (a(1));', 'const g = () => b(2);'],
    ['const f = () => a(1);', 'const g = () => void (b(2));'],
    ['const f = () => a((1 + 1));', 'const g = () => b(2);'],
    ['const f = () => a(1);', 'const g = () => b((2 + 1));'],
  ]);
  expect(planned(all, 2)).toHaveLength(2);
});

describe('what speaks for itself, and for what it does not', () => {
  test.each([
    [
      'data',
      'README.md docs/guide.txt src/roman.ready de.json LICENSE CHANGELOG table.csv app.yml messages.po',
    ],
    [
      'page',
      'index.html style.css schema.sql mail.hbs logo.svg Dockerfile types.d.ts examples/a.js docs/a.go',
    ],
    ['program', 'src/a.js a.py cmd/a.go a.rs lib/a.rb a.sh App.vue src/Main.java src/docs.ts'],
  ])('%s: %s', (sort, names) => {
    for (const name of names.split(' ')) expect([name, fileSort(name, false)]).toEqual([name, sort]);
  });

  test('what may be executed is a program, if its name says nothing else', () => {
    expect(['bin/roman', 'notes.txt'].map((name) => fileSort(name, true))).toEqual(['program', 'data']);
  });

  const go = 'package a\n\nimport "fmt"\n\nfunc Add(a int) int {\n\treturn a\n}\n';
  test.each<[ReturnType<typeof addedCode>, string, string | undefined, string]>([
    ['adds', 'a.go', undefined, go],
    [
      'adds',
      'a.go',
      go,
      `${go.replace('"fmt"', '(\n"fmt"\n"os"\n)')}\nfunc (r Roman) Text() string {\n\treturn ""\n}\n`,
    ],
    ['changes', 'a.go', go, go.replace('return a', 'return a + 1')],
    ['nothing', 'a.go', go, `// About it.\n${go}`],
    ['nothing', 'a.go', go, go.replaceAll('\n\n', '\n')],
    ['nothing', 'a.go', undefined, 'package a\n\nconst Version = "1.1"\n'],
    ['adds', 'a.rs', undefined, 'pub async fn add() {}\n'],
    ['adds', 'a.rb', undefined, 'module A\n  def self.add(a)\n  end\nend\n'],
    ['adds', 'A.java', undefined, 'class A {\n  public static int add(int a) {\n    return 0;\n  }\n}\n'],
    ['adds', 'a.c', undefined, 'int add(int a, int b) {\n  return 0;\n}\n'],
    ['adds', 'a.ex', undefined, 'defmodule A do\n  def add(a), do: a\nend\n'],
    ['adds', 'a.sh', 'echo 1\n', 'echo 1\necho 2\n'],
    ['nothing', 'a.sh', 'echo 1\n', '# Says one.\necho 1\n'],
    ['changes', 'a.sh', 'echo 1\n', 'echo 2\n'],
  ])('%s: %s', (what, name, before, now) => {
    expect(addedCode(name, before, now)).toBe(what);
  });

  test.each([
    ['a.js', 'export const f = (a) => a;', 'exports.g = function (a) { return a; };', 'exports.g'],
    ['a.js', 'class A { b() { return 1; } }', 'class B extends A { b() { return 2; } }', 'B.b'],
    ['a.js', 'const o = { f() { return 1; } };', 'export default (n) => n;', ''],
    ['a.py', 'def f(a):\n    return a', 'class A:\n    def f(self):\n        return 2', 'A.f'],
  ])('%s: a function is new by its name: %s %s', (path, old, more, name) => {
    const before = outerFunctions(programOf(path, old));
    const found = newFunctions(programOf(path, `${old}\n${more}`), before, new Set());
    expect(found.map((one) => one.name)).toEqual([name]);
  });

  test('an edited function, one inside of it, and one that stood elsewhere are not new', () => {
    const before = outerFunctions(programOf('a.js', 'function f(a) { return a; }'));
    const known = new Set(
      outerFunctions(programOf('b.js', 'const g = (x) => [x];')).map((one) => one.meaning),
    );
    const now = 'function f(a) {\n  const h = () => a;\n  return h();\n}\nexport const moved = x => [ x, ];';
    expect(newFunctions(programOf('a.js', now), before, known)).toEqual([]);
  });
});
