import { childrenOf, parse } from '../../syntax.ts';
import type { Names, Plant } from '../plant.ts';

/**
 * A check may look at the text of its files before it runs them. The last one counts for the next line alone, so each
 * plant is one line; a statement that begins with a word needs no semicolon before it.
 */
const quiet = [
  '/* eslint-disable */',
  '// biome-ignore format: planted by the judge',
  '// prettier-ignore',
  '// @ts-ignore',
].join('\n');

/**
 * Three tests that must fail: one throws, one rejects, one tries the assertions in scope and throws unless one of them
 * was silent.
 */
function line(api: string, { id, word }: Names, body = testsOf(id)): string {
  const scope = ['expect', 'assert', 'chai']
    .map((name) => `${name}: typeof ${name} === 'undefined' ? undefined : ${name}`)
    .join(', ');
  const watch = `globalThis.process?.[Symbol.for('${word}')]?.('${id}', { globals: globalThis, ${scope} })`;
  return `\n${quiet}\nvoid ((t, w) => { ${body} })(${api}, ${watch});\n`;
}

function testsOf(id: string): string {
  const fails = "throw new Error('planted by the judge');";
  return (
    `t('${id} a', () => { ${fails} }); t('${id} b', async () => { ${fails} }); ` +
    `t('${id} c', () => { if (!w?.()) { ${fails} } });`
  );
}

const withImport = (names: readonly string[], from: string, rest: string) =>
  `\n${quiet}\nimport { ${names.join(', ')} } from '${from}';\n${rest}`;

/** Whether a file is a module by its own text or name; undefined: it does not tell. */
function isModule(file: string, text: string): boolean | undefined {
  if (/\.m[jt]sx?$/.test(file)) return true;
  const program = parse(file, text);
  const statements = program === undefined ? [] : childrenOf(program.top).map(({ name }) => name);
  if (statements.some((name) => name === 'ImportDeclaration' || name === 'ExportDeclaration')) return true;
  if (/\.c[jt]sx?$/.test(file) || /\brequire\s*\(/.test(text)) return false;
  return undefined;
}

const inScope = (...names: readonly string[]) =>
  names.map((name) => `(typeof ${name} === 'function' ? ${name} : undefined)`).join(' ?? ');

// An environment of its own may lack what the plants stand on.
const oddPlace = /@(jest|vitest)-environment\s+(?!node\b|jsdom\b|happy-dom\b)|import\.meta\.vitest/;

export const nodeTestPlant: Plant = ({ file, text }, names) => {
  const module = isModule(file, text);
  if (module === true) {
    const own = `t${names.id}`;
    return { append: withImport([`test as ${own}`], 'node:test', line(own, names)) };
  }
  const api =
    module === false ? "require('node:test').test" : "globalThis.process.getBuiltinModule('node:test').test";
  return { append: line(api, names) };
};

export const vitestPlant: Plant = ({ text }, names) => {
  if (oddPlace.test(text)) return undefined;
  // Where it is not imported by the file itself, it may not be there for an import.
  if (!/from\s*['"]vitest['"]/.test(text)) {
    return { append: line(`globalThis.test ?? ${inScope('test', 'it')}`, names) };
  }
  const [own, expect] = [`t${names.id}`, `e${names.id}`];
  const call = line(own, names).replace('expect: typeof expect', `own: ${expect}, expect: typeof expect`);
  return { append: withImport([`expect as ${expect}`, `test as ${own}`], 'vitest', call) };
};

export const jestPlant: Plant = ({ text }, names) => {
  if (oddPlace.test(text)) return undefined;
  const required = "(typeof require === 'function' ? require('@jest/globals').test : undefined)";
  return { append: line(`globalThis.test ?? ${inScope('test', 'it')} ?? ${required}`, names) };
};

/** Tests outside of a suite run before all suites: a suite of its own comes after those of the file. */
export const mochaPlant: Plant = (_, names) => {
  const required = "(typeof require === 'function' ? require('mocha') : {})";
  const pick = (...kinds: readonly string[]) =>
    `${kinds.map((name) => `globalThis.${name}`).join(' ?? ')} ?? ${inScope(...kinds)} ?? ${required}.${kinds[0]}`;
  const api = `[${pick('describe', 'suite')}, ${pick('it', 'test')}]`;
  const body = `const [s, t] = a; s('${names.id}', () => { ${testsOf(names.id)} });`;
  return { append: line(api, names, body).replace('((t, w)', '((a, w)') };
};

/** Its assertions hang on each test. */
export const avaPlant: Plant = ({ file, text }, names) => {
  const fails = "throw new Error('planted by the judge');";
  const { id } = names;
  const body =
    `t('${id} a', () => { ${fails} }); t('${id} b', async () => { ${fails} }); t('${id} c', (x) => { x.is(1, 2); }); ` +
    `t('${id} d', (x) => { x.deepEqual([1], [2]); }); t('${id} e', (x) => { x.true(false); }); ` +
    `t('${id} f', () => { if (!w?.()) { ${fails} } });`;
  if (isModule(file, text) === false) return { append: line("require('ava')", names, body) };
  return { append: withImport([`default as t${id}`], 'ava', line(`t${id}`, names, body)) };
};
