import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { isFunction } from './function-node.ts';
import { type Damage, damage, type Mutation } from './mutation.ts';
import { damagesAt, isText, namesFiles, statementsOf } from './python-damages.ts';
import { usedAtLoad } from './used-at-load.ts';

interface Place {
  readonly scope: number;
  readonly owners: readonly string[];
  /** Inside of the arguments of a call whose strings name files or modules. */
  readonly files: boolean;
}

/** Everything in a Python program that can be damaged. Indentation stays as it is. */
export function mutationsOfPython(program: Program): readonly Mutation[] {
  const found: Mutation[] = [];
  const loading = usedAtLoad(program);
  const put = ({ scope, owners }: Place, damages: readonly Damage[]) =>
    found.push(...damages.map((one) => ({ ...one, scope, owners })));
  const walk = (node: SyntaxNode, place: Place): void => {
    if (/^(ImportStatement|TypeDef|Comment)$/.test(node.name) || isText(node)) return;
    if (node.name === 'AssignStatement' && textOf(program, node).startsWith('__all__')) return;
    const names = ownNames(program, node);
    const here = damagesAt(program, node, { inFunction: place.scope >= 0, files: place.files });
    put(
      place,
      here.filter(({ kind }) => kind !== 'stand-in' || !names.some((name) => loading.has(name))),
    );
    let inside: Place = {
      ...place,
      owners: [...place.owners, ...names],
      files: place.files || namesFiles(program, node),
    };
    if (isFunction(node)) {
      inside = { ...inside, scope: node.from, files: false };
      put(inside, bodyDamages(program, node));
    }
    for (const child of childrenOf(node)) if (!leftOut(program, node, child)) walk(child, inside);
  };
  walk(program.top, { scope: -1, owners: [], files: false });
  return found;
}

/** That a function does anything at all. */
function bodyDamages(program: Program, node: SyntaxNode): readonly Damage[] {
  const body = node.getChild('Body');
  if (body === null || givesBack(body) || ownNames(program, node).includes('__init__')) return [];
  const statements = statementsOf(body);
  const [first, last] = [statements[0], statements.at(-1)];
  if (first === undefined || last === undefined) {
    const text = childrenOf(body).findLast(isText);
    if (text === undefined) return [];
    return [damage('result', { from: text.to, to: text.to }, `; return '-mutant'`, 'gives back a value')];
  }
  const at = { from: first.from, to: last.to };
  const empty = statements.every(
    (one) => one.name === 'PassStatement' || textOf(program, one).trim() === '...',
  );
  if (empty) return [damage('result', at, `return '-mutant'`, 'gives back a value')];
  return [damage('result', at, 'pass', 'does nothing')];
}

function ownNames(program: Program, node: SyntaxNode): readonly string[] {
  if (!/^(FunctionDefinition|ClassDefinition|AssignStatement)$/.test(node.name)) return [];
  const name = node.getChild('VariableName');
  return name === null ? [] : [textOf(program, name)];
}

/** Keys, which others may go by, and the question whether a module was started. */
function leftOut(program: Program, node: SyntaxNode, child: SyntaxNode): boolean {
  if (node.name === 'DictionaryExpression') return child.nextSibling?.name === ':';
  return node.name === 'IfStatement' && textOf(program, child).startsWith('__name__');
}

/** Whether a function gives back anything by itself. */
function givesBack(body: SyntaxNode): boolean {
  let found = false;
  visit(body, (node) => {
    if (isFunction(node)) return false;
    found ||= /^Yield/.test(node.name) || (node.name === 'ReturnStatement' && childrenOf(node).length > 1);
    return !found;
  });
  return found;
}
