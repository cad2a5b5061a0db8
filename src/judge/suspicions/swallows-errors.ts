import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';

/** Answers that say "nothing there": giving them instead of an error is everyday life. */
const nothing = /^(?:null|undefined|None|False|false|''|""|\[\]|\{\}|\(\)|)$/;
const constant = /^(?:true|True|-?\d[\d_.]*|'[^']*'|"[^"]*"|`[^`$]*`)$/;

/** Broad catches that answer with a constant: whatever goes wrong, the caller hears that all is well. */
export const swallowsErrors: Scanner = {
  of: ['source'],
  look({ program }: Scanned): readonly Hit[] {
    if (program === undefined) return [];
    return nodesOf(program, 'CatchClause', 'TryStatement').flatMap((node) =>
      handlersOf(program, node).flatMap((body) => {
        const answer = onlyReturn(program, body);
        const swallows = answer !== undefined && constant.test(answer) && !nothing.test(answer);
        return swallows
          ? [
              hitAt(
                program,
                body,
                'swallows-errors',
                `Every error is caught here and answered with ${answer.slice(0, 60)}.`,
              ),
            ]
          : [];
      }),
    );
  },
};

function handlersOf(program: Program, node: SyntaxNode): SyntaxNode[] {
  const children = childrenOf(node);
  if (node.name === 'CatchClause') return children.filter(({ name }) => name === 'Block');
  if (program.language !== 'python') return [];
  return children.filter((child, at) => {
    if (child.name !== 'Body') return false;
    const head = program.text.slice(children[at - 1]?.from ?? child.from, child.from);
    const caught = program.text.slice(0, child.from).match(/except\b[^\n:]*$/)?.[0] ?? '';
    return /^except\s*(?:\(?(?:Base)?Exception\b.*)?$/.test(caught.trim()) && head !== '';
  });
}

/** What a body returns when it does nothing else. */
function onlyReturn(program: Program, body: SyntaxNode): string | undefined {
  const inner = textOf(program, body)
    .replace(/^[:{]\s*|\s*\}$/g, '')
    .trim();
  return /^return\s+([^;\n]+);?$/.exec(inner)?.[1]?.trim();
}
