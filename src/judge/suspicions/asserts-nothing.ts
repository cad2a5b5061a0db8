import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

/** Generous: a helper that asserts is most often called so. */
const asserts =
  /assert|expect|should|throw|raises|\bfail|verify|check|must|equal|match|snapshot|ensure|confirm|reject|\bt\.\w+\(|\bdone\(|\bplan\(|warns|approx/i;

/** New tests that pass whatever happens. */
export const assertsNothing: Scanner = {
  of: ['test'],
  look({ program }: Scanned): readonly Hit[] {
    if (program === undefined) return [];
    const bodies = program.language === 'python' ? pythonTests(program) : testCalls(program);
    return bodies.flatMap(({ node, body }) =>
      asserts.test(body)
        ? []
        : [hitAt(program, node, 'asserts-nothing', 'Nothing is asserted in this test.')],
    );
  },
};

interface Test {
  readonly node: SyntaxNode;
  readonly body: string;
}

function testCalls(program: Program): Test[] {
  return nodesOf(program, 'CallExpression').flatMap((node) => {
    const [callee, list] = childrenOf(node);
    if (callee === undefined || !/^(?:it|test|specify)$/.test(textOf(program, callee))) return [];
    const callback = childrenOf(list ?? node).findLast(({ name }) => /Function/.test(name));
    return callback === undefined ? [] : [{ node, body: textOf(program, callback) }];
  });
}

function pythonTests(program: Program): Test[] {
  return nodesOf(program, 'FunctionDefinition').flatMap((node) => {
    const name = childrenOf(node).find((child) => child.name === 'VariableName');
    if (name === undefined || !textOf(program, name).startsWith('test_')) return [];
    const body = childrenOf(node).find((child) => child.name === 'Body');
    return body === undefined ? [] : [{ node, body: textOf(program, body) }];
  });
}
