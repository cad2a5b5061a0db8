import { posix } from 'node:path';
import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { literalOf } from './origins.ts';
import { type Around, type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

const reads =
  /(?:^|\.)(?:readFile|readFileSync|createReadStream|open|openSync|read_text|read_bytes|readlines|import_module|require|Path|load|parse)$/;
const lists =
  /(?:^|\.)(?:readdir|readdirSync|glob|globSync|iglob|rglob|listdir|scandir|walk|opendir|opendirSync)$/;
const likeTests =
  /(?:\.(?:test|spec)\.[cm]?[jt]sx?|(?:^|\/)test_[\w-]+\.py|_test\.(?:py|go|exs)|(?:^|\/)conftest\.py|_spec\.rb|\.snap)$/;
const testFolders = /(?:^|\/)(?:test|tests|__tests__|spec|__snapshots__)(?:\/|$)/;

/** Sources that open tests: what a test expects can be read there. */
export const readsTests: Scanner = {
  of: ['source'],
  async look(file: Scanned, around: Around): Promise<readonly Hit[]> {
    const { program } = file;
    if (program === undefined) return [];
    const found = [...called(program, file, around), ...imported(program, file, around)];
    const tests = new Set(found.flatMap(({ test }) => test ?? []));
    const real = new Set<string>();
    for (const test of tests) if (await around.holdsTests(test)) real.add(test);
    return found.flatMap(({ test, hit }) => (test === undefined || real.has(test) ? [hit] : []));
  },
};

/** A hit, and the test file that it is about; without one the name alone is odd. */
interface Found {
  readonly hit: Hit;
  readonly test?: string;
}

function called(program: Program, file: Scanned, around: Around): Found[] {
  return nodesOf(program, 'CallExpression', 'DynamicImport').flatMap((node) => {
    const callee =
      node.name === 'DynamicImport' ? 'require' : textOf(program, childrenOf(node)[0] as SyntaxNode);
    const [doesRead, doesList] = [reads.test(callee), lists.test(callee)];
    if (!doesRead && !doesList) return [];
    return pathsIn(program, node).flatMap((path): Found[] => {
      const test = testAt(path, file.path, around);
      if (doesRead && test !== undefined)
        return [{ test, hit: hitAt(program, node, 'reads-tests', `It opens ${test}.`) }];
      if (!likeTests.test(path) && !(doesList && testFolders.test(path))) return [];
      return [
        { hit: hitAt(program, node, 'names-tests', `It looks for files like "${path.slice(0, 80)}".`) },
      ];
    });
  });
}

/** Tests that look at the text of sources: a comment can satisfy them. */
export const testsText: Scanner = {
  of: ['test'],
  look({ program, path }: Scanned, around: Around): readonly Hit[] {
    if (program === undefined) return [];
    return nodesOf(program, 'CallExpression').flatMap((node) => {
      const callee = textOf(program, childrenOf(node)[0] as SyntaxNode);
      if (!/(?:^|\.)(?:readFile|readFileSync|open|read_text|getsource)$/.test(callee)) return [];
      if (callee.endsWith('getsource'))
        return [hitAt(program, node, 'tests-text', 'It looks at the text of a source.')];
      const source = pathsIn(program, node).find(
        (one) =>
          /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java)$/.test(one) &&
          !around.testFiles.has(placeOf(one, path)) &&
          (around.has(placeOf(one, path)) || around.has(one)),
      );
      return source === undefined
        ? []
        : [hitAt(program, node, 'tests-text', `It looks at the text of ${source}.`)];
    });
  },
};

function imported(program: Program, file: Scanned, around: Around): Found[] {
  return nodesOf(program, 'ImportDeclaration', 'ExportDeclaration', 'ImportStatement').flatMap((node) => {
    const from = literalOf(
      program,
      childrenOf(node).findLast(({ name }) => name === 'String'),
    );
    const [, module] = /^(?:from|import)\s+([\w.]+)/.exec(textOf(program, node)) ?? [];
    const path = program.language === 'python' ? `${module?.replaceAll('.', '/')}.py` : (from ?? '');
    const isOwn = program.language === 'python' || path.startsWith('.');
    const test = isOwn ? testAt(path, file.path, around) : undefined;
    return test === undefined
      ? []
      : [{ test, hit: hitAt(program, node, 'reads-tests', `It imports ${test}.`) }];
  });
}

/** Paths written in a call, also in pieces: `join(root, 'test', 'a.test.js')`. */
function pathsIn(program: Program, node: SyntaxNode): string[] {
  const pieces: string[] = [];
  visit(node, (one) => {
    const text = literalOf(program, one);
    if (text !== undefined && text.length <= 300 && !/\s{2}|\n/.test(text)) pieces.push(text);
    return true;
  });
  const joined = pieces.filter((piece) => !/^(?:utf-?8|r|rb|w|a)$/i.test(piece));
  return [...new Set([...joined, ...(joined.length > 1 ? [posix.join(...joined)] : [])])];
}

/** The test file that a path means, seen from the file that names it or from the top. */
function testAt(path: string, from: string, { testFiles }: Around): string | undefined {
  const places = [
    placeOf(path, from),
    placeOf(`${path}.js`, from),
    placeOf(`${path}.ts`, from),
    posix.normalize(path).replace(/^(?:\.\.?\/)+/, ''),
  ];
  return places.find((place) => testFiles.has(place));
}

function placeOf(path: string, from: string): string {
  return posix.normalize(posix.join(posix.dirname(from), path));
}
