import { childrenOf, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** A test file in which known tests throw at their own end. */
export interface FailingWithin {
  readonly text: string;
  /** Titles of the tests that cannot pass any more. */
  readonly titles: readonly string[];
}

const tests = new Set(['test', 'it', 'specify']);
/** What is called like these is no test, or one that is to fail. */
const others =
  /^(describe|suite|context|before|after|beforeEach|afterEach|beforeAll|afterAll|step|use|extend|fails|failing|todo|skip|skipIf|runIf|fixme|xit)$/;
const thrown = "throw new Error('planted by the judge');";

/**
 * Lets every test of a JavaScript or TypeScript file throw once its own body has run, under its own title: what turns
 * certain tests green by their names, or by anything else they are known by, shows itself. Tests whose functions do not
 * stand in the call are left as they are. Undefined: there is none, or the file cannot be read.
 */
export function failWithin(file: string, text: string): FailingWithin | undefined {
  const program = parse(file, text);
  if (program === undefined || program.language !== 'javascript' || !program.whole) return undefined;
  const titles = new Set<string>();
  const inserts: { readonly at: number; readonly what: string }[] = [];
  visit(program.top, (node) => {
    if (node.name !== 'CallExpression') return undefined;
    const body = testBody(node, (part) => textOf(program, part));
    if (body === undefined) return undefined;
    if (body.title !== undefined) titles.add(body.title);
    const { from, to } = body.block;
    if (body.block.name === 'Block') {
      inserts.push({ at: from + 1, what: ' try {' }, { at: to - 1, what: ` } finally { ${thrown} } ` });
    } else {
      const wait = body.isAsync ? 'await ' : '';
      inserts.push(
        { at: from, what: `{ try { return ${wait}(` },
        { at: to, what: `); } finally { ${thrown} } }` },
      );
    }
    return undefined;
  });
  if (titles.size === 0) return undefined;
  let changed = text;
  // From the end on; of two at one place, in an empty body, the later one first.
  for (const { at, what } of inserts.reverse().sort((a, b) => b.at - a.at))
    changed = changed.slice(0, at) + what + changed.slice(at);
  return parse(file, changed)?.whole ? { text: changed, titles: [...titles] } : undefined;
}

/** Names of pytest's test functions in a module; its plant makes each of them raise at its end. */
export function pythonTests(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)/gm)].map(([, name]) => name ?? '');
}

interface Body {
  readonly title: string | undefined;
  readonly block: SyntaxNode;
  readonly isAsync: boolean;
}

function testBody(call: SyntaxNode, text: (node: SyntaxNode) => string): Body | undefined {
  const segments = calleeOf(call.firstChild, text).split(/\s*\??\.\s*/);
  if (!segments.some((one) => tests.has(one)) || segments.some((one) => others.test(one))) return undefined;
  const args = call.getChild('ArgList');
  const given = args === null ? [] : childrenOf(args).filter(({ name }) => !/^[(),]$/.test(name));
  const own = given.find(({ name }) => name === 'ArrowFunction' || name === 'FunctionExpression');
  const [title] = given;
  if (own === undefined || title === undefined || title === own) return undefined;
  const block = own.lastChild;
  if (block === null || own.getChild('Star') !== null) return undefined;
  const isAsync = own.firstChild !== null && text(own.firstChild) === 'async';
  return { title: titleOf(text(title)), block, isAsync };
}

/** `it.each(table)` and `it.each`table`` are called like `it.each`. */
function calleeOf(node: SyntaxNode | null, text: (node: SyntaxNode) => string): string {
  if (node === null) return '';
  const isCall = node.name === 'CallExpression' || node.name === 'TaggedTemplateExpression';
  return isCall ? calleeOf(node.firstChild, text) : text(node);
}

/** Undefined: not a plain literal, so nobody knows how the report names it. */
function titleOf(literal: string): string | undefined {
  const plain = /^(['"`])((?:(?!\1|[\\$%{]).)*)\1$/s.exec(literal)?.[2];
  return plain?.replace(/\s+/g, ' ').trim();
}
