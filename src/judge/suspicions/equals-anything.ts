import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

const kind = 'equals-anything';

/** Sources whose values pass for equal to whatever a test expects. */
export const equalsAnything: Scanner = {
  of: ['source'],
  look({ program }: Scanned): readonly Hit[] {
    if (program === undefined) return [];
    return program.language === 'python' ? pythonEquals(program) : matchers(program);
  },
};

function matchers(program: Program): Hit[] {
  const named = nodesOf(program, 'PropertyDefinition', 'PropertyName', 'String').filter((node) =>
    /^['"`]?(?:asymmetricMatch|jest\.asymmetricMatcher)['"`]?$/.test(textOf(program, node)),
  );
  return named.map((node) =>
    hitAt(program, node, kind, 'It makes a value that assertion libraries take for equal to others.'),
  );
}

function pythonEquals(program: Program): Hit[] {
  return nodesOf(program, 'FunctionDefinition').flatMap((node) => {
    const children = childrenOf(node);
    const name = children.find((child) => child.name === 'VariableName');
    if (name === undefined || !/^__(?:eq|ne)__$/.test(textOf(program, name))) return [];
    const [, other] = childrenOf(children.find((child) => child.name === 'ParamList') ?? node).filter(
      (child) => child.name === 'VariableName',
    );
    const body = children.find((child) => child.name === 'Body');
    if (other === undefined || body === undefined) return [];
    const says = (what: string) => [hitAt(program, node, kind, `${textOf(program, name)} ${what}`)];
    const returned = nodesIn(body, 'ReturnStatement').map((one) =>
      textOf(program, one).replace(/^return\s*|\s*;?$/g, ''),
    );
    const same = textOf(program, name) === '__eq__' ? /^(?:True|1|not False)$/ : /^(?:False|0|not True)$/;
    if (returned.length > 0 && returned.every((value) => same.test(value)))
      return says('always gives the same answer.');
    const uses = new RegExp(`\\b${textOf(program, other)}\\b`).test(textOf(program, body));
    const answers = returned.some(
      (value) => !/^(?:NotImplemented|False|True|)$/.test(value) || same.test(value),
    );
    return !uses && answers ? says('does not look at what it compares with.') : [];
  });
}

function nodesIn(node: SyntaxNode, type: string): SyntaxNode[] {
  return childrenOf(node).flatMap((child) =>
    child.name === 'FunctionDefinition'
      ? []
      : [...(child.name === type ? [child] : []), ...nodesIn(child, type)],
  );
}
