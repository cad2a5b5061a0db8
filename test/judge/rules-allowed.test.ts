import { afterAll, beforeAll, expect, test } from 'vitest';
import { arranger } from './arranged.ts';
import { accepted, calc, codes, type Files, multiply, refused, type World, world } from './world.ts';

const text = (path: string) => `${calc[path]}`;
let w: World;
beforeAll(async () => {
  w = await world(calc, { checks: [{ name: 'unit', command: 'npm test' }], allow: ['test/calc.test.js'] });
});
afterAll(() => w[Symbol.asyncDispose]());

/** The feature renames what old tests call. */
const renamed: Files = {
  'src/calc.js': 'export const plus = (a, b) => a + b;\nexport const mul = (a, b) => a * b;\n',
  'test/mul.test.js': multiply['test/mul.test.js'] ?? '',
  'test/calc.test.js': text('test/calc.test.js').replaceAll('add', 'plus').replace("'pluss'", "'adds'"),
};

test('an edit that a person allowed by name is judged as it is, and the verdict says so', async () => {
  const verdict = accepted(await w.rule(renamed));
  expect(verdict.notes).toContain('Allowed by judge.allow: test/calc.test.js.');
  expect(verdict.restored).toEqual([]);
  expect(verdict.proof.turned).toContain('test/mul.test.js › multiplies');
});

test('tests of an allowed file may go, those that stay must pass', async () => {
  const [, , , first] = text('test/calc.test.js').split('\n');
  const one = `${text('test/calc.test.js')}`.replace(`${first}\n`, '');
  accepted(await w.rule({ ...multiply, 'test/calc.test.js': one }));
  const red = { ...multiply, 'test/calc.test.js': one.replace('-3)', '3)') };
  const reasons = refused(await w.rule(red)).reasons;
  expect(reasons).toMatchObject([{ code: 'tests.failing', tests: ['test/calc.test.js › adds negatives'] }]);
});

test('nothing else is allowed with it', async () => {
  const script = text('package.json').replace('node --test', 'true');
  expect(codes(await w.rule({ ...renamed, 'package.json': script }))).toEqual(['rules.edited']);
});

test('several things that a person has to allow are told at once, each under its code', async () => {
  const files: Files = {
    ...calc,
    'jest.config.js': 'module.exports = { coverageThreshold: { global: { lines: 90 } } };\n',
    'tsconfig.json': '{}\n',
    'test/other.test.js': text('test/calc.test.js'),
    '.github/workflows/ci.yml': 'on: push\n',
    '.gitignore': 'node_modules/\n',
  };
  const { w: other, arranged } = await arranger(files);
  const changes: Files = {
    ...multiply,
    'test/calc.test.js': text('test/calc.test.js').replace('3)', '4)'),
    'test/other.test.js': null,
    'jest.config.js': 'module.exports = { coverageThreshold: { global: { lines: 9 } } };\n',
    'tsconfig.json': null,
    'package.json': text('package.json').replace(
      '"calc"',
      '"calc",\n  "dependencies": { "x": "file:./soft" }',
    ),
    '.github/workflows/more.yml': 'on: push\n',
    '.github/ISSUE_TEMPLATE.md': 'What?\n',
    '.gitignore': 'src/\n',
    '.eslintrc.json': '{}\n',
  };
  const { asked } = await arranged(changes);
  expect(asked).toEqual([
    'rules.ci-added .github/workflows/more.yml',
    'rules.dependencies package.json',
    'rules.edited .gitignore',
    'rules.edited jest.config.js',
    'rules.removed tsconfig.json',
    'tests.edited test/calc.test.js',
    'tests.removed test/other.test.js',
  ]);
  const words = refused(await other.rule(changes)).reasons;
  expect(words.map(({ code }) => code)).toEqual([
    'rules.ci-added',
    'rules.dependencies',
    'rules.edited',
    'rules.removed',
    'tests.edited',
    'tests.removed',
  ]);
  expect(words.every((one) => /needs-human/.test(one.text) && /"judge\.allow"/.test(one.text))).toBe(true);
  expect((await arranged(changes, ['**/*', '.*/**', '*'])).asked).toEqual([]);
  await other[Symbol.asyncDispose]();
});

test('honest work of many kinds asks for nothing', async () => {
  const files: Files = {
    ...calc,
    'packages/core/package.json': '{ "name": "core" }\n',
    'test/fixtures/in.json': '{ "a": 1 }\n',
    'src/__snapshots__/a.snap': '// v1\n\nexports[`a 1`] = `x`;\n',
    Makefile: 'test:\n\tnpm test\n',
    '.gitignore': 'node_modules/\n',
    'README.md': '# calc\n',
    'src/old.js': 'export const old = 1;\n',
  };
  const { w: other, arranged } = await arranger(files);
  const { asked, trees } = await arranged({
    ...multiply,
    'README.md': '# calc\n\nIt multiplies, too.\n',
    'src/old.js': null,
    'src/new.js': 'export const fresh = 2;\n',
    'test/calc.test.js': `// Sums.\n${text('test/calc.test.js').replaceAll("'", '"')}`,
    'test/support/six.js': 'export const six = 6;\n',
    'test/fixtures/in.json': '{ "a": 1, "b": 2 }\n',
    'test/fixtures/more.json': '{}\n',
    'src/__snapshots__/a.snap': '// v1\n\nexports[`a 1`] = `x`;\n\nexports[`b 1`] = `y`;\n',
    'packages/more/package.json': '{ "name": "more", "dependencies": { "core": "file:../core" } }\n',
    'package.json': text('package.json')
      .replace('"calc"', '"calc",\n  "version": "1.1.0",\n  "devDependencies": { "up": "^1.0.0" }')
      .replace('"node --test"', '"node --test", "hello": "echo hello"'),
    Makefile: 'test:\n\tnpm test\n\nhello:\n\techo hello\n',
    '.gitignore': 'node_modules/\ndist/\n.env\n',
    'tsconfig.json': '{}\n',
    '.eslintrc.json': '{}\n',
  });
  expect(asked).toEqual([]);
  expect(trees.restored).toEqual([
    '.eslintrc.json',
    'Makefile',
    'src/__snapshots__/a.snap',
    'test/calc.test.js',
    'test/fixtures/in.json',
    'tsconfig.json',
  ]);
  expect(trees.editedTests).toEqual(['src/__snapshots__/a.snap', 'test/fixtures/in.json']);
  await other[Symbol.asyncDispose]();
});
