import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

const printed = /valueOf|toString|toJSON|toPrimitive/;

/** Values that count how often they were looked at, or look who asks: equal to two different things. */
export const oddValues: Scanner = {
  of: ['source'],
  look({ program }: Scanned): readonly Hit[] {
    if (program === undefined) return [];
    if (program.language === 'python') return pythonDisguises(program);
    return [...restless(program), ...disguises(program)];
  },
};

function restless(program: Program): readonly Hit[] {
  return nodesOf(program, 'MethodDeclaration', 'Property').flatMap((node) => {
    const [name] = textOf(program, node).split('(');
    if (!printed.test(name ?? '')) return [];
    const body = childrenOf(node).findLast((child) => /Block|Function/.test(child.name));
    const text = body === undefined ? '' : textOf(program, body);
    return /\+\+|--|\.shift\(\)|\.pop\(\)|\.stack\b|\+=\s*1\b|\.next\(\)/.test(text)
      ? [hitAt(program, node, 'odd-value', 'It answers differently each time it is compared or printed.')]
      : [];
  });
}

/** Classes that pass for a text, a number or a list, and are compared or printed as something else. */
function disguises(program: Program): readonly Hit[] {
  return nodesOf(program, 'ClassDeclaration', 'ClassExpression').flatMap((node) => {
    const parent = childrenOf(node).find((child) => child.prevSibling?.name === 'extends');
    if (parent === undefined || !/^(String|Number|Array|BigInt|Boolean)$/.test(textOf(program, parent)))
      return [];
    const own = childrenOf(node.getChild('ClassBody') ?? node).filter((member) => {
      const name = textOf(program, member).split(/[({=]/)[0] ?? '';
      return /^(Method|Property)Declaration$/.test(member.name) && printed.test(name);
    });
    return own.map((member) => disguised(program, member, textOf(program, parent)));
  });
}

function pythonDisguises(program: Program): readonly Hit[] {
  return nodesOf(program, 'ClassDefinition').flatMap((node) => {
    const [, parent] =
      /^\(\s*(?:\w+\s*,\s*)*(str|int|float|list|tuple|dict|bytes|set|frozenset)\b\s*[,)]/.exec(
        textOf(program, node.getChild('ArgList') ?? { from: 0, to: 0 }),
      ) ?? [];
    if (parent === undefined) return [];
    const own = childrenOf(node.getChild('Body') ?? node).filter((member) =>
      /^(@[^\n]*\n\s*)*def\s+__(eq|ne)__\b/.test(textOf(program, member)),
    );
    return own.map((member) => disguised(program, member, parent));
  });
}

function disguised(program: Program, member: SyntaxNode, parent: string): Hit {
  return hitAt(program, member, 'odd-value', `It passes for a ${parent} and is compared as something else.`);
}
