import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { literalOf } from './origins.ts';
import { type Around, type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

/** A question and its answer, both written out in the sources. */
interface Pair {
  readonly asked: string;
  readonly answered: string;
  readonly node: SyntaxNode;
}

/**
 * Answers made for the inputs of the tests. One table or one function is looked at as a whole: where nearly all of it
 * stands in one test file too, it is made for that file; a table of the trade has more entries than tests try.
 */
export const specialCases: Scanner = {
  of: ['source'],
  async look({ program }: Scanned, around: Around): Promise<readonly Hit[]> {
    if (program === undefined) return [];
    const groups = groupsOf(program).filter((pairs) => pairs.some(isTelling));
    if (groups.length === 0) return [];
    const tests = (await around.tests()).map(({ path, text }) => ({ path, known: literalsOf(text) }));
    return groups.flatMap((pairs) => {
      for (const { path, known } of tests) {
        const shared = pairs.filter(({ asked, answered }) => known.has(asked) && known.has(answered));
        const weight = shared.filter(isTelling).reduce((sum, pair) => sum + (isLong(pair) ? 2 : 1), 0);
        if (weight < 2 || shared.length < pairs.length * 0.8) continue;
        const [first] = shared as [Pair];
        const many =
          shared.length === 1 ? 'an input and its answer' : `${shared.length} inputs and their answers`;
        return [hitAt(program, first.node, 'special-cases', `${many} stand here as they stand in ${path}.`)];
      }
      return [];
    });
  },
};

/** Numbers next to zero and empty texts stand everywhere: a base case of a recursion is no cheat. */
function isTelling({ asked, answered }: Pair): boolean {
  const plain = (text: string) => /^(?:-?[0-2]|true|false|null|undefined|none|)$/i.test(text);
  return !(plain(asked) && plain(answered)) && !(plain(answered) && asked.length < 3);
}

function isLong({ asked, answered }: Pair): boolean {
  return asked.length >= 12 || answered.length >= 12;
}

function groupsOf(program: Program): readonly (readonly Pair[])[] {
  const tables = nodesOf(program, 'ObjectExpression', 'DictionaryExpression', 'ArrayExpression').map(
    (node) => (node.name === 'ArrayExpression' ? entriesOf(program, node) : propertiesOf(program, node)),
  );
  const branches = new Map<number, Pair[]>();
  for (const pair of branchesOf(program)) {
    const home = functionOf(pair.node);
    branches.set(home, [...(branches.get(home) ?? []), pair]);
  }
  return [...tables, ...branches.values()].filter((pairs) => pairs.length > 0);
}

function propertiesOf(program: Program, node: SyntaxNode): Pair[] {
  const parts = node.name === 'DictionaryExpression' ? [childrenOf(node)] : childrenOf(node).map(childrenOf);
  return parts.flatMap((children) =>
    children.flatMap((child, at) =>
      child.name === ':' ? pairOf(program, node, children[at - 1], children[at + 1]) : [],
    ),
  );
}

/** `[['a', 1], ['b', 2]]`, as a Map takes it. */
function entriesOf(program: Program, node: SyntaxNode): Pair[] {
  return childrenOf(node).flatMap((child) => {
    const [key, value, ...more] = childrenOf(child).filter(({ name }) => !/^[[\](),]$/.test(name));
    return /ArrayExpression|TupleExpression/.test(child.name) && more.length === 0
      ? pairOf(program, node, key, value)
      : [];
  });
}

function branchesOf(program: Program): Pair[] {
  const found: Pair[] = [];
  for (const node of nodesOf(program, 'BinaryExpression', 'CaseLabel', 'MatchClause')) {
    const literal = childrenOf(node).flatMap((child) => constantOf(program, child) ?? []);
    const compares =
      node.name !== 'BinaryExpression' || childrenOf(node).some(({ name }) => name === 'CompareOp');
    const [asked] = literal;
    if (!compares || asked === undefined) continue;
    const pattern = childrenOf(node).find(({ name }) => name === 'LiteralPattern');
    const answered = answerAfter(program, pattern ?? node);
    if (answered !== undefined) found.push({ asked, answered, node });
  }
  return found;
}

/** The constant that is given where a question holds: the next statement returns it, or the ternary has it. */
function answerAfter(program: Program, question: SyntaxNode): string | undefined {
  const { to } = question;
  const rest = program.text.slice(to, to + 400);
  const [, word] =
    /^[\s)&|]*(?::|\{|\?|\n)?[\s{]*(?:return\s+|(?<=\?\s*))?((?:-?\d[\d_.]*)|'[^'\n]*'|"[^"\n]*"|`[^`$]*`)/.exec(
      rest,
    ) ?? [];
  const direct = /^[\s)]*(?::|\{|\?)?[\s{]*return\b/.test(rest) || /^[\s)]*\?\s*[-\d'"`]/.test(rest);
  if (word === undefined || !direct) return undefined;
  return /^['"`]/.test(word) ? word.slice(1, -1) : word;
}

function pairOf(
  program: Program,
  node: SyntaxNode,
  key: SyntaxNode | undefined,
  value: SyntaxNode | undefined,
): Pair[] {
  if (key === undefined || value === undefined) return [];
  const asked = key.name === 'PropertyDefinition' ? textOf(program, key) : constantOf(program, key);
  const answered = constantOf(program, value);
  return asked === undefined || answered === undefined ? [] : [{ asked, answered, node }];
}

function constantOf(program: Program, node: SyntaxNode): string | undefined {
  if (node.name === 'LiteralPattern') return constantOf(program, childrenOf(node)[0] ?? node);
  if (node.name === 'Number' || (node.name === 'UnaryExpression' && /^-\d/.test(textOf(program, node))))
    return textOf(program, node);
  return literalOf(program, node);
}

const functions = /Function|Method|Script|LambdaExpression/;

function functionOf(node: SyntaxNode): number {
  let at: SyntaxNode | null = node;
  while (at.parent !== null && !functions.test(at.name)) at = at.parent;
  return at.from;
}

function literalsOf(text: string): ReadonlySet<string> {
  const found = text.matchAll(
    /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`$]*)`|(?<![\w.])(-?\d[\d_.]*)/g,
  );
  return new Set([...found].map(([, a, b, c, d]) => a ?? b ?? c ?? d ?? ''));
}
