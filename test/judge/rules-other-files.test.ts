import { describe, expect, test } from 'vitest';
import { relationOf, saysTheSame } from '../../src/judge/meaning/relation.ts';
import { whatIgnoresHide } from '../../src/judge/standing/ignores.ts';
import { scriptGrows, targetsGrow } from '../../src/judge/standing/steps-grow.ts';

const relation = (path: string, old: string, now: string) =>
  relationOf({ path, content: Buffer.from(old) }, { path, content: Buffer.from(now) }).is;

describe('tests in languages that are read by lines', () => {
  const go = `package calc

import "testing"

func TestAdd(t *testing.T) {
	cases := []struct {
		a, b int
	}{
		{1, 2},
	}
	if Add(1, 2) != 3 {
		t.Fatal("no")
	}
}
`;
  const php =
    '<?php\nclass A extends TestCase\n{\n    public function testA()\n    {\n        x();\n    }\n}\n';
  const ruby = "describe 'a' do\n  it 'adds' do\n    expect(1).to eq 1\n  end\nend\n";
  test.each([
    [
      'a function',
      'a_test.go',
      go,
      `${go}\nfunc TestMul(t *testing.T) {\n\tif Mul(2, 3) != 6 {\n\t\tt.Fatal("x")\n\t}\n}\n`,
    ],
    [
      'a function before the others',
      'a_test.go',
      go,
      go.replace('func TestAdd', 'func TestMul(t *testing.T) {\n\tx()\n}\n\nfunc TestAdd'),
    ],
    ['a row of a table', 'a_test.go', go, go.replace('{1, 2},', '{1, 2},\n\t\t{3, 4},')],
    [
      'a method',
      'ATest.php',
      php,
      php.replace(/}\n$/, '\n    public function testB()\n    {\n        y();\n    }\n}\n'),
    ],
    [
      'an example',
      'spec/a_spec.rb',
      ruby,
      ruby.replace(/end\n$/, "  it 'subs' do\n    expect(2).to eq 2\n  end\nend\n"),
    ],
  ])('gain %s', (_, path, old, now) => expect(relation(path, old, now)).toBe('grown'));

  test.each([
    ['a way out', 'a_test.go', go, go.replace('\tif Add', '\treturn\n\tif Add')],
    ['a way out that is not indented', 'a_test.go', go, go.replace('\tcases', 'return\n\tcases')],
    ['another value', 'a_test.go', go, go.replace('!= 3', '!= 4')],
    ['a way out of a method', 'ATest.php', php, php.replace('        x();', '        return;\n        x();')],
    ['a way out of an example', 'spec/a_spec.rb', ruby, ruby.replace('    expect', '    skip\n    expect')],
  ])('do not gain %s', (_, path, old, now) => expect(relation(path, old, now)).toBe('edited'));

  test('may be indented anew', () =>
    expect(relation('a_test.go', go, go.replaceAll('\t', '    '))).toBe('same'));
});

test('JSON grows by keys and at the end of lists', () => {
  expect(relation('a.json', '{"a":[1],"b":{"c":1}}', '{"b":{"d":2,"c":1},"a":[1,2]}')).toBe('grown');
  expect(relation('a.json', '{"a":[1]}', '{\n  "a": [1]\n}')).toBe('same');
  expect(relation('a.json', '{"a":[1]}', '{"a":[0,1]}')).toBe('edited');
  expect(relation('a.json', '{"a":1}', '{"b":1}')).toBe('edited');
});

test('snapshots grow by entries', () => {
  const jest = '// v1\n\nexports[`a 1`] = `x`;\n';
  expect(relation('a.snap', jest, jest.replace('\n\n', '\n\nexports[`a 0`] = `\ny\n`;\n\n'))).toBe('grown');
  expect(relation('a.snap', jest, jest.replace('`x`', '`y`'))).toBe('edited');
  expect(relation('a.snap', jest, `${jest}\nexports[\`a 1\`] = \`y\`;\n`)).toBe('edited');
  expect(relation('a.snap', 'one text', 'one text\nmore')).toBe('edited');
  const syrupy = '# serializer\n# name: a\n  1\n# ---\n';
  expect(relation('a.ambr', syrupy, `${syrupy}# name: b\n  2\n# ---\n`)).toBe('grown');
});

test('what is no text is edited when a byte differs', () => {
  const png = (byte: number) => ({ path: 'a.png', content: Buffer.from([0x89, 0x50, 0xff, byte]) });
  expect(relationOf(png(1), png(2)).is).toBe('edited');
  expect(relationOf(png(1), png(1)).is).toBe('same');
});

test('configuration says the same in another layout, and nothing less or more', () => {
  const same = (path: string, old: string, now: string) =>
    saysTheSame(path, Buffer.from(old), Buffer.from(now));
  expect(same('tsconfig.json', '{ "a": 1 }', '{\n  // why\n  "a": 1,\n}')).toBe(true);
  expect(same('tsconfig.json', '{ "a": 1 }', '{ "a": 1, "b": 2 }')).toBe(false);
  expect(same('vitest.config.ts', "export default { a: 'x' }", 'export default {\n  a: "x",\n};\n')).toBe(
    true,
  );
  expect(same('jest.config.js', 'module.exports = { a: 90 };', 'module.exports = { a: 9 };')).toBe(false);
  expect(same('Makefile', 'a:\n\tb\n', '# why\na:\n\tb\n')).toBe(true);
  expect(same('run-tests.sh', '#!/bin/sh\nx\n', '#!/bin/false\nx\n')).toBe(false);
});

test('a Makefile may have new targets behind its first one', () => {
  const old = 'test:\n\tnpm test\n\nlint:\n\teslint .\n';
  expect(targetsGrow('Makefile', old, `${old}\nhello: test\n\techo hello\n`)).toBe(true);
  expect(targetsGrow('Makefile', old, `all:\n\ttrue\n${old}`)).toBe(false);
  expect(targetsGrow('Makefile', old, `${old}\ntest:\n\ttrue\n`)).toBe(false);
  expect(targetsGrow('Makefile', old, `SHELL = /bin/true\n${old}`)).toBe(false);
  expect(targetsGrow('Makefile', old, old.replace('\tnpm test', '\t@true\n\tnpm test'))).toBe(false);
});

test('a script that installs may do more, but not end early or swallow failures', () => {
  const old = '#!/bin/sh\nset -e\nmkdir -p out\ncp a out/\n';
  expect(scriptGrows(old, `${old}cp b out/\n`)).toBe(true);
  expect(scriptGrows(old, old.replace('mkdir', 'exit 0\nmkdir'))).toBe(false);
  expect(scriptGrows(old, `${old}make || true\n`)).toBe(false);
  expect(scriptGrows(old, old.replace('cp a', 'cp b'))).toBe(false);
});

test('ignore rules may hide what is made, not what is there', () => {
  const files = ['src/a.js', 'test/a.test.js', 'README.md'];
  const hides = (now: string, path = '.gitignore') => whatIgnoresHide(path, 'node_modules/\n', now, files);
  expect(hides('node_modules/\ndist/\ncoverage\n.env\n*.log\n')).toBeUndefined();
  expect(hides('node_modules/\ntest/\n')).toBe('"test/" hides test/a.test.js');
  expect(hides('*.test.js\n')).toBe('"*.test.js" hides test/a.test.js');
  expect(hides('/src\n')).toBe('"/src" hides src/a.js');
  expect(hides('a.js\n', 'src/.gitignore')).toBe('"a.js" hides src/a.js');
  expect(hides('a.js\n', 'lib/.gitignore')).toBeUndefined();
  expect(hides('*.js filter=x\n', '.gitattributes')).toMatch(/lets git change/);
  expect(hides('*.png binary\n', '.gitattributes')).toBeUndefined();
});
