import { afterAll, beforeAll, expect, test } from 'vitest';
import { accepted, calc, codes, type Files, multiply, refused, type World, world } from './world.ts';

let w: World;
beforeAll(async () => {
  w = await world({ ...calc, ...helpers }, { checks: [{ name: 'unit', command: 'npm test' }] });
});
afterAll(() => w[Symbol.asyncDispose]());

/** A helper that a test of the base loads. */
const helpers: Files = {
  'test/support/near.js':
    "import assert from 'node:assert';\nexport const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9);\n",
  'test/calc.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { near } from './support/near.js';\n" +
    "import { add } from '../src/calc.js';\n" +
    "test('adds', () => assert.equal(add(1, 2), 3));\ntest('is near', () => near(add(0.1, 0.2), 0.3));\n",
};
const broken = {
  'src/calc.js': 'export const add = (a, b) => a + b + 1;\nexport const mul = (a, b) => a * b;\n',
};
const edit = (path: string, from: string, to: string) => {
  const text = { ...calc, ...helpers }[path];
  if (typeof text !== 'string' || !text.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: text.replace(from, to) };
};

test('a new helper for a new test is honest work too', async () => {
  const changes = {
    ...multiply,
    'test/support/six.js': 'export const six = 6;\n',
    'test/mul.test.js': `${multiply['test/mul.test.js']}`
      .replace('6)', 'six)')
      .replace('\n', "\nimport { six } from './support/six.js';\n"),
  };
  expect(accepted(await w.rule(changes)).proof.turned).toEqual(['test/mul.test.js › multiplies']);
});

test('a new dependency entry and a new script are honest work, and package.json need not be put back', async () => {
  const manifest = JSON.stringify({ ...JSON.parse(`${calc['package.json']}`), version: '1.1.0' }, null, 2);
  const withScript = manifest.replace('"node --test"', '"node --test",\n    "hello": "echo hello"');
  expect(accepted(await w.rule({ ...multiply, 'package.json': withScript })).restored).toEqual([]);
});

test('an old test edited to fit broken code is refused, and nothing is run for it', async () => {
  await w.judge().base(w.base, new AbortController().signal);
  const before = w.runs.length;
  const changes = { ...multiply, ...broken, ...edit('test/calc.test.js', 'add(1, 2), 3', 'add(1, 2), 4') };
  expect(codes(await w.rule(changes))).toEqual(['tests.edited']);
  expect(w.runs.length).toBe(before);
});

test('an assertion weakened in a helper is refused with the line', async () => {
  const changes = {
    ...multiply,
    ...broken,
    ...edit('test/support/near.js', 'Math.abs(a - b) < 1e-9', 'true'),
  };
  const [reason] = refused(await w.rule(changes)).reasons;
  expect(reason?.code).toBe('tests.edited');
  expect(reason?.text).toMatch(/test\/support\/near\.js \(line 2 /);
});

test('a helper that gained something for a new test is honest work', async () => {
  const changes = {
    ...multiply,
    'test/support/near.js': `${helpers['test/support/near.js']}export const six = 6;\n`,
    'test/mul.test.js': `${multiply['test/mul.test.js']}`
      .replace('6)', 'six)')
      .replace('\n', "\nimport { six } from './support/near.js';\n"),
  };
  const verdict = accepted(await w.rule(changes));
  expect(verdict).toMatchObject({
    restored: ['test/support/near.js'],
    proof: { turned: ['test/mul.test.js › multiplies'] },
  });
});

test('a helper that became a link to a weaker one does not help', async () => {
  const link = {
    'test/support/near.js': { link: 'soft.js' },
    'test/support/soft.js': 'export const near = () => {};\n',
  };
  expect(codes(await w.rule({ ...multiply, ...broken, ...link }))).toEqual(['tests.edited']);
});

test('a link called node_modules that leads to weaker packages does not help', async () => {
  await using old = await world({
    ...calc,
    'lib/same/index.js': "module.exports = require('node:assert').equal;\n",
    'init.sh': '#!/bin/sh\nmkdir -p node_modules && cp -R lib/same node_modules/same\n',
    '.gitignore': 'node_modules/\n',
    'src/mul.test.js':
      "import test from 'node:test';\nimport same from 'same';\nimport { mul } from './calc.js';\ntest('multiplies', () => same(mul(2, 3), 6));\n",
  });
  const cheat = {
    'src/calc.js': 'export const add = (a, b) => a + b;\nexport const mul = () => 0;\n',
    'vendor/same/index.js': 'exports.default = () => {};\nmodule.exports = () => {};\n',
    'vendor/same/package.json': '{ "type": "commonjs" }\n',
    'src/node_modules': { link: '../vendor' },
  };
  expect(codes(await old.rule(cheat))).toEqual(['proof.missing']);
});

test('a script that init.sh starts is the base’s also when everything is prepared anew', async () => {
  const writes = (body: string) => `
import fs from 'node:fs';
fs.mkdirSync('node_modules/same', { recursive: true });
fs.writeFileSync('node_modules/same/index.js', "module.exports = (a, b) => { ${body} };");
`;
  await using old = await world({
    ...calc,
    'tools/link.js': writes("if (a !== b) throw new Error('differs');"),
    'init.sh': '#!/bin/sh\nnode tools/link.js\n',
    '.gitignore': 'node_modules/\n',
    'src/mul.test.js':
      "import test from 'node:test';\nimport same from 'same';\nimport { mul } from './calc.js';\ntest('multiplies', () => same(mul(2, 3), 6));\n",
  });
  const manifest = JSON.stringify({ ...JSON.parse(`${calc['package.json']}`), description: 'other bytes' });
  const cheat = {
    'package.json': manifest,
    'tools/link.js': writes(''),
    'src/calc.js': 'export const add = (a, b) => a + b;\nexport const mul = () => 0;\n',
  };
  expect(codes(await old.rule(cheat))).toEqual(['rules.edited']);
  expect(accepted(await old.rule({ ...multiply, 'package.json': manifest })).proof.turned).toContain(
    'src/mul.test.js › multiplies',
  );
});

test('a new file that is found before a helper does not help', async () => {
  await using old = await world({
    'src/one.js': 'module.exports = 1;\n',
    'test/support/same/index.js': "module.exports = require('node:assert').equal;\n",
    'test/one.test.js':
      "const same = require('./support/same');\nrequire('node:test')('is one', () => same(require('../src/one.js'), 1));\n",
  });
  const honest = {
    'src/two.js': 'module.exports = 2;\n',
    'test/two.test.js':
      "require('node:test')('is two', () => require('node:assert').equal(require('../src/two.js'), 2));\n",
  };
  const cheat = {
    ...honest,
    'src/one.js': 'module.exports = 0;\n',
    'test/support/same.js': 'module.exports = () => {};\n',
  };
  const [reason] = refused(await old.rule(cheat)).reasons;
  expect(reason?.code).toBe('tests.shadowed');
  expect(reason?.text).toContain('test/support/same.js (in the place of test/support/same/index.js)');
});

test('a test script replaced by `true` is refused by its name', async () => {
  const manifest = `${calc['package.json']}`.replace('node --test', 'true');
  const [reason] = refused(await w.rule({ ...multiply, 'package.json': manifest })).reasons;
  expect(reason?.code).toBe('rules.edited');
  expect(reason?.text).toMatch(/package\.json \(the script "test" was changed\)/);
});

test('new configuration for npm is taken out, and what it does to the delivered tree is seen', async () => {
  const verdict = refused(await w.rule({ ...multiply, '.npmrc': 'script-shell=/bin/true\n' }));
  expect(verdict.restored).toEqual(['.npmrc']);
  expect(codes(verdict)).toEqual(['check.report-broken']);
});

test('the judge configured in package.json cannot be changed on the way', async () => {
  const manifest = JSON.stringify({ ...JSON.parse(`${calc['package.json']}`), agentloop: { judge: {} } });
  expect(codes(await w.rule({ ...multiply, 'package.json': manifest }))).toEqual(['rules.changed']);
});
